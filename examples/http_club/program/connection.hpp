#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <http_club/service/routes.hpp>

namespace http_club {

struct connection_limits {
  std::uint64_t body_bytes_max = 64 * 1024;
  std::uint32_t header_bytes_max = 8 * 1024;
  /// For a request to come, and for its answer to be taken.
  std::chrono::seconds idle_max{60};
};

/// One client. Reads requests and answers them, one after the other.
class connection {
 public:
  connection(boost::asio::ip::tcp::socket socket, routes& routes, const connection_limits& limits);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Until the client goes, or is told to.
  task<> run();

  /// Closes when the request that runs has been answered; at once when there is none.
  void finish();
  /// Closes, whatever is being answered.
  void hang_up() { stream_.close(); }

 private:
  using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using request_header = boost::beast::http::request_header<>;

  // Beside a header: what is read at once of a body, the line before a chunk, or the trailer.
  static constexpr std::size_t buffered_bytes_max = 64 * 1024;

  task<bool> read_and_answer();
  task<> read_body(request_parser& parser);
  task<> take_leave();
  task<bool> refuse_unreadable(const boost::beast::error_code& failed);
  task<bool> answer(const boost::beast::http::request<boost::beast::http::string_body>& asked);
  static void note_cut_short(const std::exception_ptr& failed);
  task<> write(const reply& answer, bool keeps_alive, const request_header& asked);

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  routes& routes_;
  connection_limits limits_;
  bool is_answering_ = false;
  bool is_finishing_ = false;
};

}  // namespace http_club
