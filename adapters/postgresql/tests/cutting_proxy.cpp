#include "cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace messagebus::postgresql {
namespace {

constexpr int look_for_stop_every_ms = 20;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool pass_on(int from, int to) {
  std::array<char, 65536> bytes;
  const auto got = recv(from, bytes.data(), bytes.size(), 0);
  return got > 0 && send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

}  // namespace

cutting_proxy::cutting_proxy(const std::string& address) : address_(address) {
  const auto colon = address.rfind(':');
  server_port_ = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)));
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in own = loopback(0);
  socklen_t length = sizeof own;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&own), length) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &length) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(own.sin_port);
  accepting_ = std::jthread([this] { accept_clients(); });
}

cutting_proxy::~cutting_proxy() {
  stops_ = true;
  accepting_.join();
  clients_.clear();
  close(listener_);
}

std::string cutting_proxy::address() const {
  const auto colon = address_.rfind(':');
  return address_.substr(0, colon + 1) + std::to_string(port_) +
         address_.substr(address_.find('/', colon));
}

void cutting_proxy::accept_clients() {
  while (!stops_) {
    pollfd polled{listener_, POLLIN, 0};
    if (poll(&polled, 1, look_for_stop_every_ms) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    clients_.emplace_back([this, client] { serve(client); });
  }
}

void cutting_proxy::serve(int client) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in there = loopback(server_port_);
  bool is_open = connect(server, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0;
  while (is_open && !stops_) {
    std::array<pollfd, 2> polled{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (poll(polled.data(), polled.size(), look_for_stop_every_ms) <= 0) continue;
    if (polled[1].revents != 0) is_open = pass_on(server, client);
    if (is_open && polled[0].revents != 0) is_open = pass_to_server(client, server);
  }
  close(client);
  close(server);
}

bool cutting_proxy::pass_to_server(int client, int server) {
  std::array<char, 65536> bytes;
  const auto got = recv(client, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  const auto size = static_cast<std::size_t>(got);
  constexpr std::string_view commit("COMMIT\0", 7);
  const bool commits = std::string_view(bytes.data(), size).find(commit) != std::string_view::npos;
  cut how = commits ? cut_.exchange(cut::never) : cut::never;
  if (how == cut::before_the_server_hears) {
    ++cuts_;
    return false;
  }
  if (send(server, bytes.data(), size, MSG_NOSIGNAL) != got) return false;
  if (how == cut::never) return true;
  // The server has answered: it has committed.
  ++cuts_;
  pollfd polled{server, POLLIN, 0};
  poll(&polled, 1, 5000);
  return false;
}

}  // namespace messagebus::postgresql
