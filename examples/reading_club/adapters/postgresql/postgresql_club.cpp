#include <reading_club/adapters/postgresql/postgresql_club.hpp>
#include <utility>

namespace reading_club {
namespace {

// What the handlers promise, the database makes sure of. Instances that start at once take turns.
constexpr auto tables = R"(
select pg_advisory_xact_lock(hashtext('reading_club'));

create table if not exists books (
  id uuid primary key,
  isbn text not null unique,
  title text not null,
  author text not null
);

create table if not exists reviewers (
  id uuid primary key,
  name text not null
);

create table if not exists reviews (
  id uuid primary key,
  book_id uuid not null references books (id),
  reviewer_id uuid not null references reviewers (id),
  rating integer not null check (rating between 0 and 10),
  comment text,
  unique (book_id, reviewer_id)
);
)";

}  // namespace

postgresql_club::postgresql_club(const std::string& where,
                                 messagebus::postgresql::database_options options)
    : database_(where, std::move(options)) {
  database_.execute(tables);
}

}  // namespace reading_club
