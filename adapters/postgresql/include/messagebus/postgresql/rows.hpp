#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pg_result;

namespace messagebus::postgresql {

class rows;

namespace detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace detail

/// One row of a result; valid as long as its `rows`. Columns count from 0.
class row {
 public:
  /// Errors: `usage_error` when there is no such column.
  bool is_null(int column) const;

  /// The value of a column as `T`: an integer, `bool`, a floating-point number, `std::string`,
  /// `std::string_view` or `std::span<const std::byte>` (valid as long as the rows),
  /// `std::vector<std::byte>`, `uuid`, `timestamp`, or an optional of these. Errors: `usage_error`
  /// when there is no such column, for NULL where `T` is no optional, for a number or an instant
  /// (infinity, say) that `T` does not hold, for a column of another type (cast it in the
  /// statement: `amount::text`).
  template <class T>
  T get(int column) const {
    if constexpr (detail::is_optional<T>) {
      if (is_null(column)) return std::nullopt;
      return get<typename T::value_type>(column);
    } else if constexpr (std::same_as<T, bool>) {
      return boolean(column);
    } else if constexpr (std::integral<T>) {
      const std::int64_t value = integer(column);
      if (!std::in_range<T>(value)) throw_out_of_range(column);
      return static_cast<T>(value);
    } else if constexpr (std::floating_point<T>) {
      const double value = real(column);
      if constexpr (sizeof(T) < sizeof(double)) {
        const double magnitude = value < 0 ? -value : value;
        const bool is_finite = magnitude <= std::numeric_limits<double>::max();
        if (is_finite && magnitude > std::numeric_limits<T>::max()) throw_out_of_float(column);
      }
      return static_cast<T>(value);
    } else if constexpr (std::same_as<T, uuid>) {
      return id(column);
    } else if constexpr (std::same_as<T, timestamp>) {
      return instant(column);
    } else if constexpr (std::same_as<T, std::span<const std::byte>>) {
      return bytes(column);
    } else if constexpr (std::same_as<T, std::vector<std::byte>>) {
      const auto view = bytes(column);
      return {view.begin(), view.end()};
    } else {
      static_assert(std::same_as<T, std::string> || std::same_as<T, std::string_view>,
                    "a column is read as an integer, bool, floating-point number, std::string, "
                    "std::string_view, std::span<const std::byte>, std::vector<std::byte>, uuid, "
                    "timestamp, or an optional of these");
      return T(text(column));
    }
  }

 private:
  friend class rows;

  row(const rows& of, int number) noexcept : rows_(&of), number_(number) {}

  std::string_view field(int column) const;
  bool boolean(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  std::span<const std::byte> bytes(int column) const;
  uuid id(int column) const;
  timestamp instant(int column) const;
  [[noreturn]] void throw_out_of_range(int column) const;
  [[noreturn]] void throw_out_of_float(int column) const;
  [[noreturn]] void throw_other_type(int column, std::string_view wanted) const;

  const rows* rows_;
  int number_;
};

/// The rows that a query gave, all of them.
class rows {
 public:
  rows() = default;
  /// Takes the result over.
  explicit rows(pg_result* result) noexcept : result_(result) {}

  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  /// The first. Precondition: not empty.
  row front() const noexcept { return (*this)[0]; }
  /// Precondition: there is such a row.
  row operator[](std::size_t number) const noexcept { return {*this, static_cast<int>(number)}; }

  class iterator {
   public:
    using value_type = row;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    iterator(const rows& of, std::size_t number) noexcept : rows_(&of), number_(number) {}
    row operator*() const noexcept { return (*rows_)[number_]; }
    iterator& operator++() noexcept {
      ++number_;
      return *this;
    }
    iterator operator++(int) noexcept {
      auto before = *this;
      ++number_;
      return before;
    }
    bool operator==(const iterator&) const = default;

   private:
    const rows* rows_ = nullptr;
    std::size_t number_ = 0;
  };
  iterator begin() const noexcept { return {*this, 0}; }
  iterator end() const noexcept { return {*this, size()}; }

  /// How many rows the statement changed or gave.
  std::int64_t affected() const;

  const pg_result* native_handle() const noexcept { return result_.get(); }

 private:
  struct freed {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, freed> result_;
};

}  // namespace messagebus::postgresql
