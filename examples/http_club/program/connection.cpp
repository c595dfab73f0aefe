#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <cstdio>
#include <http_club/program/connection.hpp>
#include <http_club/program/streamed_reply.hpp>
#include <messagebus/asio/use_task.hpp>
#include <string_view>
#include <utility>

namespace http_club {

namespace http = boost::beast::http;
using messagebus::asio::use_task;

namespace {

// HTTP/1.1 wants the name of the host asked for exactly once, so that all who pass a request on
// agree about where it goes.
std::optional<reply> refusal_of_host(const http::request<http::string_body>& asked) {
  if (asked.version() < 11) return std::nullopt;
  const auto hosts = std::ranges::count(asked, http::field::host, &http::fields::value_type::name);
  if (hosts == 1) return std::nullopt;
  if (hosts == 0) {
    return refusal(400, "the header has no Host, which HTTP/1.1 requires: send \"Host: NAME\"");
  }
  return refusal(400, "the header has Host " + std::to_string(hosts) + " times: send it once");
}

// Where a body ends that is not in chunks at last, nobody can tell.
bool has_body_without_end(const http::request_parser<http::string_body>& read) {
  return read.get().count(http::field::transfer_encoding) > 0 && !read.chunked();
}

std::optional<reply> refusal_of_header(const http::request_parser<http::string_body>& read) {
  if (has_body_without_end(read)) {
    return refusal(400, "the Transfer-Encoding does not end in chunked: send a Content-Length");
  }
  return refusal_of_host(read.get());
}

// A proxy may ask by the whole URL, which every server has to understand.
std::string_view without_host(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const auto path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

bool waits_to_be_told_to_go_on(const http::request<http::string_body>& asked) {
  return asked.version() >= 11 && boost::beast::iequals(asked[http::field::expect], "100-continue");
}

}  // namespace

connection::connection(boost::asio::ip::tcp::socket socket, routes& routes,
                       const connection_limits& limits)
    : stream_(std::move(socket)),
      buffer_(limits.header_bytes_max + buffered_bytes_max),
      routes_(routes),
      limits_(limits) {
  stream_.socket().set_option(boost::asio::ip::tcp::no_delay(true));
}

task<> connection::run() {
  bool goes_on = true;
  while (goes_on && !is_finishing_) {
    try {
      goes_on = co_await read_and_answer();
    } catch (const boost::system::system_error&) {
      goes_on = false;  // the client is gone, or was too slow
    }
    is_answering_ = false;
  }
  co_await take_leave();
}

// To close while there are bytes that nobody has read tells the client by a reset, which may
// overtake the answer (RFC 9112, 9.6): so what still comes, such as a body that was refused, is
// read and dropped for a while.
task<> connection::take_leave() {
  boost::beast::error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  buffer_.clear();
  const auto dropped = buffer_.prepare(limits_.header_bytes_max);
  stream_.expires_after(std::min(limits_.idle_max, std::chrono::seconds(2)));
  try {
    while (!is_finishing_) co_await stream_.async_read_some(dropped, use_task);
  } catch (const boost::system::system_error&) {
    co_return;  // the end, or no more time
  }
}

task<bool> connection::read_and_answer() {
  request_parser parser;
  parser.body_limit(limits_.body_bytes_max);
  parser.header_limit(limits_.header_bytes_max);
  stream_.expires_after(limits_.idle_max);
  boost::beast::error_code failed;
  std::optional<reply> refused;
  try {
    // Fails for a Content-Length above the limit.
    co_await http::async_read_header(stream_, buffer_, parser, use_task);
    refused = refusal_of_header(parser);
    if (!refused && !parser.is_done()) co_await read_body(parser);
  } catch (const boost::system::system_error& error) {
    failed = error.code();
  }
  // Whoever finishes from here on waits for the answer; before, nothing of it was done.
  if (is_finishing_) co_return false;
  is_answering_ = true;
  if (failed) co_return co_await refuse_unreadable(failed);
  if (refused) {
    co_await write(*refused, false, parser.get());
    co_return false;
  }
  co_return co_await answer(parser.get());
}

// A client may hold its body back until it hears that it is wanted. One whose body has begun to
// come does not.
task<> connection::read_body(request_parser& parser) {
  if (buffer_.size() == 0 && waits_to_be_told_to_go_on(parser.get())) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await boost::asio::async_write(stream_, boost::asio::buffer(go_on), use_task);
  }
  co_await http::async_read(stream_, buffer_, parser, use_task);
}

// A client that sends what is no request is told so once, and let go.
task<bool> connection::refuse_unreadable(const boost::beast::error_code& failed) {
  if (failed == http::error::body_limit) {
    co_await write(refusal(413, "a body has at most " + std::to_string(limits_.body_bytes_max) +
                                    " bytes here: see --body-bytes-max"),
                   false, {});
  } else if (failed == http::error::buffer_overflow) {
    co_await write(refusal(431, "the line before a chunk, or the trailer, is too long: send less"),
                   false, {});
  } else if (failed == http::error::header_limit) {
    co_await write(refusal(431, "a header has at most " + std::to_string(limits_.header_bytes_max) +
                                    " bytes here: see --header-bytes-max"),
                   false, {});
  } else if (failed.category() == make_error_code(http::error::bad_method).category() &&
             failed != http::error::end_of_stream && failed != http::error::partial_message) {
    co_await write(refusal(400, "this is no HTTP request: " + failed.message()), false, {});
  }
  co_return false;
}

// The client sees that its answer is not whole. That it has gone itself is no failure of ours.
void connection::note_cut_short(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const boost::system::system_error&) {
    return;
  } catch (...) {
    reply_to(failed);  // on standard error
  }
}

task<bool> connection::answer(const http::request<http::string_body>& asked) {
  const std::string method(asked.method_string());
  const std::string target(without_host(asked.target()));
  const request request{.method = method, .target = target, .body = asked.body()};
  streamed_reply stream(
      stream_, asked.version(), asked.keep_alive(),
      target.starts_with("/messages") ? "application/x-ndjson" : "application/json",
      limits_.idle_max);
  std::optional<reply> made;
  std::exception_ptr failed;
  try {
    // It ends by itself; a client that is slow to take the answer is another matter.
    stream_.expires_never();
    made = co_await routes_.answer(request, stream);
  } catch (...) {
    failed = std::current_exception();
  }
  if (stream.has_begun() && failed) {
    note_cut_short(failed);
    co_return false;
  }
  if (failed) made = reply_to(failed);
  const bool keeps_alive = asked.keep_alive() && !is_finishing_;
  if (made) {
    // Also to say that the request was cancelled.
    task<> writing = write(*made, keeps_alive, asked);
    writing.shield();
    co_await std::move(writing);
    co_return keeps_alive;
  }
  co_await stream.end();
  co_return keeps_alive&& stream.keeps_alive();
}

task<> connection::write(const reply& answer, bool keeps_alive, const request_header& asked) {
  http::response<http::string_body> response(static_cast<http::status>(answer.status),
                                             asked.version());
  response.set(http::field::content_type, answer.content_type);
  if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
  if (answer.retry_after_seconds > 0) {
    response.set(http::field::retry_after, std::to_string(answer.retry_after_seconds));
  }
  response.keep_alive(keeps_alive);
  response.content_length(answer.body.size());
  // Who asks for the head alone would take a body for the next answer.
  if (asked.method() != http::verb::head) response.body() = answer.body;
  stream_.expires_after(limits_.idle_max);
  co_await http::async_write(stream_, response, use_task);
}

void connection::finish() {
  is_finishing_ = true;
  if (!is_answering_) stream_.close();
}

}  // namespace http_club
