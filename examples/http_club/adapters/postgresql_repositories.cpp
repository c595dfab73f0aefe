#include <http_club/adapters/postgresql_repositories.hpp>
#include <string>
#include <utility>

namespace http_club {

using messagebus::postgresql::rows;

task<book*> postgresql_books::add(book added) {
  const auto inserted = co_await session_.execute(
      "insert into books (id, isbn, title, author) values ($1, $2, $3, $4) on conflict do nothing",
      added.id, added.isbn, added.title, added.author);
  co_return inserted == 0 ? nullptr : &see(std::move(added));
}

task<bool> postgresql_books::contains(uuid id) {
  const rows found = co_await session_.query("select 1 from books where id = $1", id);
  co_return !found.empty();
}

task<std::vector<book>> postgresql_books::page(std::optional<uuid> after, int size_max) {
  const rows found = co_await session_.query(
      "select id, isbn, title, author from books where $1::uuid is null or id > $1 order by id "
      "limit $2",
      after, size_max);
  std::vector<book> page;
  for (const auto& row : found) {
    page.push_back({.id = row.get<uuid>(0),
                    .isbn = row.get<std::string>(1),
                    .title = row.get<std::string>(2),
                    .author = row.get<std::string>(3)});
  }
  co_return page;
}

task<reviewer*> postgresql_reviewers::add(reviewer added) {
  const auto inserted = co_await session_.execute(
      "insert into reviewers (id, name) values ($1, $2) on conflict do nothing", added.id,
      added.name);
  co_return inserted == 0 ? nullptr : &see(std::move(added));
}

task<bool> postgresql_reviewers::contains(uuid id) {
  const rows found = co_await session_.query("select 1 from reviewers where id = $1", id);
  co_return !found.empty();
}

task<std::vector<reviewer>> postgresql_reviewers::page(std::optional<uuid> after, int size_max) {
  const rows found = co_await session_.query(
      "select id, name from reviewers where $1::uuid is null or id > $1 order by id limit $2",
      after, size_max);
  std::vector<reviewer> page;
  for (const auto& row : found) {
    page.push_back({.id = row.get<uuid>(0), .name = row.get<std::string>(1)});
  }
  co_return page;
}

task<review*> postgresql_reviews::add(review added) {
  const auto inserted = co_await session_.execute(
      "insert into reviews (id, book_id, reviewer_id, rating, comment) values ($1, $2, $3, $4, $5) "
      "on conflict do nothing",
      added.id, added.book_id, added.reviewer_id, added.rating, added.comment);
  co_return inserted == 0 ? nullptr : &see(std::move(added));
}

task<std::vector<review>> postgresql_reviews::page(std::optional<uuid> after, int size_max) {
  const rows found = co_await session_.query(
      "select id, book_id, reviewer_id, rating, comment from reviews where $1::uuid is null or id "
      "> "
      "$1 order by id limit $2",
      after, size_max);
  std::vector<review> page;
  for (const auto& row : found) {
    page.push_back({.id = row.get<uuid>(0),
                    .book_id = row.get<uuid>(1),
                    .reviewer_id = row.get<uuid>(2),
                    .rating = row.get<int>(3),
                    .comment = row.get<std::optional<std::string>>(4)});
  }
  co_return page;
}

}  // namespace http_club
