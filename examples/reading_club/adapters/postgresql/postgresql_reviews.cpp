#include <messagebus/async/sync_wait.hpp>
#include <optional>
#include <reading_club/adapters/postgresql/postgresql_reviews.hpp>
#include <string>
#include <utility>

namespace reading_club {

using messagebus::sync_wait;

review* postgresql_reviews::add(review added) {
  const auto inserted = sync_wait(session_.execute(
      "insert into reviews (id, book_id, reviewer_id, rating, comment) values ($1, $2, $3, $4, $5) "
      "on conflict do nothing",
      added.id, added.book_id, added.reviewer_id, added.rating, added.comment));
  return inserted == 0 ? nullptr : &see(std::move(added));
}

std::vector<review> postgresql_reviews::all() {
  std::vector<review> found;
  const auto rows = sync_wait(
      session_.query("select id, book_id, reviewer_id, rating, comment from reviews order by id"));
  for (const auto& row : rows) {
    found.push_back({.id = row.get<messagebus::uuid>(0),
                     .book_id = row.get<messagebus::uuid>(1),
                     .reviewer_id = row.get<messagebus::uuid>(2),
                     .rating = row.get<int>(3),
                     .comment = row.get<std::optional<std::string>>(4)});
  }
  return found;
}

}  // namespace reading_club
