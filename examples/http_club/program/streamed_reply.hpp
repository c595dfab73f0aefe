#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <http_club/service/backend.hpp>
#include <string>

namespace http_club {

/// A reply that goes out in chunks while it is made. Its header goes out with the first of them, so
/// that an error before that still has a status of its own.
class streamed_reply final : public text_sink {
 public:
  streamed_reply(boost::beast::tcp_stream& stream, unsigned http_version, bool keeps_alive,
                 std::string content_type, std::chrono::seconds write_max);

  task<> write(std::string_view text) override;
  /// The end of the reply.
  task<> end();

  bool has_begun() const noexcept { return has_begun_; }
  /// A client of HTTP/1.0 sees the end by the end of the connection.
  bool keeps_alive() const noexcept { return keeps_alive_; }

 private:
  task<> send();
  void begin();

  boost::beast::tcp_stream& stream_;
  bool is_chunked_;
  bool keeps_alive_;
  std::string content_type_;
  std::chrono::seconds write_max_;
  std::string gathered_;
  std::string framed_;
  bool has_begun_ = false;
};

}  // namespace http_club
