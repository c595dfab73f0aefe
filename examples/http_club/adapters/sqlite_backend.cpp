#include <http_club/adapters/sqlite_backend.hpp>
#include <http_club/service/json_lists.hpp>
#include <messagebus/ports/message_log.hpp>
#include <utility>

namespace http_club {

sqlite_backend::sqlite_backend(const std::filesystem::path& file,
                               messagebus::unit_of_work_options unit_of_work_options)
    : club_(file, {}, std::move(unit_of_work_options)), worker_({.name = file.string()}) {}

task<registration> sqlite_backend::execute(register_book command) {
  return worker_.run(
      [this, command = std::move(command)] { return bus_.execute(club_.unit_of_work(), command); });
}

task<registration> sqlite_backend::execute(create_reviewer command) {
  return worker_.run(
      [this, command = std::move(command)] { return bus_.execute(club_.unit_of_work(), command); });
}

task<reviewing> sqlite_backend::execute(create_review command) {
  return worker_.run(
      [this, command = std::move(command)] { return bus_.execute(club_.unit_of_work(), command); });
}

// A transaction of SQLite keeps all writers out, so a reader whose network is slow has none.
task<> sqlite_backend::list(list_of what, text_sink& into) {
  std::vector<book> books;
  std::vector<reviewer> reviewers;
  std::vector<review> reviews;
  co_await worker_.run([&] {
    club_.read([&](reading_club::club& club) {
      if (what == list_of::books) books = club.books.all();
      if (what == list_of::reviewers) reviewers = club.reviewers.all();
      if (what == list_of::reviews) reviews = club.reviews.all();
    });
  });
  json_array array(into);
  co_await array.add(books);
  co_await array.add(reviewers);
  co_await array.add(reviews);
  co_await array.end();
}

task<> sqlite_backend::list_messages(text_sink& into) {
  // To open a file waits for its locks.
  const auto log = co_await worker_.run([this] { return club_.open_log(); });
  messagebus::log_page page;
  messagebus::log_query query;
  std::string lines;
  do {
    co_await worker_.run([&] { messagebus::sync_wait(log->read_page(query, page)); });
    lines.clear();
    for (const auto& message : page.messages()) append_line(message, lines);
    co_await into.write(lines);
    query.after = page.read_to();
  } while (!page.is_last());
}

task<> sqlite_backend::check() {
  co_await worker_.run(
      [this] { club_.read([](reading_club::club& club) { club.books.contains(uuid()); }); });
}

}  // namespace http_club
