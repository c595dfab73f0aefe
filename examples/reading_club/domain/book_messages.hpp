#pragma once

#include <messagebus/messages.hpp>
#include <reading_club/domain/registration.hpp>
#include <string>

namespace reading_club {

struct register_book {
  static constexpr auto schema = messagebus::command<registration>("register_book", 1);
  messagebus::uuid id;
  std::string isbn, title, author;
  bool operator==(const register_book&) const = default;
};
BOOST_DESCRIBE_STRUCT(register_book, (), (id, isbn, title, author))

struct book_registered {
  static constexpr auto schema = messagebus::event("book_registered", 1, messagebus::published);
  messagebus::uuid id;
  std::string isbn, title, author;
  bool operator==(const book_registered&) const = default;
};
BOOST_DESCRIBE_STRUCT(book_registered, (), (id, isbn, title, author))

}  // namespace reading_club
