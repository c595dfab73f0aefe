#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <messagebus/domain/error.hpp>
#include <reading_club/program/command_line.hpp>
#include <system_error>

int main(int argc, char** argv) {
  using namespace reading_club;
  try {
    const auto asked = read_command_line(argc, argv);
    if (const auto* answered = std::get_if<exit_code>(&asked)) return static_cast<int>(*answered);
    const exit_code code = std::get<std::function<exit_code()>>(asked)();
    if (std::fflush(stdout) != 0) {
      throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
    }
    return static_cast<int>(code);
  } catch (const messagebus::error& error) {
    fmt::print(stderr, "reading_club: {}\n", error.what());
    // What was given cannot stand in a message: text that is no UTF-8.
    const bool is_usage = error.code() == messagebus::errc::encode;
    return static_cast<int>(is_usage ? exit_code::usage : exit_code::database);
  } catch (const std::exception& error) {
    fmt::print(stderr, "reading_club: {}\n", error.what());
    return static_cast<int>(exit_code::database);
  }
}
