#pragma once

#include <reading_club/domain/book.hpp>
#include <vector>

namespace reading_club {

class book_repository {
 public:
  virtual ~book_repository() = default;

  /// Null when the id or the isbn is taken; nothing was changed then.
  virtual book* add(book added) = 0;
  virtual bool contains(messagebus::uuid id) = 0;
  /// In the order of their ids.
  virtual std::vector<book> all() = 0;
};

}  // namespace reading_club
