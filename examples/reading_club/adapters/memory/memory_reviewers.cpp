#include <reading_club/adapters/memory/memory_reviewers.hpp>
#include <utility>

namespace reading_club {

memory_reviewers::memory_reviewers(messagebus::memory::session& session)
    : reviewers_(session.table<messagebus::uuid, reviewer>("reviewers")) {}

reviewer* memory_reviewers::add(reviewer added) {
  if (!reviewers_.insert(added.id, messagebus::state_of(added))) return nullptr;
  return &see(std::move(added));
}

bool memory_reviewers::contains(messagebus::uuid id) {
  return reviewers_.contains(id);
}

std::vector<reviewer> memory_reviewers::all() {
  std::vector<reviewer> found;
  reviewers_.for_each([&](const messagebus::uuid&, const reviewer& row) { found.push_back(row); });
  return found;
}

}  // namespace reading_club
