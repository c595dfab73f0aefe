#pragma once

#include <messagebus/messages.hpp>
#include <string>

namespace reading_club {

/// A book that the club may review. No two have the same id or the same isbn.
struct book {
  messagebus::uuid id;
  std::string isbn, title, author;
  messagebus::raised_messages messages = {};
  bool operator==(const book&) const = default;
};
BOOST_DESCRIBE_STRUCT(book, (), (id, isbn, title, author))

}  // namespace reading_club
