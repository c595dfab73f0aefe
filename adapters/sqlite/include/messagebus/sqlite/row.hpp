#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

struct sqlite3_stmt;

namespace messagebus::sqlite {

namespace detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace detail

/// One row of a result. Columns count from 0.
class row {
 public:
  /// Errors: `usage_error` when there is no such column.
  bool is_null(int column) const;

  /// The value of a column as `T`: an integer, `bool`, a floating-point number, `std::string`,
  /// `std::string_view` or `std::span<const std::byte>` (valid until the next row), `uuid` (a blob
  /// of 16 bytes), `timestamp` (an integer of microseconds since 1970), or an optional of these.
  /// Errors: `usage_error` when there is no such column, for NULL where `T` is no optional, for a
  /// number that `T` does not hold, for what is no number (cast it in the statement), for a blob
  /// that is no `uuid`.
  template <class T>
  T get(int column) const {
    if constexpr (detail::is_optional<T>) {
      if (is_null(column)) return std::nullopt;
      return get<typename T::value_type>(column);
    } else {
      require_value(column);
      return value<T>(column);
    }
  }

 private:
  friend class rows;

  template <class T>
  T value(int column) const {
    if constexpr (std::is_same_v<T, bool>) {
      return integer(column) != 0;
    } else if constexpr (std::is_integral_v<T>) {
      const std::int64_t wide = integer(column);
      if (!std::in_range<T>(wide)) throw_out_of_range(column);
      return static_cast<T>(wide);
    } else if constexpr (std::is_floating_point_v<T>) {
      const double wide = real(column);
      if constexpr (sizeof(T) < sizeof(double)) {
        const double magnitude = wide < 0 ? -wide : wide;
        const bool is_finite = magnitude <= std::numeric_limits<double>::max();
        if (is_finite && magnitude > std::numeric_limits<T>::max()) throw_out_of_range(column);
      }
      return static_cast<T>(wide);
    } else if constexpr (std::is_same_v<T, timestamp>) {
      return timestamp(std::chrono::microseconds(integer(column)));
    } else if constexpr (std::is_same_v<T, uuid>) {
      return id(column);
    } else if constexpr (std::is_same_v<T, std::span<const std::byte>>) {
      return blob(column);
    } else {
      static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>,
                    "a column is read as an integer, bool, floating-point number, std::string, "
                    "std::string_view, std::span<const std::byte>, uuid, timestamp, or an optional "
                    "of these");
      return T(text(column));
    }
  }

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const noexcept;
  std::span<const std::byte> blob(int column) const noexcept;
  uuid id(int column) const;

  void require_value(int column) const;
  [[noreturn]] void throw_other_type(int column, const char* wanted) const;
  [[noreturn]] void throw_out_of_range(int column) const;

  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace messagebus::sqlite
