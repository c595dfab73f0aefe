#include <messagebus/async/sync_wait.hpp>
#include <reading_club/adapters/postgresql/postgresql_books.hpp>
#include <string>
#include <utility>

namespace reading_club {

using messagebus::sync_wait;

book* postgresql_books::add(book added) {
  const auto inserted = sync_wait(session_.execute(
      "insert into books (id, isbn, title, author) values ($1, $2, $3, $4) on conflict do nothing",
      added.id, added.isbn, added.title, added.author));
  return inserted == 0 ? nullptr : &see(std::move(added));
}

bool postgresql_books::contains(messagebus::uuid id) {
  return !sync_wait(session_.query("select 1 from books where id = $1", id)).empty();
}

std::vector<book> postgresql_books::all() {
  std::vector<book> found;
  const auto rows =
      sync_wait(session_.query("select id, isbn, title, author from books order by id"));
  for (const auto& row : rows) {
    found.push_back({.id = row.get<messagebus::uuid>(0),
                     .isbn = row.get<std::string>(1),
                     .title = row.get<std::string>(2),
                     .author = row.get<std::string>(3)});
  }
  return found;
}

}  // namespace reading_club
