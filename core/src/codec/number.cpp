#include "number.hpp"

#include <algorithm>
#include <charconv>
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

// Whether a number out of range is so because it is too small: by the power of ten of its first
// digit that is not 0.
bool is_below_one(std::string_view number) noexcept {
  if (number.starts_with('-')) number.remove_prefix(1);
  const auto mantissa = number.substr(0, number.find_first_of("eE"));
  const auto whole = mantissa.substr(0, mantissa.find('.'));
  auto power = static_cast<long long>(whole.size()) - 1;
  if (whole == "0") {
    const auto first = mantissa.find_first_not_of("0.");
    power = first == std::string_view::npos ? 0 : 1 - static_cast<long long>(first);
  }
  if (mantissa.size() == number.size()) return power < 0;
  auto exponent = number.substr(mantissa.size() + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  const bool is_negative = exponent.starts_with('-');
  long long scale = 0;
  const auto parsed = std::from_chars(exponent.data(), exponent.data() + exponent.size(), scale);
  if (parsed.ec != std::errc{}) return is_negative;
  return scale < -power;
}

template <class Float>
bool read_any_float(std::string_view text, void* value) noexcept {
  Float number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc::result_out_of_range) {
    if (!is_below_one(text)) return false;
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
  return with_integer(kind, [&](auto stored) {
    if (!std::in_range<decltype(stored)>(number)) return false;
    stored = static_cast<decltype(stored)>(number);
    std::memcpy(value, &stored, sizeof stored);
    return true;
  });
}

bool is_json_number(std::string_view text) noexcept {
  const auto take_digits = [&text] {
    const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const auto take_any_of = [&text](std::string_view characters) {
    const bool is_there = !text.empty() && characters.find(text.front()) != std::string_view::npos;
    if (is_there) text.remove_prefix(1);
    return is_there;
  };
  take_any_of("-");
  const bool begins_with_zero = text.starts_with('0');
  const auto digits = take_digits();
  if (digits == 0 || (begins_with_zero && digits > 1)) return false;
  if (take_any_of(".") && take_digits() == 0) return false;
  if (take_any_of("eE")) {
    take_any_of("+-");
    if (take_digits() == 0) return false;
  }
  return text.empty();
}

bool read_integer(kind kind, std::string_view digits, void* value) noexcept {
  // JSON has a negative zero, which the integers have not.
  if (digits == "-0") digits.remove_prefix(1);
  return with_integer(kind, [&](auto number) {
    const char* const end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, number);
    if (failure != std::errc{} || stop != end) return false;
    std::memcpy(value, &number, sizeof number);
    return true;
  });
}

bool read_float(kind kind, std::string_view number, void* value) noexcept {
  return kind == kind::float32 ? read_any_float<float>(number, value)
                               : read_any_float<double>(number, value);
}

}  // namespace messagebus::codec::detail
