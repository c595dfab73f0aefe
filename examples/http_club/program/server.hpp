#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <http_club/program/connection.hpp>
#include <list>
#include <string>
#include <utility>

namespace http_club {

/// Accepts clients on one port, until a signal asks it to end.
class server {
 public:
  /// Errors: `std::runtime_error` when the address cannot be listened on. Port 0 is any that is
  /// free.
  server(boost::asio::io_context& context, const std::string& address, unsigned short port,
         routes& routes, const connection_limits& limits, std::chrono::seconds shutdown_max);

  unsigned short port() const { return acceptor_.local_endpoint().port(); }

  /// Runs the loop until SIGTERM or SIGINT, then lets running requests end. Those that take longer
  /// than `shutdown_max` are cancelled, and answered that they may be tried again. Returns how many
  /// were. A second signal ends the process.
  std::size_t run();

 private:
  struct client {
    client(boost::asio::ip::tcp::socket socket, routes& routes, const connection_limits& limits)
        : served(std::move(socket), routes, limits) {}

    connection served;
    boost::asio::cancellation_signal cancelling;
  };

  task<> accept();
  void serve(boost::asio::ip::tcp::socket socket);
  void shut_down();
  void hang_up_later();

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer shutdown_timer_;
  routes& routes_;
  connection_limits limits_;
  std::chrono::seconds shutdown_max_;
  std::list<client> clients_;
  std::size_t cut_off_ = 0;
};

}  // namespace http_club
