#pragma once

#include <messagebus/bus.hpp>
#include <optional>
#include <reading_club/domain/book.hpp>
#include <reading_club/domain/book_messages.hpp>
#include <reading_club/domain/review.hpp>
#include <reading_club/domain/review_messages.hpp>
#include <reading_club/domain/reviewer.hpp>
#include <reading_club/domain/reviewer_messages.hpp>
#include <vector>

// The reading club for a database that is waited for: the same messages, models and rules, with
// repositories and handlers that are coroutines.

namespace http_club {

using messagebus::task;
using messagebus::uuid;
using reading_club::book;
using reading_club::create_review;
using reading_club::create_reviewer;
using reading_club::register_book;
using reading_club::registration;
using reading_club::review;
using reading_club::reviewer;
using reading_club::reviewing;

class async_books {
 public:
  virtual ~async_books() = default;
  /// Null when the id or the isbn is taken; nothing was changed then.
  virtual task<book*> add(book added) = 0;
  virtual task<bool> contains(uuid id) = 0;
  /// Those behind `after`, in the order of their ids.
  virtual task<std::vector<book>> page(std::optional<uuid> after, int size_max) = 0;
};

class async_reviewers {
 public:
  virtual ~async_reviewers() = default;
  /// Null when the id is taken; nothing was changed then.
  virtual task<reviewer*> add(reviewer added) = 0;
  virtual task<bool> contains(uuid id) = 0;
  virtual task<std::vector<reviewer>> page(std::optional<uuid> after, int size_max) = 0;
};

class async_reviews {
 public:
  virtual ~async_reviews() = default;
  /// Null when the id is taken, or the book has a review by this reviewer; nothing was changed
  /// then.
  virtual task<review*> add(review added) = 0;
  virtual task<std::vector<review>> page(std::optional<uuid> after, int size_max) = 0;
};

struct async_club {
  async_books& books;
  async_reviewers& reviewers;
  async_reviews& reviews;
};

using async_club_transaction = messagebus::transaction<async_club>;

task<registration> on_register_book(const register_book& command,
                                    async_club_transaction& transaction);
task<registration> on_create_reviewer(const create_reviewer& command,
                                      async_club_transaction& transaction);
task<reviewing> on_create_review(const create_review& command, async_club_transaction& transaction);

inline constexpr auto async_club_handlers =
    messagebus::handlers<&on_register_book, &on_create_reviewer, &on_create_review>;

using async_club_bus = messagebus::bus<async_club, async_club_handlers>;

}  // namespace http_club
