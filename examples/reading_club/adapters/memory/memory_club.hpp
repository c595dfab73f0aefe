#pragma once

#include <memory>
#include <messagebus/memory/unit_of_work.hpp>
#include <reading_club/adapters/memory/memory_books.hpp>
#include <reading_club/adapters/memory/memory_reviewers.hpp>
#include <reading_club/adapters/memory/memory_reviews.hpp>
#include <reading_club/service/club.hpp>

namespace reading_club {

using memory_unit_of_work =
    messagebus::memory::unit_of_work<club, memory_books, memory_reviewers, memory_reviews>;

/// The club in memory: for tests, and gone with the object.
class memory_club {
 public:
  messagebus::unit_of_work<club>& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<messagebus::message_log> open_log() const { return database_.open_log(); }

 private:
  messagebus::memory::database database_;
  memory_unit_of_work unit_of_work_{database_};
};

}  // namespace reading_club
