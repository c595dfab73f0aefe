#include "own_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace messagebus::postgresql {

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

pid_t start_process(std::vector<std::string> arguments, const std::filesystem::path& log) {
  std::vector<char*> given;
  given.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) given.push_back(argument.data());
  given.push_back(nullptr);
  const pid_t process = fork();
  if (process != 0) return process;
  setpgid(0, 0);
  const int into = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(into, STDOUT_FILENO);
  dup2(into, STDERR_FILENO);
  execv(given[0], given.data());
  _exit(127);
}

void kill_process(pid_t process) {
  const std::string name = std::to_string(process);
  std::ifstream listed("/proc/" + name + "/task/" + name + "/children");
  const std::vector<pid_t> children{std::istream_iterator<pid_t>(listed), {}};
  ::kill(process, SIGKILL);
  for (const pid_t child : children) ::kill(child, SIGKILL);
  waitpid(process, nullptr, 0);
}

}  // namespace messagebus::postgresql
