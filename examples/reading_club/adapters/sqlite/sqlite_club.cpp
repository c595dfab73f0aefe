#include <reading_club/adapters/sqlite/sqlite_club.hpp>
#include <utility>

namespace reading_club {
namespace {

// What the handlers promise, the database makes sure of.
constexpr auto tables = R"(
create table if not exists books (
  id blob primary key check (length(id) = 16),
  isbn text not null unique,
  title text not null,
  author text not null
) strict, without rowid;

create table if not exists reviewers (
  id blob primary key check (length(id) = 16),
  name text not null
) strict, without rowid;

create table if not exists reviews (
  id blob primary key check (length(id) = 16),
  book_id blob not null references books (id),
  reviewer_id blob not null references reviewers (id),
  rating integer not null check (rating between 0 and 10),
  comment text,
  unique (book_id, reviewer_id)
) strict, without rowid;
)";

}  // namespace

sqlite_club::sqlite_club(const std::filesystem::path& file,
                         messagebus::sqlite::database_options options,
                         messagebus::unit_of_work_options unit_of_work_options)
    : database_(file.string(), options), unit_of_work_(database_, std::move(unit_of_work_options)) {
  if (options.read_only) return;
  database_.write([](messagebus::sqlite::session& session) { session.run_script(tables); });
}

void sqlite_club::read(const std::function<void(club& club)>& work) {
  database_.read([&](messagebus::sqlite::session& session) {
    sqlite_books books(session);
    sqlite_reviewers reviewers(session);
    sqlite_reviews reviews(session);
    club shown{books, reviewers, reviews};
    work(shown);
  });
}

}  // namespace reading_club
