#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <map>
#include <string>

namespace http_club {

struct http_answer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> fields;
  bool keeps_alive = false;
};

/// A client that keeps its connection.
class http_client {
 public:
  /// With `receives_bytes`, about so many bytes stay unread before the server has to wait; else as
  /// many as the system likes.
  explicit http_client(unsigned short port, int receives_bytes = 0);

  http_answer get(const std::string& target) { return ask("GET", target, ""); }
  http_answer post(const std::string& target, const std::string& body) {
    return ask("POST", target, body);
  }
  http_answer ask(const std::string& method, const std::string& target, const std::string& body);

  /// Sends these bytes as they are.
  void send(const std::string& bytes);
  /// Sends them again and again, until the server reads no more.
  void send_until_nobody_reads(const std::string& bytes);
  http_answer receive();
  /// Everything up to these bytes, as it comes.
  std::string receive_until(const std::string& bytes);
  /// The first byte of an answer, so that the rest is on its way.
  void begin_to_receive();
  /// True when the server has closed the connection.
  bool is_closed();

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace http_club
