#pragma once

#include <boost/describe/enum.hpp>

namespace reading_club {

/// What became of a command that reviews a book.
enum class reviewing {
  done,
  /// The id is taken, there is no such book or no such reviewer, or this reviewer has reviewed this
  /// book already.
  integrity_error,
  rating_out_of_range
};
BOOST_DESCRIBE_ENUM(reviewing, done, integrity_error, rating_out_of_range)

}  // namespace reading_club
