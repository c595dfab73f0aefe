#include <reading_club/adapters/sqlite/sqlite_books.hpp>
#include <string>
#include <utility>

namespace reading_club {

book* sqlite_books::add(book added) {
  auto insert = session_.prepare(
      "insert into books (id, isbn, title, author) values (?, ?, ?, ?) "
      "on conflict do nothing returning 1");
  insert.bind(added.id, added.isbn, added.title, added.author);
  return insert.step() ? &see(std::move(added)) : nullptr;
}

bool sqlite_books::contains(messagebus::uuid id) {
  return session_.prepare("select 1 from books where id = ?").bind(id).step();
}

std::vector<book> sqlite_books::all() {
  std::vector<book> found;
  auto select = session_.prepare("select id, isbn, title, author from books order by id");
  while (select.step()) {
    found.push_back({.id = select.column<messagebus::uuid>(0),
                     .isbn = select.column<std::string>(1),
                     .title = select.column<std::string>(2),
                     .author = select.column<std::string>(3)});
  }
  return found;
}

}  // namespace reading_club
