#pragma once

#include <boost/describe/enum.hpp>

namespace reading_club {

/// What became of a command that registers a book or a reviewer.
enum class registration {
  done,
  /// The id, or the isbn of the book, is taken.
  integrity_error
};
BOOST_DESCRIBE_ENUM(registration, done, integrity_error)

}  // namespace reading_club
