#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <messagebus/domain/character.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace messagebus::sqlite {

/// A value for a `?` of a statement: NULL, an integer, a floating-point number, text, a blob, a
/// `uuid` (a blob of 16 bytes), a `timestamp` (an integer of microseconds since 1970), or an
/// optional of these. A null `const char*` is NULL, and not a number is refused, which SQLite would
/// keep as NULL. Refers to texts and blobs.
class parameter {
 public:
  enum class kind { null, integer, real, text, blob };

  parameter(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)
  parameter(std::nullopt_t) noexcept {}  // NOLINT(google-explicit-constructor)
  template <std::integral Integer>
  parameter(Integer value) noexcept  // NOLINT(google-explicit-constructor)
      : kind_(kind::integer), integer_(static_cast<std::int64_t>(value)) {
    static_assert(sizeof(Integer) < 8 || std::is_signed_v<Integer>,
                  "SQLite has no unsigned integers of 64 bits: convert to std::int64_t");
    static_assert(!messagebus::detail::character<Integer>,
                  "a character is no number: give a text, std::string_view(&character, 1)");
  }
  template <std::floating_point Real>
  parameter(Real value) noexcept  // NOLINT(google-explicit-constructor)
      : kind_(kind::real), real_(static_cast<double>(value)) {}
  template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
  parameter(const Text& text) noexcept  // NOLINT(google-explicit-constructor)
      : parameter(of_text(text)) {}
  parameter(std::span<const std::byte> blob) noexcept  // NOLINT(google-explicit-constructor)
      : kind_(kind::blob), data_(blob.data()), size_(blob.size()) {}
  parameter(const uuid& id) noexcept  // NOLINT(google-explicit-constructor)
      : kind_(kind::blob), data_(id.bytes.data()), size_(id.bytes.size()) {}
  parameter(timestamp instant) noexcept  // NOLINT(google-explicit-constructor)
      : parameter(std::int64_t{instant.time_since_epoch().count()}) {}
  template <class T>
    requires std::constructible_from<parameter, const T&>
  parameter(const std::optional<T>& value) noexcept  // NOLINT(google-explicit-constructor)
      : parameter(value ? parameter(*value) : parameter(nullptr)) {}

  parameter::kind kind() const noexcept { return kind_; }
  std::int64_t integer() const noexcept { return integer_; }
  double real() const noexcept { return real_; }
  const void* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  template <class Text>
  static parameter of_text(const Text& text) noexcept {
    if constexpr (std::is_pointer_v<Text>) {
      if (text == nullptr) return nullptr;
    }
    return {kind::text, std::string_view(text)};
  }

  parameter(enum kind kind, std::string_view text) noexcept
      : kind_(kind), data_(text.data()), size_(text.size()) {}

  enum kind kind_ = kind::null;
  std::int64_t integer_ = 0;
  double real_ = 0;
  const void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace messagebus::sqlite
