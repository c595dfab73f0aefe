#pragma once

#include <messagebus/messages.hpp>
#include <optional>
#include <string>

namespace reading_club {

inline constexpr int rating_min = 0;
inline constexpr int rating_max = 10;

/// What one reviewer thinks of one book; there is one a pair.
struct review {
  messagebus::uuid id, book_id, reviewer_id;
  int rating = rating_min;
  std::optional<std::string> comment = {};
  messagebus::raised_messages messages = {};
  bool operator==(const review&) const = default;
};
BOOST_DESCRIBE_STRUCT(review, (), (id, book_id, reviewer_id, rating, comment))

}  // namespace reading_club
