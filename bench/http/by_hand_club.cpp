// POST /books of the HTTP club as one writes it by hand on Beast's callbacks and libpq, on one
// thread: the same SQL, the same JSON, and the two messages that the log would get.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/describe/class.hpp>
#include <cstdio>
#include <exception>
#include <memory>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/clock.hpp>
#include <messagebus/domain/id_source.hpp>
#include <optional>
#include <string>
#include <utility>

#include "hand_connection.hpp"

namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using messagebus::uuid;
using messagebus::bench::hand_pool;

struct json_book {
  std::optional<uuid> id;
  std::string isbn, title, author;
};
BOOST_DESCRIBE_STRUCT(json_book, (), (id, isbn, title, author))

struct json_id {
  uuid id;
};
BOOST_DESCRIBE_STRUCT(json_id, (), (id))

class client : public std::enable_shared_from_this<client> {
 public:
  client(tcp::socket socket, hand_pool& pool) : stream_(std::move(socket)), pool_(pool) {
    stream_.socket().set_option(tcp::no_delay(true));
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(64 * 1024);
    stream_.expires_after(std::chrono::seconds(60));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const auto& failed, std::size_t) {
                       if (!failed) self->handle();
                     });
  }

 private:
  void handle() {
    try {
      auto sent = messagebus::codec::decode<json_book>(parser_->get().body());
      const uuid id = sent.id ? *sent.id
                              : messagebus::uuid7_source::instance().next(
                                    messagebus::system_clock::instance().now());
      pool_.register_book({id, std::move(sent.isbn), std::move(sent.title), std::move(sent.author)},
                          [self = shared_from_this(), id](bool is_new) {
                            std::string body;
                            if (is_new) messagebus::codec::encode(json_id{id}, body);
                            self->write(is_new ? http::status::created : http::status::conflict,
                                        body + "\n");
                          });
    } catch (const std::exception& error) {
      write(http::status::bad_request, error.what());
    }
  }

  void write(http::status status, std::string body) {
    response_ = {status, parser_->get().version()};
    response_.set(http::field::content_type, "application/json");
    response_.keep_alive(parser_->get().keep_alive());
    response_.body() = std::move(body);
    response_.prepare_payload();
    stream_.expires_after(std::chrono::seconds(60));
    http::async_write(stream_, response_,
                      [self = shared_from_this()](const auto& failed, std::size_t) {
                        if (!failed && self->response_.keep_alive()) self->read();
                      });
  }

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  hand_pool& pool_;
};

void accept(tcp::acceptor& acceptor, hand_pool& pool) {
  acceptor.async_accept([&](const auto& failed, tcp::socket socket) {
    if (!failed) std::make_shared<client>(std::move(socket), pool)->read();
    accept(acceptor, pool);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: by_hand_club DATABASE_WITH_THE_TABLES_OF_HTTP_CLUB\n", stderr);
    return 2;
  }
  try {
    boost::asio::io_context context(1);
    hand_pool pool(context, argv[1], 16);
    tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
    std::printf("listening on http://127.0.0.1:%d\n", acceptor.local_endpoint().port());
    std::fflush(stdout);
    accept(acceptor, pool);
    context.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "by_hand_club: %s\n", error.what());
    return 1;
  }
}
