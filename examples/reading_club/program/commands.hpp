#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <reading_club/domain/book_messages.hpp>
#include <reading_club/domain/review_messages.hpp>
#include <reading_club/domain/reviewer_messages.hpp>
#include <reading_club/program/exit_code.hpp>
#include <reading_club/program/opened_club.hpp>

namespace reading_club {

// What the program does; one function a subcommand. Each opens the database, does its work, and
// prints what came of it. Errors: those of the database.

/// Print the id of what was made.
exit_code run(const register_book& command, const club_location& database);
exit_code run(const create_reviewer& command, const club_location& database);
exit_code run(const create_review& command, const club_location& database);

enum class list_of { books, reviewers, reviews, messages };
exit_code list(list_of what, bool as_json, const club_location& database);

struct stress_options {
  int writers = 4;
  std::chrono::duration<double> duration = std::chrono::seconds(5);
};
/// Registers books by several threads as fast as it can, and prints the id of each once it has been
/// committed.
exit_code stress(const stress_options& options, const club_location& database);

/// Examines whether state and log agree, and whether all that `stress` has printed into a file is
/// there. May run beside writers.
exit_code check(const std::optional<std::filesystem::path>& reported,
                const club_location& database);

}  // namespace reading_club
