#include <reading_club/adapters/sqlite/sqlite_reviewers.hpp>
#include <string>
#include <utility>

namespace reading_club {

reviewer* sqlite_reviewers::add(reviewer added) {
  const auto inserted =
      session_.execute("insert into reviewers (id, name) values (?, ?) on conflict do nothing",
                       added.id, added.name);
  return inserted == 0 ? nullptr : &see(std::move(added));
}

bool sqlite_reviewers::contains(messagebus::uuid id) {
  return !session_.query("select 1 from reviewers where id = ?", id).empty();
}

std::vector<reviewer> sqlite_reviewers::all() {
  std::vector<reviewer> found;
  for (const auto& row : session_.query("select id, name from reviewers order by id")) {
    found.push_back({.id = row.get<messagebus::uuid>(0), .name = row.get<std::string>(1)});
  }
  return found;
}

}  // namespace reading_club
