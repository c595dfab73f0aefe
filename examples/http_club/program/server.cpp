#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <csignal>
#include <cstdio>
#include <http_club/program/server.hpp>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/run_loop.hpp>
#include <messagebus/asio/use_task.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace http_club {

using boost::asio::ip::tcp;

namespace {

// For clients that are cut off to take the answer that says so.
constexpr std::chrono::seconds last_answers_max{1};

tcp::acceptor listening_on(boost::asio::io_context& context, const std::string& address,
                           unsigned short port) {
  try {
    return {context, tcp::endpoint(boost::asio::ip::make_address(address), port)};
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + address + ", port " + std::to_string(port) +
                             ": " + error.code().message() +
                             "; choose others by --address and --port");
  }
}

}  // namespace

server::server(boost::asio::io_context& context, const std::string& address, unsigned short port,
               routes& routes, const connection_limits& limits, std::chrono::seconds shutdown_max)
    : context_(context),
      acceptor_(listening_on(context, address, port)),
      signals_(context, SIGINT, SIGTERM),
      shutdown_timer_(context),
      routes_(routes),
      limits_(limits),
      shutdown_max_(shutdown_max) {}

std::size_t server::run() {
  signals_.async_wait([this](const boost::system::error_code& failed, int /*signal*/) {
    if (!failed) shut_down();
  });
  messagebus::asio::async_run(
      accept(), boost::asio::bind_executor(context_.get_executor(),
                                           [](const std::exception_ptr& /*closed*/) {}));
  messagebus::asio::run_loop(context_);
  return cut_off_;
}

task<> server::accept() {
  while (acceptor_.is_open()) {
    boost::system::error_code failed;
    try {
      tcp::socket accepted = co_await acceptor_.async_accept(messagebus::asio::use_task);
      if (!acceptor_.is_open()) co_return;  // the signal came while this one was being handed over
      serve(std::move(accepted));
    } catch (const boost::system::system_error& error) {
      failed = error.code();
    }
    if (!failed || !acceptor_.is_open()) continue;
    // Out of descriptors, perhaps: others may close theirs.
    std::fprintf(stderr, "http_club: cannot accept a client: %s\n", failed.message().c_str());
    boost::asio::steady_timer pause(context_, std::chrono::milliseconds(100));
    co_await pause.async_wait(messagebus::asio::use_task);
  }
}

void server::serve(tcp::socket socket) {
  const auto added = clients_.emplace(clients_.end(), std::move(socket), routes_, limits_);
  const auto ended = [this, added](const std::exception_ptr& failed) {
    if (failed) reply_to(failed);  // on standard error
    clients_.erase(added);
    if (clients_.empty()) shutdown_timer_.cancel();
  };
  messagebus::asio::async_run(
      added->served.run(),
      boost::asio::bind_executor(context_.get_executor(), boost::asio::bind_cancellation_slot(
                                                              added->cancelling.slot(), ended)));
}

void server::shut_down() {
  // Whoever asks again does not want to wait: what signals do by themselves is to end the process.
  signals_.clear();
  acceptor_.close();
  for (client& each : clients_) each.served.finish();
  if (clients_.empty()) return;
  shutdown_timer_.expires_after(shutdown_max_);
  shutdown_timer_.async_wait([this](const boost::system::error_code& ended) {
    if (ended) return;
    cut_off_ = clients_.size();
    for (client& each : clients_) each.cancelling.emit(boost::asio::cancellation_type::terminal);
    hang_up_later();
  });
}

// An answer is not cancelled, so that it says why; a client that does not take it ends all the
// same.
void server::hang_up_later() {
  shutdown_timer_.expires_after(last_answers_max);
  shutdown_timer_.async_wait([this](const boost::system::error_code& ended) {
    if (ended) return;
    for (client& each : clients_) each.served.hang_up();
  });
}

}  // namespace http_club
