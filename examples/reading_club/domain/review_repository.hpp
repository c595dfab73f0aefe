#pragma once

#include <reading_club/domain/review.hpp>
#include <vector>

namespace reading_club {

class review_repository {
 public:
  virtual ~review_repository() = default;

  /// Null when the id is taken, or the book has a review by this reviewer; nothing was changed
  /// then. Precondition: there is such a book and such a reviewer.
  virtual review* add(review added) = 0;
  /// In the order of their ids.
  virtual std::vector<review> all() = 0;
};

}  // namespace reading_club
