#pragma once

#include <http_club/service/async_club.hpp>
#include <string>
#include <string_view>

namespace http_club {

enum class list_of { books, reviewers, reviews };

/// Takes a text piece by piece, and suspends whoever is faster than the reader.
class text_sink {
 public:
  virtual ~text_sink() = default;
  virtual task<> write(std::string_view text) = 0;
};

/// Where the club is kept, as the service sees it: nothing blocks the event loop. Errors: those of
/// the database.
class backend {
 public:
  virtual ~backend() = default;

  virtual task<registration> execute(register_book command) = 0;
  virtual task<registration> execute(create_reviewer command) = 0;
  virtual task<reviewing> execute(create_review command) = 0;

  /// Writes a JSON array.
  virtual task<> list(list_of what, text_sink& into) = 0;
  /// Writes the log, one JSON object a line.
  virtual task<> list_messages(text_sink& into) = 0;
  /// Asks the database for a sign of life.
  virtual task<> check() = 0;
};

}  // namespace http_club
