#pragma once

namespace reading_club {

/// What the handlers promise, the database makes sure of. Instances that start at once take turns.
inline constexpr auto postgresql_tables = R"(
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

}  // namespace reading_club
