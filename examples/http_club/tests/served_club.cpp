#include "served_club.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace http_club {

served_club::served_club(const std::string& database, std::vector<std::string> options) {
  std::vector<std::string> arguments{HTTP_CLUB_PROGRAM, "--database", database, "--port", "0"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
  errors_ = ::memfd_create("errors", MFD_CLOEXEC);
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(errors_, STDERR_FILENO);
    ::close(pipe[0]);
    ::close(pipe[1]);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  output_ = ::fdopen(pipe[0], "r");
  if (std::fscanf(output_, "listening on http://127.0.0.1:%hu", &port_) != 1) {
    throw std::runtime_error("http_club did not start");
  }
}

served_club::~served_club() {
  if (process_ > 0) {
    signal(SIGKILL);
    exit_code();
  }
  std::fclose(output_);
  std::fputs(errors().c_str(), stderr);
  ::close(errors_);
}

std::string served_club::errors() const {
  std::string text;
  std::array<char, 4096> bytes{};
  ssize_t size = 0;
  while ((size = ::pread(errors_, bytes.data(), bytes.size(), static_cast<off_t>(text.size()))) >
         0) {
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

void served_club::signal(int number) const {
  ::kill(process_, number);
}

int served_club::exit_code() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

program_end run_program(const std::string& arguments) {
  const std::string command = std::string(HTTP_CLUB_PROGRAM) + " " + arguments + " 2>&1";
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  program_end end{};
  std::array<char, 4096> bytes{};
  while (const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), pipe)) {
    end.output.append(bytes.data(), size);
  }
  const int status = ::pclose(pipe);
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return end;
}

}  // namespace http_club
