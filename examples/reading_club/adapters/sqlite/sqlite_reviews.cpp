#include <reading_club/adapters/sqlite/sqlite_reviews.hpp>
#include <string>
#include <utility>

namespace reading_club {

review* sqlite_reviews::add(review added) {
  auto insert = session_.prepare(
      "insert into reviews (id, book_id, reviewer_id, rating, comment) values (?, ?, ?, ?, ?) "
      "on conflict do nothing returning 1");
  insert.bind(added.id, added.book_id, added.reviewer_id, added.rating, added.comment);
  return insert.step() ? &see(std::move(added)) : nullptr;
}

std::vector<review> sqlite_reviews::all() {
  std::vector<review> found;
  auto select =
      session_.prepare("select id, book_id, reviewer_id, rating, comment from reviews order by id");
  while (select.step()) {
    found.push_back({.id = select.column<messagebus::uuid>(0),
                     .book_id = select.column<messagebus::uuid>(1),
                     .reviewer_id = select.column<messagebus::uuid>(2),
                     .rating = select.column<int>(3),
                     .comment = select.optional_column<std::string>(4)});
  }
  return found;
}

}  // namespace reading_club
