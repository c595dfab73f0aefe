#include <optional>
#include <reading_club/adapters/sqlite/sqlite_reviews.hpp>
#include <string>
#include <utility>

namespace reading_club {

review* sqlite_reviews::add(review added) {
  const auto inserted = session_.execute(
      "insert into reviews (id, book_id, reviewer_id, rating, comment) values (?, ?, ?, ?, ?) "
      "on conflict do nothing",
      added.id, added.book_id, added.reviewer_id, added.rating, added.comment);
  return inserted == 0 ? nullptr : &see(std::move(added));
}

std::vector<review> sqlite_reviews::all() {
  std::vector<review> found;
  for (const auto& row : session_.query(
           "select id, book_id, reviewer_id, rating, comment from reviews order by id")) {
    found.push_back({.id = row.get<messagebus::uuid>(0),
                     .book_id = row.get<messagebus::uuid>(1),
                     .reviewer_id = row.get<messagebus::uuid>(2),
                     .rating = row.get<int>(3),
                     .comment = row.get<std::optional<std::string>>(4)});
  }
  return found;
}

}  // namespace reading_club
