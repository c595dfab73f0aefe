#pragma once

#include <sys/types.h>

#include <cstdio>
#include <string>
#include <vector>

namespace http_club {

/// The program in a process of its own, on a port that is free.
class served_club {
 public:
  explicit served_club(const std::string& database, std::vector<std::string> options = {});
  served_club(const served_club&) = delete;
  served_club& operator=(const served_club&) = delete;
  ~served_club();

  unsigned short port() const noexcept { return port_; }
  void signal(int number) const;
  /// Waits for the end of the process; its exit code.
  int exit_code();
  /// What it has written to standard error.
  std::string errors() const;

 private:
  pid_t process_ = -1;
  std::FILE* output_ = nullptr;
  int errors_ = -1;
  unsigned short port_ = 0;
};

/// Runs the program to its end; its exit code, and what it printed.
struct program_end {
  int exit_code;
  std::string output;
};
program_end run_program(const std::string& arguments);

}  // namespace http_club
