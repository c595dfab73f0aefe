#include <exception>
#include <http_club/adapters/postgresql_backend.hpp>
#include <http_club/service/json_lists.hpp>
#include <messagebus/ports/message_log.hpp>
#include <optional>
#include <reading_club/adapters/postgresql/postgresql_tables.hpp>
#include <utility>

namespace http_club {
namespace {

constexpr int page_size_max = 200;

// A page waits for 100 ms when a transaction that does not end holds a position.
constexpr int held_up_pages_max = 20;

template <class Repository>
task<> write_pages(Repository& repository, json_array& array) {
  std::optional<uuid> after;
  while (true) {
    const auto page = co_await repository.page(after, page_size_max);
    if (page.empty()) break;
    after = page.back().id;
    co_await array.add(page);
  }
  co_await array.end();
}

task<> write_list(list_of what, async_club& club, text_sink& into) {
  json_array array(into);
  switch (what) {
    case list_of::books:
      co_return co_await write_pages(club.books, array);
    case list_of::reviewers:
      co_return co_await write_pages(club.reviewers, array);
    case list_of::reviews:
      co_return co_await write_pages(club.reviews, array);
  }
}

}  // namespace

postgresql_backend::postgresql_backend(const std::string& where,
                                       messagebus::postgresql::database_options options,
                                       messagebus::unit_of_work_options unit_of_work_options)
    : database_(where, std::move(options)),
      unit_of_work_(database_, std::move(unit_of_work_options)) {
  database_.execute(reading_club::postgresql_tables);
}

task<registration> postgresql_backend::execute(register_book command) {
  return bus_.async_execute(unit_of_work_, std::move(command));
}

task<registration> postgresql_backend::execute(create_reviewer command) {
  return bus_.async_execute(unit_of_work_, std::move(command));
}

task<reviewing> postgresql_backend::execute(create_review command) {
  return bus_.async_execute(unit_of_work_, std::move(command));
}

// The transaction outlives its scope while the reply is streamed (detach), page by page.
task<> postgresql_backend::list(list_of what, text_sink& into) {
  std::optional<async_club_transaction> streaming;
  const auto detach = [&](async_club_transaction& transaction) -> task<> {
    streaming.emplace(transaction.detach());
    co_return;
  };
  co_await unit_of_work_.async_transact(detach);
  std::exception_ptr failed;
  try {
    co_await write_list(what, **streaming, into);
  } catch (...) {
    failed = std::current_exception();
  }
  co_await streaming->async_close();
  if (failed) std::rethrow_exception(failed);
}

task<> postgresql_backend::list_messages(text_sink& into) {
  const auto log = database_.open_log();
  messagebus::log_page page;
  messagebus::log_query query;
  std::string lines;
  int held_up_pages = 0;
  do {
    co_await log->read_page(query, page);
    held_up_pages = page.read_to() == query.after ? held_up_pages + 1 : 0;
    if (held_up_pages == held_up_pages_max && !page.is_last()) {
      throw messagebus::error(
          messagebus::errc::busy,
          "messages are held up by a transaction that has written to the log and does not end: see "
          "pg_locks and pg_prepared_xacts for it, and try again",
          messagebus::retry::may_help);
    }
    lines.clear();
    for (const auto& message : page.messages()) append_line(message, lines);
    co_await into.write(lines);
    query.after = page.read_to();
  } while (!page.is_last());
}

task<> postgresql_backend::check() {
  const auto ask = [](async_club_transaction& transaction) -> task<> {
    co_await transaction->books.contains(uuid());
    co_await transaction.async_rollback();
  };
  co_await unit_of_work_.async_transact(ask);
}

}  // namespace http_club
