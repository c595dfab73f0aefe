#pragma once

#include <messagebus/messages.hpp>
#include <optional>
#include <string>

enum class registration { done, exists_already };
BOOST_DESCRIBE_ENUM(registration, done, exists_already)

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

struct create_review {
  static constexpr auto schema = messagebus::command<registration>("create_review", 1);
  messagebus::uuid id, book_id, reviewer_id;
  int rating = 0;
  std::optional<std::string> comment;
  bool operator==(const create_review&) const = default;
};
BOOST_DESCRIBE_STRUCT(create_review, (), (id, book_id, reviewer_id, rating, comment))

struct book {
  messagebus::uuid id;
  std::string isbn, title, author;
  messagebus::raised_messages messages = {};
  bool operator==(const book&) const = default;
};
BOOST_DESCRIBE_STRUCT(book, (), (id, isbn, title, author))
