#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace messagebus::postgresql::detail {

/// Answers that are still to come, first in, first out. It is filled, and emptied to the last, by
/// turns, so it keeps the memory of all until then: a `std::deque` takes and frees some of it with
/// every few.
template <class Answer>
class answer_queue {
 public:
  bool empty() const noexcept { return taken_ == answers_.size(); }
  Answer& front() noexcept { return answers_[taken_]; }
  const Answer& front() const noexcept { return answers_[taken_]; }

  void push_back(Answer answer) { answers_.push_back(std::move(answer)); }
  void pop_front() noexcept {
    ++taken_;
    if (empty()) clear();
  }
  void clear() noexcept {
    answers_.clear();
    if (answers_.capacity() > answers_kept_max) std::vector<Answer>().swap(answers_);
    taken_ = 0;
  }

  auto begin() noexcept { return answers_.begin() + static_cast<std::ptrdiff_t>(taken_); }
  auto end() noexcept { return answers_.end(); }
  auto begin() const noexcept { return answers_.begin() + static_cast<std::ptrdiff_t>(taken_); }
  auto end() const noexcept { return answers_.end(); }

 private:
  static constexpr std::size_t answers_kept_max = 1024;

  std::vector<Answer> answers_;
  std::size_t taken_ = 0;
};

}  // namespace messagebus::postgresql::detail
