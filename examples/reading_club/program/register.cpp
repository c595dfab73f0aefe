#include <fmt/core.h>

#include <reading_club/program/commands.hpp>
#include <reading_club/program/opened_club.hpp>
#include <reading_club/program/standard_output.hpp>
#include <reading_club/service/club_bus.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace reading_club {
namespace {

template <class Command>
auto execute(const Command& command, const club_location& database) {
  const auto club = open_club(database);
  club_bus bus;
  return bus.execute(club->unit_of_work(), command);
}

// `what` was committed, whatever becomes of its id: who is not told that would do it again.
exit_code done(std::string_view what, messagebus::uuid id) {
  try {
    fmt::print("{}\n", id.to_string());
    flush_standard_output();
  } catch (const std::system_error& failure) {
    throw std::runtime_error(
        fmt::format("{}; the {} is kept, with the id {}", failure.what(), what, id.to_string()));
  }
  return exit_code::done;
}

exit_code refused(std::string_view why) {
  fmt::print(stderr, "reading_club: refused: {}\n", why);
  return exit_code::refused;
}

}  // namespace

exit_code run(const register_book& command, const club_location& database) {
  switch (execute(command, database)) {
    case registration::done:
      return done("book", command.id);
    case registration::integrity_error:
      break;
  }
  return refused("a book with this id or this isbn is registered already");
}

exit_code run(const create_reviewer& command, const club_location& database) {
  switch (execute(command, database)) {
    case registration::done:
      return done("reviewer", command.id);
    case registration::integrity_error:
      break;
  }
  return refused("there is a reviewer with this id already");
}

exit_code run(const create_review& command, const club_location& database) {
  switch (execute(command, database)) {
    case reviewing::done:
      return done("review", command.id);
    case reviewing::rating_out_of_range:
      return refused(fmt::format("a rating is a number from {} to {}, not {}", rating_min,
                                 rating_max, command.rating));
    case reviewing::integrity_error:
      break;
  }
  return refused(
      "there is no such book, or no such reviewer, or this reviewer has reviewed this book already "
      "(see list books, list reviewers, list reviews)");
}

}  // namespace reading_club
