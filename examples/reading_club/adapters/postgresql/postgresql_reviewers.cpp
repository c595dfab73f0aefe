#include <messagebus/async/sync_wait.hpp>
#include <reading_club/adapters/postgresql/postgresql_reviewers.hpp>
#include <string>
#include <utility>

namespace reading_club {

using messagebus::sync_wait;

reviewer* postgresql_reviewers::add(reviewer added) {
  const auto inserted = sync_wait(
      session_.execute("insert into reviewers (id, name) values ($1, $2) on conflict do nothing",
                       added.id, added.name));
  return inserted == 0 ? nullptr : &see(std::move(added));
}

bool postgresql_reviewers::contains(messagebus::uuid id) {
  return !sync_wait(session_.query("select 1 from reviewers where id = $1", id)).empty();
}

std::vector<reviewer> postgresql_reviewers::all() {
  std::vector<reviewer> found;
  const auto rows = sync_wait(session_.query("select id, name from reviewers order by id"));
  for (const auto& row : rows) {
    found.push_back({.id = row.get<messagebus::uuid>(0), .name = row.get<std::string>(1)});
  }
  return found;
}

}  // namespace reading_club
