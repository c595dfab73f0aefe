#pragma once

#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
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

/// One row of a result; valid as long as its `rows`.
class row {
 public:
  /// A column, from 0: integers, bool, floating point, text, bytes, `uuid`, `timestamp`. Views are
  /// valid as long as the rows. Errors: `decode_error` for NULL and for a column of a type that
  /// does not read as `T` (cast it in the statement, `amount::text`), or a number out of its range.
  template <class T>
  T column(std::size_t index) const {
    if constexpr (std::same_as<T, bool>) {
      return boolean(index);
    } else if constexpr (std::integral<T>) {
      const std::int64_t value = integer(index);
      if (!std::in_range<T>(value)) throw_out_of_range(index);
      return static_cast<T>(value);
    } else if constexpr (std::floating_point<T>) {
      return static_cast<T>(real(index));
    } else if constexpr (std::same_as<T, uuid>) {
      return id(index);
    } else if constexpr (std::same_as<T, timestamp>) {
      return instant(index);
    } else if constexpr (std::same_as<T, std::span<const std::byte>>) {
      return bytes(index);
    } else if constexpr (std::same_as<T, std::vector<std::byte>>) {
      const auto view = bytes(index);
      return {view.begin(), view.end()};
    } else {
      return T(text(index));
    }
  }
  template <class T>
  std::optional<T> optional_column(std::size_t index) const {
    if (is_null(index)) return std::nullopt;
    return column<T>(index);
  }
  bool is_null(std::size_t index) const;

 private:
  friend class rows;

  row(const rows& of, int number) noexcept : rows_(&of), number_(number) {}

  std::string_view field(std::size_t index) const;
  bool boolean(std::size_t index) const;
  std::int64_t integer(std::size_t index) const;
  double real(std::size_t index) const;
  std::string_view text(std::size_t index) const;
  std::span<const std::byte> bytes(std::size_t index) const;
  uuid id(std::size_t index) const;
  timestamp instant(std::size_t index) const;
  [[noreturn]] void throw_out_of_range(std::size_t index) const;
  [[noreturn]] void throw_other_type(std::size_t index, std::string_view wanted) const;

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
