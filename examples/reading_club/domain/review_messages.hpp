#pragma once

#include <messagebus/messages.hpp>
#include <optional>
#include <reading_club/domain/reviewing.hpp>
#include <string>

namespace reading_club {

struct create_review {
  static constexpr auto schema = messagebus::command<reviewing>("create_review", 1);
  messagebus::uuid id, book_id, reviewer_id;
  int rating = 0;
  std::optional<std::string> comment = {};
  bool operator==(const create_review&) const = default;
};
BOOST_DESCRIBE_STRUCT(create_review, (), (id, book_id, reviewer_id, rating, comment))

struct review_created {
  static constexpr auto schema = messagebus::event("review_created", 1, messagebus::published);
  messagebus::uuid id, book_id, reviewer_id;
  int rating = 0;
  std::optional<std::string> comment = {};
  bool operator==(const review_created&) const = default;
};
BOOST_DESCRIBE_STRUCT(review_created, (), (id, book_id, reviewer_id, rating, comment))

}  // namespace reading_club
