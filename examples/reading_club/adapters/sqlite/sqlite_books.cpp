#include <reading_club/adapters/sqlite/sqlite_books.hpp>
#include <string>
#include <utility>

namespace reading_club {

book* sqlite_books::add(book added) {
  const auto inserted = session_.execute(
      "insert into books (id, isbn, title, author) values (?, ?, ?, ?) on conflict do nothing",
      added.id, added.isbn, added.title, added.author);
  return inserted == 0 ? nullptr : &see(std::move(added));
}

bool sqlite_books::contains(messagebus::uuid id) {
  return !session_.query("select 1 from books where id = ?", id).empty();
}

std::vector<book> sqlite_books::all() {
  std::vector<book> found;
  for (const auto& row : session_.query("select id, isbn, title, author from books order by id")) {
    found.push_back({.id = row.get<messagebus::uuid>(0),
                     .isbn = row.get<std::string>(1),
                     .title = row.get<std::string>(2),
                     .author = row.get<std::string>(3)});
  }
  return found;
}

}  // namespace reading_club
