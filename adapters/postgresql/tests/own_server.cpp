#include "own_server.hpp"

#include <libpq-fe.h>
#include <sys/wait.h>

#include <chrono>
#include <stdexcept>
#include <text_file.hpp>
#include <thread>
#include <vector>

#include "own_process.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {

own_server::own_server(const own_server* primary) : primary_(primary), port_(free_port()) {
  start();
}

own_server::~own_server() {
  kill();
}

std::string own_server::address(const std::string& database) const {
  return "postgresql://messagebus@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void own_server::start() {
  const std::string script = address_of("MESSAGEBUS_TEST_POSTGRESQL_SERVER");
  const std::string port = std::to_string(port_);
  std::vector<std::string> arguments{script, folder_.path().string(), port};
  if (primary_ != nullptr) {
    arguments.insert(arguments.end(), {"--standby-of", primary_->folder().string(),
                                       std::to_string(primary_->port_)});
  }
  // What a killed server has written stays with the system; to wait for the disk proves nothing.
  arguments.emplace_back("fsync=off");
  // The last server's processes may hold its memory for a moment after it was killed.
  for (int attempt = 0; attempt < 100; ++attempt) {
    process_ = start_process(arguments, folder_ / "log");
    for (int look = 0; look < 300; ++look) {
      if (PQping(address().c_str()) == PQPING_OK) return;
      if (waitpid(process_, nullptr, WNOHANG) == process_) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("the server does not start; it printed:\n" +
                           tests::read_text(folder_ / "log"));
}

void own_server::kill() {
  kill_process(process_);
}

}  // namespace messagebus::postgresql
