#pragma once

#include <reading_club/domain/reviewer.hpp>
#include <vector>

namespace reading_club {

class reviewer_repository {
 public:
  virtual ~reviewer_repository() = default;

  /// Null when the id is taken; nothing was changed then.
  virtual reviewer* add(reviewer added) = 0;
  virtual bool contains(messagebus::uuid id) = 0;
  /// In the order of their ids.
  virtual std::vector<reviewer> all() = 0;
};

}  // namespace reading_club
