#pragma once

#include <cstddef>
#include <iterator>
#include <messagebus/sqlite/row.hpp>

namespace messagebus::sqlite {

class session;

namespace detail {
struct cached_statement;
}

/// The result of `session::query`, row by row. A row is valid until the next one is asked for.
/// Lifetime: the session outlives it. After the session has committed or rolled back there are no
/// more rows to be had.
class rows {
 public:
  rows(rows&& other) noexcept;
  rows& operator=(rows&&) = delete;
  ~rows();

  /// True when there is no (further) row.
  bool empty() const noexcept { return is_at_end_; }
  /// Precondition: not empty.
  const row& front() const noexcept { return row_; }
  /// Goes on to the next row. Errors: `sqlite_error`; `usage_error` when the session has ended.
  void pop_front();

  class iterator {
   public:
    using value_type = row;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(rows& range) noexcept : range_(&range) {}
    const row& operator*() const noexcept { return range_->front(); }
    const row* operator->() const noexcept { return &range_->front(); }
    iterator& operator++() {
      range_->pop_front();
      return *this;
    }
    void operator++(int) { range_->pop_front(); }
    bool operator==(std::default_sentinel_t /*end*/) const noexcept { return range_->empty(); }

   private:
    rows* range_ = nullptr;
  };

  iterator begin() noexcept { return iterator(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend class session;
  rows(session& session, detail::cached_statement& statement);

  session* session_;
  detail::cached_statement* statement_;
  row row_;
  bool is_at_end_ = false;
};

}  // namespace messagebus::sqlite
