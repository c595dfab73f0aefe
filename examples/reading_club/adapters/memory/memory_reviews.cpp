#include <reading_club/adapters/memory/memory_reviews.hpp>

namespace reading_club {

memory_reviews::memory_reviews(messagebus::memory::session& session)
    : reviews_(session.table<messagebus::uuid, review>("reviews")),
      ids_by_pair_(session.table<book_and_reviewer, messagebus::uuid>("reviews by pair")) {}

review* memory_reviews::add(review added) {
  const book_and_reviewer pair{added.book_id, added.reviewer_id};
  if (reviews_.contains(added.id) || ids_by_pair_.contains(pair)) return nullptr;
  reviews_.insert(added.id, messagebus::state_of(added));
  ids_by_pair_.insert(pair, added.id);
  return &see(std::move(added));
}

std::vector<review> memory_reviews::all() {
  std::vector<review> found;
  reviews_.for_each([&](const messagebus::uuid&, const review& row) { found.push_back(row); });
  return found;
}

}  // namespace reading_club
