#include <fmt/core.h>

#include <clocale>
#include <cstdio>
#include <exception>
#include <messagebus/domain/error.hpp>
#include <reading_club/program/command_line.hpp>
#include <reading_club/program/standard_output.hpp>
#include <shown_text.hpp>

int main(int argc, char** argv) {
  using namespace reading_club;
  // For the columns of a list. NOLINTNEXTLINE(concurrency-mt-unsafe): the only thread yet
  std::setlocale(LC_CTYPE, "C.UTF-8");
  try {
    const auto asked = read_command_line(argc, argv);
    const auto* const answered = std::get_if<exit_code>(&asked);
    const exit_code code =
        answered != nullptr ? *answered : std::get<std::function<exit_code()>>(asked)();
    flush_standard_output();
    return static_cast<int>(code);
  } catch (const messagebus::error& error) {
    fmt::print(stderr, "reading_club: {}\n", messagebus::tool::shown(error.what()));
    // What was given cannot stand in a message: text that is no UTF-8.
    const bool is_usage = error.code() == messagebus::errc::encode;
    return static_cast<int>(is_usage ? exit_code::usage : exit_code::database);
  } catch (const std::exception& error) {
    fmt::print(stderr, "reading_club: {}\n", messagebus::tool::shown(error.what()));
    return static_cast<int>(exit_code::database);
  }
}
