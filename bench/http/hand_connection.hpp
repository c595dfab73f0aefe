#pragma once

#include <libpq-fe.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <messagebus/domain/uuid.hpp>
#include <string>
#include <vector>

namespace messagebus::bench {

struct new_book {
  uuid id;
  std::string isbn, title, author;
};

/// One connection of libpq on an event loop, as one writes it for this one request: prepared
/// statements, two pipelined round trips, callbacks.
class hand_connection {
 public:
  using on_end = std::function<void(bool is_new)>;

  hand_connection(boost::asio::io_context& context, const std::string& where);

  /// Begins, inserts the book; then, when it was new, inserts its two messages and commits, or else
  /// one message.
  void register_book(new_book book, on_end ended);

 private:
  void insert_book();
  void insert_messages();
  void send(const char* statement, std::initializer_list<const char*> values);
  void exchange(std::size_t statements, std::function<void()> next);
  void take_answers();
  [[noreturn]] void fail() const;

  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  boost::asio::posix::stream_descriptor socket_;
  new_book book_;
  on_end ended_;
  std::function<void()> next_;
  std::size_t answers_left_ = 0;
  bool is_new_ = false;
  bool counts_rows_ = false;
};

/// Connections, and the requests that wait for one.
class hand_pool {
 public:
  hand_pool(boost::asio::io_context& context, const std::string& where, std::size_t size);

  void register_book(new_book book, hand_connection::on_end ended);

 private:
  void run(hand_connection& free, new_book book, hand_connection::on_end ended);

  std::vector<std::unique_ptr<hand_connection>> all_;
  std::vector<hand_connection*> free_;
  std::deque<std::pair<new_book, hand_connection::on_end>> waiting_;
};

}  // namespace messagebus::bench
