#include <reading_club/adapters/sqlite/sqlite_reviewers.hpp>
#include <string>
#include <utility>

namespace reading_club {

reviewer* sqlite_reviewers::add(reviewer added) {
  auto insert = session_.prepare(
      "insert into reviewers (id, name) values (?, ?) on conflict do nothing returning 1");
  insert.bind(added.id, added.name);
  return insert.step() ? &see(std::move(added)) : nullptr;
}

bool sqlite_reviewers::contains(messagebus::uuid id) {
  return session_.prepare("select 1 from reviewers where id = ?").bind(id).step();
}

std::vector<reviewer> sqlite_reviewers::all() {
  std::vector<reviewer> found;
  auto select = session_.prepare("select id, name from reviewers order by id");
  while (select.step()) {
    found.push_back(
        {.id = select.column<messagebus::uuid>(0), .name = select.column<std::string>(1)});
  }
  return found;
}

}  // namespace reading_club
