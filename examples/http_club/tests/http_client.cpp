#include "http_client.hpp"

#include <poll.h>

#include <array>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace http_club {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

http_client::http_client(unsigned short port, int receives_bytes) : socket_(context_) {
  socket_.open(tcp::v4());
  if (receives_bytes > 0) {
    socket_.set_option(boost::asio::socket_base::receive_buffer_size(receives_bytes));
  }
  socket_.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
}

void http_client::send(const std::string& bytes) {
  boost::asio::write(socket_, boost::asio::buffer(bytes));
}

void http_client::send_until_nobody_reads(const std::string& bytes) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += bytes;
  socket_.non_blocking(true);
  boost::system::error_code failed;
  while (!failed) {
    boost::asio::write(socket_, boost::asio::buffer(many), failed);
    if (failed != boost::asio::error::would_block) continue;
    pollfd polled{.fd = socket_.native_handle(), .events = POLLOUT, .revents = 0};
    if (::poll(&polled, 1, 2000) > 0) failed = {};
  }
  socket_.non_blocking(false);
}

http_answer http_client::ask(const std::string& method, const std::string& target,
                             const std::string& body) {
  send(method + " " + target + " HTTP/1.1\r\nHost: club\r\nContent-Length: " +
       std::to_string(body.size()) + "\r\n\r\n" + body);
  return receive();
}

http_answer http_client::receive() {
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  http::read(socket_, buffer_, parser);
  http_answer answer{.status = static_cast<int>(parser.get().result_int()),
                     .body = parser.get().body(),
                     .fields = {},
                     .keeps_alive = parser.get().keep_alive()};
  for (const auto& field : parser.get()) {
    answer.fields.emplace(field.name_string(), field.value());
  }
  return answer;
}

std::string http_client::receive_until(const std::string& bytes) {
  std::string received;
  boost::asio::read_until(socket_, boost::asio::dynamic_buffer(received), bytes);
  return received;
}

void http_client::begin_to_receive() {
  std::array<char, 1> byte{};
  boost::asio::read(socket_, boost::asio::buffer(byte));
}

bool http_client::is_closed() {
  std::array<char, 1> byte{};
  boost::system::error_code failed;
  socket_.read_some(boost::asio::buffer(byte), failed);
  return failed == boost::asio::error::eof || failed == boost::asio::error::connection_reset;
}

}  // namespace http_club
