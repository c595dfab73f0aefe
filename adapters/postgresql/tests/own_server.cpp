#include "own_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

// Where nobody listens now.
std::uint16_t free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool is_bound = bind(probe, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                        getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  close(probe);
  if (!is_bound) throw std::runtime_error("there is no free port");
  return ntohs(address.sin_port);
}

}  // namespace

own_server::own_server(const own_server* primary) : primary_(primary), port_(free_port()) {
  std::string name = (std::filesystem::temp_directory_path() / "messagebus-server-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  folder_ = name;
  start();
}

own_server::~own_server() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string own_server::address(const std::string& database) const {
  return "postgresql://messagebus@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void own_server::start() {
  const std::string script = address_of("MESSAGEBUS_TEST_POSTGRESQL_SERVER");
  const std::string folder = folder_.string();
  const std::string port = std::to_string(port_);
  std::vector<std::string> arguments{script, folder, port};
  if (primary_ != nullptr) {
    arguments.insert(arguments.end(),
                     {"--standby-of", primary_->folder_.string(), std::to_string(primary_->port_)});
  }
  // What a killed server has written stays with the system; to wait for the disk proves nothing.
  arguments.emplace_back("fsync=off");
  std::vector<char*> given;
  for (std::string& argument : arguments) given.push_back(argument.data());
  given.push_back(nullptr);
  // The last server's processes may hold its memory for a moment after it was killed.
  for (int attempt = 0; attempt < 100; ++attempt) {
    process_ = fork();
    if (process_ == 0) {
      setpgid(0, 0);
      const int log = open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      dup2(log, STDOUT_FILENO);
      dup2(log, STDERR_FILENO);
      execv(given[0], given.data());
      _exit(127);
    }
    for (int look = 0; look < 300; ++look) {
      if (PQping(address().c_str()) == PQPING_OK) return;
      if (waitpid(process_, nullptr, WNOHANG) == process_) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("the server does not start; see " + folder + "/log");
}

void own_server::kill() {
  const std::string process = std::to_string(process_);
  std::ifstream listed("/proc/" + process + "/task/" + process + "/children");
  const std::vector<pid_t> children{std::istream_iterator<pid_t>(listed), {}};
  ::kill(process_, SIGKILL);
  for (const pid_t child : children) ::kill(child, SIGKILL);
  waitpid(process_, nullptr, 0);
}

}  // namespace messagebus::postgresql
