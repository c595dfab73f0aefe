#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <http_club/program/streamed_reply.hpp>
#include <messagebus/asio/use_task.hpp>
#include <utility>

namespace http_club {
namespace {

constexpr std::size_t chunk_bytes = 16 * 1024;

std::string hexadecimal(std::size_t number) {
  std::string digits;
  for (; number > 0; number /= 16) digits.insert(digits.begin(), "0123456789abcdef"[number % 16]);
  return digits;
}

}  // namespace

streamed_reply::streamed_reply(boost::beast::tcp_stream& stream, unsigned http_version,
                               bool keeps_alive, std::string content_type,
                               std::chrono::seconds write_max)
    : stream_(stream),
      is_chunked_(http_version >= 11),
      keeps_alive_(keeps_alive && is_chunked_),
      content_type_(std::move(content_type)),
      write_max_(write_max) {}

task<> streamed_reply::write(std::string_view text) {
  gathered_ += text;
  if (gathered_.size() < chunk_bytes) return {};
  return send();
}

task<> streamed_reply::send() {
  framed_.clear();
  if (!has_begun_) begin();
  if (!gathered_.empty()) {
    if (is_chunked_) framed_ += hexadecimal(gathered_.size()) + "\r\n";
    framed_ += gathered_;
    if (is_chunked_) framed_ += "\r\n";
    gathered_.clear();
  }
  stream_.expires_after(write_max_);
  co_await boost::asio::async_write(stream_, boost::asio::buffer(framed_),
                                    messagebus::asio::use_task);
}

void streamed_reply::begin() {
  has_begun_ = true;
  framed_ += "HTTP/1.1 200 OK\r\nContent-Type: " + content_type_ + "\r\n";
  if (is_chunked_) framed_ += "Transfer-Encoding: chunked\r\n";
  if (!keeps_alive_) framed_ += "Connection: close\r\n";
  framed_ += "\r\n";
}

task<> streamed_reply::end() {
  co_await send();
  if (!is_chunked_) co_return;
  co_await boost::asio::async_write(stream_, boost::asio::buffer("0\r\n\r\n", 5),
                                    messagebus::asio::use_task);
}

}  // namespace http_club
