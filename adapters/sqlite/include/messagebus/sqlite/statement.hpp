#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3_stmt;

namespace messagebus::sqlite {

namespace detail {
class connection;
struct cached_statement;
}  // namespace detail

/// A prepared statement on loan from a session, reset when it goes. Parameters and columns are
/// integers, bool, double, text, `uuid` (16 bytes), `timestamp` (microseconds since 1970), and
/// optionals of these. Lifetime: no longer than the session; text that is bound stays until the
/// statement was run. Errors of every call: those of the database, translated; `constraint_error`.
class statement {
 public:
  statement(detail::connection& connection, detail::cached_statement& cached) noexcept;
  statement(statement&& other) noexcept;
  statement& operator=(statement&&) = delete;
  ~statement();

  /// Binds all parameters, from the first on.
  template <class... Values>
  statement& bind(const Values&... values) {
    int index = 0;
    (bind_at(++index, values), ...);
    return *this;
  }

  void bind_at(int index, std::nullptr_t);
  void bind_at(int index, std::integral auto value) { bind_integer(index, std::int64_t{value}); }
  void bind_at(int index, double value);
  void bind_at(int index, std::string_view text);
  void bind_at(int index, const std::string& text) { bind_at(index, std::string_view(text)); }
  void bind_at(int index, const char* text) { bind_at(index, std::string_view(text)); }
  void bind_at(int index, const uuid& id);
  void bind_at(int index, timestamp at) { bind_integer(index, at.time_since_epoch().count()); }
  template <class T>
  void bind_at(int index, const std::optional<T>& value) {
    if (value) {
      bind_at(index, *value);
    } else {
      bind_at(index, nullptr);
    }
  }

  /// Binds, runs to the end, and makes ready for the next run.
  template <class... Values>
  void run(const Values&... values) {
    bind(values...);
    while (step()) continue;
    reset();
  }

  /// Goes on to the next row; false behind the last.
  bool step();
  /// Back to the start, keeping what is bound.
  void reset() noexcept;

  /// A column of this row, from 0.
  template <class T>
  T column(int index) const {
    if constexpr (std::same_as<T, bool>) {
      return integer(index) != 0;
    } else if constexpr (std::integral<T>) {
      return static_cast<T>(integer(index));
    } else if constexpr (std::floating_point<T>) {
      return static_cast<T>(real(index));
    } else if constexpr (std::same_as<T, uuid>) {
      return id(index);
    } else if constexpr (std::same_as<T, timestamp>) {
      return timestamp(std::chrono::microseconds(integer(index)));
    } else if constexpr (std::same_as<T, std::string_view>) {
      return text(index);
    } else {
      return T(text(index));
    }
  }
  template <class T>
  std::optional<T> optional_column(int index) const {
    if (is_null(index)) return std::nullopt;
    return column<T>(index);
  }
  bool is_null(int index) const noexcept;

  sqlite3_stmt* native_handle() const noexcept { return handle_; }

 private:
  void bind_integer(int index, std::int64_t value);
  std::int64_t integer(int index) const noexcept;
  double real(int index) const noexcept;
  /// Valid until the next step.
  std::string_view text(int index) const noexcept;
  uuid id(int index) const;
  void check(int result) const;

  detail::connection* connection_;
  detail::cached_statement* cached_;
  sqlite3_stmt* handle_;
};

}  // namespace messagebus::sqlite
