#include "number.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace messagebus::codec::detail {
namespace {

template <class Visitor>
auto with_integer(kind kind, Visitor&& visit) {
  switch (kind) {
    case kind::int8:
      return visit(std::int8_t{});
    case kind::int16:
      return visit(std::int16_t{});
    case kind::int32:
      return visit(std::int32_t{});
    case kind::int64:
      return visit(std::int64_t{});
    case kind::uint8:
      return visit(std::uint8_t{});
    case kind::uint16:
      return visit(std::uint16_t{});
    case kind::uint32:
      return visit(std::uint32_t{});
    default:
      return visit(std::uint64_t{});
  }
}

template <class Number>
bool store_any_integer(kind kind, Number number, void* value) noexcept {
  return with_integer(kind, [&](auto sample) {
    using stored = decltype(sample);
    if (!std::in_range<stored>(number)) return false;
    const auto narrow = static_cast<stored>(number);
    std::memcpy(value, &narrow, sizeof narrow);
    return true;
  });
}

template <class Float>
bool store_any_float(std::string_view text, double estimate, void* value) noexcept {
  Float number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc::result_out_of_range) {
    if (std::fabs(estimate) > 1) return false;
    number = text.front() == '-' ? -Float{0} : Float{0};
  } else if (failure != std::errc{} || end != text.data() + text.size()) {
    return false;
  }
  std::memcpy(value, &number, sizeof number);
  return true;
}

}  // namespace

std::string integer_range(kind kind) {
  return with_integer(kind, [](auto sample) {
    using limits = std::numeric_limits<decltype(sample)>;
    return std::string("from ")
        .append(std::to_string(limits::min()))
        .append(" to ")
        .append(std::to_string(limits::max()));
  });
}

char* write_integer(kind kind, const void* value, char* text) noexcept {
  return with_integer(kind, [&](auto sample) {
    const auto number = load<decltype(sample)>(value);
    return std::to_chars(text, text + integer_text_bytes_max, number).ptr;
  });
}

char* write_float(kind kind, const void* value, char* text) noexcept {
  if (kind == kind::float32) {
    return std::to_chars(text, text + float_text_bytes_max, load<float>(value)).ptr;
  }
  return std::to_chars(text, text + float_text_bytes_max, load<double>(value)).ptr;
}

bool store_integer(kind kind, std::int64_t number, void* value) noexcept {
  return store_any_integer(kind, number, value);
}

bool store_integer(kind kind, std::uint64_t number, void* value) noexcept {
  return store_any_integer(kind, number, value);
}

bool store_float(kind kind, std::string_view number, double estimate, void* value) noexcept {
  return kind == kind::float32 ? store_any_float<float>(number, estimate, value)
                               : store_any_float<double>(number, estimate, value);
}

}  // namespace messagebus::codec::detail
