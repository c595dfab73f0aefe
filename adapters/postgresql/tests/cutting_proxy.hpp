#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace messagebus::postgresql {

/// Stands between a client and the server, and cuts the connection when the client commits.
class cutting_proxy {
 public:
  enum class cut { never, before_the_server_hears, before_the_client_hears };

  /// In front of the server at this address.
  explicit cutting_proxy(const std::string& address);
  ~cutting_proxy();

  std::string address() const;
  std::uint16_t port() const noexcept { return port_; }
  /// The next COMMIT that passes is cut, and none after it.
  void cut_next_commit(cut how) noexcept { cut_ = how; }
  int cuts() const noexcept { return cuts_; }

 private:
  void accept_clients();
  void serve(int client);
  bool pass_to_server(int client, int server);

  std::string address_;
  std::uint16_t server_port_ = 0;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<cut> cut_ = cut::never;
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> stops_ = false;
  std::vector<std::jthread> clients_;
  std::jthread accepting_;
};

}  // namespace messagebus::postgresql
