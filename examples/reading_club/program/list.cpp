#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <messagebus/codec/json.hpp>
#include <messagebus/codec/raw_json.hpp>
#include <optional>
#include <reading_club/program/commands.hpp>
#include <reading_club/program/opened_club.hpp>
#include <shown_text.hpp>
#include <string>
#include <unordered_map>

namespace reading_club {
namespace {

// Names and titles come from anybody: nothing that a terminal obeys is written as it is.
using messagebus::tool::columns_of;
using messagebus::tool::shown;

template <class Model>
void print_json(const std::vector<Model>& models) {
  for (const Model& model : models) fmt::print("{}\n", messagebus::codec::encode(model));
}

void print(const std::vector<book>& books) {
  std::size_t isbn_columns = 0;
  for (const book& book : books) {
    isbn_columns = std::max(isbn_columns, columns_of(shown(book.isbn)));
  }
  for (const book& book : books) {
    const std::string isbn = shown(book.isbn);
    const std::string padding(isbn_columns - columns_of(isbn), ' ');
    fmt::print("{}  {}{}  {}, by {}\n", book.id.to_string(), isbn, padding, shown(book.title),
               shown(book.author));
  }
}

void print(const std::vector<reviewer>& reviewers) {
  for (const reviewer& reviewer : reviewers) {
    fmt::print("{}  {}\n", reviewer.id.to_string(), shown(reviewer.name));
  }
}

void print(const std::vector<review>& reviews, club& club) {
  std::map<messagebus::uuid, std::string> titles;
  std::map<messagebus::uuid, std::string> names;
  for (const book& book : club.books.all()) titles[book.id] = shown(book.title);
  for (const reviewer& reviewer : club.reviewers.all()) names[reviewer.id] = shown(reviewer.name);
  for (const review& review : reviews) {
    fmt::print("{:>2}/{}  {}, by {}{}{}\n", review.rating, rating_max, titles[review.book_id],
               names[review.reviewer_id], review.comment ? ": " : "",
               shown(review.comment.value_or("")));
  }
}

/// The log, each message with the position of the one that caused it.
void print_log(messagebus::message_log& log) {
  std::unordered_map<messagebus::uuid, std::int64_t> positions;
  for (const auto& message : log.read({})) {
    positions[message.message_id] = message.position.value;
    const auto cause =
        message.causation_id ? positions.find(*message.causation_id) : positions.end();
    fmt::print("{:>3}  {}  {} v{}{}{}  {}\n", message.position.value,
               messagebus::format_timestamp(message.created_at), shown(message.name),
               message.schema_version, message.published ? ", published" : "",
               cause == positions.end() ? "" : fmt::format(", caused by {}", cause->second),
               shown(message.payload));
  }
}

/// One message of the log as a JSON object; ids as text.
struct json_message {
  std::int64_t position;
  messagebus::uuid id;
  messagebus::timestamp created_at;
  std::string name;
  int version;
  bool published;
  messagebus::uuid correlation_id;
  std::optional<messagebus::uuid> causation_id;
  messagebus::codec::raw_json payload;
};
BOOST_DESCRIBE_STRUCT(json_message, (),
                      (position, id, created_at, name, version, published, correlation_id,
                       causation_id, payload))

void print_log_as_json(messagebus::message_log& log) {
  for (const auto& message : log.read({})) {
    const json_message line{message.position.value, message.message_id,     message.created_at,
                            message.name,           message.schema_version, message.published,
                            message.correlation_id, message.causation_id,   {message.payload}};
    fmt::print("{}\n", messagebus::codec::encode(line));
  }
}

void list(list_of what, bool as_json, club& club) {
  switch (what) {
    case list_of::books:
      return as_json ? print_json(club.books.all()) : print(club.books.all());
    case list_of::reviewers:
      return as_json ? print_json(club.reviewers.all()) : print(club.reviewers.all());
    case list_of::reviews:
      return as_json ? print_json(club.reviews.all()) : print(club.reviews.all(), club);
    case list_of::messages:
      return;  // no part of the state
  }
}

}  // namespace

exit_code list(list_of what, bool as_json, const club_location& database) {
  const auto opened = open_club_to_look(database);
  if (what == list_of::messages) {
    const auto log = opened->open_log();
    as_json ? print_log_as_json(*log) : print_log(*log);
    return exit_code::done;
  }
  opened->read([&](club& club) { list(what, as_json, club); });
  return exit_code::done;
}

}  // namespace reading_club
