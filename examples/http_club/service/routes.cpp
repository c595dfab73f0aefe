#include <algorithm>
#include <array>
#include <http_club/service/routes.hpp>
#include <initializer_list>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/id_source.hpp>
#include <utility>

namespace http_club {
namespace {

// What clients send: the commands, except that they may leave the choice of the id to us.
struct json_book {
  std::optional<uuid> id;
  std::string isbn, title, author;
};
BOOST_DESCRIBE_STRUCT(json_book, (), (id, isbn, title, author))

struct json_reviewer {
  std::optional<uuid> id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(json_reviewer, (), (id, name))

struct json_review {
  std::optional<uuid> id;
  uuid book_id, reviewer_id;
  int rating = 0;
  std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(json_review, (), (id, book_id, reviewer_id, rating, comment))

struct json_id {
  uuid id;
};
BOOST_DESCRIBE_STRUCT(json_id, (), (id))

struct route {
  std::string_view path;
  std::string_view methods;
};
constexpr std::array known_routes{
    route{"/books", "GET, POST"}, route{"/reviewers", "GET, POST"}, route{"/reviews", "GET, POST"},
    route{"/messages", "GET"},    route{"/health", "GET"},          route{"/metrics", "GET"},
};

struct text_field {
  std::string_view name;
  std::string_view text;
};

// JSON has texts with \u0000, and PostgreSQL has not; a club takes the same in every database.
void refuse_zero_bytes(std::initializer_list<text_field> fields) {
  for (const auto& [name, text] : fields) {
    if (text.find('\0') == std::string_view::npos) continue;
    throw messagebus::decode_error("$." + std::string(name) +
                                   ": a text has no zero byte (\\u0000) here: leave it out");
  }
}

uuid id_or_new(const std::optional<uuid>& id) {
  return id ? *id : messagebus::new_uuid();
}

// Counts also what is dropped.
class counted_stream {
 public:
  explicit counted_stream(std::size_t& running) noexcept : running_(running) { ++running_; }
  counted_stream(const counted_stream&) = delete;
  counted_stream& operator=(const counted_stream&) = delete;
  ~counted_stream() { --running_; }

 private:
  std::size_t& running_;
};

reply made(uuid id) {
  reply created{.status = 201};
  messagebus::codec::encode(json_id{id}, created.body);
  created.body += '\n';
  return created;
}

}  // namespace

task<std::optional<reply>> routes::answer(const request& asked, text_sink& stream) {
  const std::string_view path = asked.target.substr(0, asked.target.find('?'));
  const auto* const known = std::ranges::find(known_routes, path, &route::path);
  if (known == known_routes.end()) {
    co_return refusal(404,
                      "there are /books, /reviewers, /reviews, /messages, /health and /metrics");
  }
  const bool is_allowed =
      asked.method == "GET" || (asked.method == "POST" && known->methods.ends_with("POST"));
  if (!is_allowed) {
    reply refused = refusal(405, "this can be asked for by " + std::string(known->methods));
    refused.allow = known->methods;
    co_return refused;
  }
  if (asked.method == "POST") co_return co_await post(path, asked.body);
  co_return co_await get(path, stream);
}

task<std::optional<reply>> routes::post(std::string_view path, std::string_view body) {
  try {
    if (path == "/books") co_return co_await post_book(body);
    if (path == "/reviewers") co_return co_await post_reviewer(body);
    co_return co_await post_review(body);
  } catch (const messagebus::encode_error& too_much) {
    co_return refusal(400, too_much.what());  // what was sent does not go into a message
  }
}

task<std::optional<reply>> routes::get(std::string_view path, text_sink& stream) {
  if (path == "/health") {
    co_await backend_.check();
    reply well{.body = "{\"status\":\"ok\"}\n"};
    co_return well;
  }
  if (path == "/metrics") {
    reply text{.body = metrics_(), .content_type = "text/plain; version=0.0.4"};
    co_return text;
  }
  co_return co_await get_stream(path, stream);
}

task<std::optional<reply>> routes::get_stream(std::string_view path, text_sink& stream) {
  if (streams_running_ >= streams_max_) {
    co_return try_again("as many lists are being streamed as --streams-max allows: try again");
  }
  const counted_stream counted(streams_running_);
  if (path == "/messages") {
    co_await backend_.list_messages(stream);
  } else if (path == "/books") {
    co_await backend_.list(list_of::books, stream);
  } else if (path == "/reviewers") {
    co_await backend_.list(list_of::reviewers, stream);
  } else {
    co_await backend_.list(list_of::reviews, stream);
  }
  co_return std::nullopt;
}

task<reply> routes::post_book(std::string_view body) {
  auto sent = messagebus::codec::decode<json_book>(body);
  refuse_zero_bytes({{"isbn", sent.isbn}, {"title", sent.title}, {"author", sent.author}});
  const uuid id = id_or_new(sent.id);
  register_book command{.id = id,
                        .isbn = std::move(sent.isbn),
                        .title = std::move(sent.title),
                        .author = std::move(sent.author)};
  const registration outcome = co_await backend_.execute(std::move(command));
  if (outcome == registration::done) co_return made(id);
  co_return refusal(409, "a book with this id or this isbn is registered already");
}

task<reply> routes::post_reviewer(std::string_view body) {
  auto sent = messagebus::codec::decode<json_reviewer>(body);
  refuse_zero_bytes({{"name", sent.name}});
  const uuid id = id_or_new(sent.id);
  create_reviewer command{.id = id, .name = std::move(sent.name)};
  const registration outcome = co_await backend_.execute(std::move(command));
  if (outcome == registration::done) co_return made(id);
  co_return refusal(409, "there is a reviewer with this id already");
}

task<reply> routes::post_review(std::string_view body) {
  auto sent = messagebus::codec::decode<json_review>(body);
  if (sent.comment) refuse_zero_bytes({{"comment", *sent.comment}});
  const uuid id = id_or_new(sent.id);
  create_review command{.id = id,
                        .book_id = sent.book_id,
                        .reviewer_id = sent.reviewer_id,
                        .rating = sent.rating,
                        .comment = std::move(sent.comment)};
  switch (co_await backend_.execute(std::move(command))) {
    case reviewing::done:
      co_return made(id);
    case reviewing::rating_out_of_range:
      co_return refusal(409, "a rating is a number from 0 to 10");
    case reviewing::integrity_error:
      break;
  }
  co_return refusal(409,
                    "there is no such book, or no such reviewer, or this reviewer has reviewed "
                    "this book already");
}

}  // namespace http_club
