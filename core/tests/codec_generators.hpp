#pragma once

#include <rapidcheck.h>

#include <cmath>
#include <limits>

#include "codec_types.hpp"

// Made-up values of the types that the tests of the codec write and read.
namespace codec_tests {

inline void append_utf8(std::string& out, char32_t point) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0 | point >> 6);
    put(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
    put(0x80 | (point & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
    put(0x80 | (point & 0x3f));
  }
}

/// Text with characters of every length, and often those that JSON escapes.
inline rc::Gen<std::string> any_text() {
  const auto point = [](char32_t from, char32_t to) { return rc::gen::inRange(from, to); };
  const auto character =
      rc::gen::oneOf(point(0x00, 0x20), point(0x20, 0x80), point(0x20, 0x80), point(0x80, 0x800),
                     point(0x800, 0xd800), point(0xe000, 0x10000), point(0x10000, 0x110000),
                     rc::gen::element(U'"', U'\\', U'/', U'\x7f', U'\ufeff', U'\uffff'));
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(character),
                      [](const std::vector<char32_t>& points) {
                        std::string text;
                        for (const auto one : points) append_utf8(text, one);
                        return text;
                      });
}

/// Numbers of every size, with the least and the greatest among them.
template <class Number>
rc::Gen<Number> any_number() {
  using limits = std::numeric_limits<Number>;
  if constexpr (limits::is_integer) {
    return rc::gen::weightedOneOf<Number>(
        {{3, rc::gen::arbitrary<Number>()},
         {1, rc::gen::element<Number>(limits::min(), limits::max(), Number{0})}});
  } else {
    // Every pattern of bits that is a number.
    using bits = std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint64_t>;
    const auto any_bits =
        rc::gen::map(rc::gen::inRange(bits{0}, std::numeric_limits<bits>::max()), [](bits pattern) {
          const auto number = std::bit_cast<Number>(pattern);
          return std::isfinite(number) ? number : Number{1};
        });
    return rc::gen::oneOf(any_bits, rc::gen::element<Number>(
                                        0, -Number{0}, limits::min(), limits::max(),
                                        limits::lowest(), limits::denorm_min(), limits::epsilon()));
  }
}

}  // namespace codec_tests

namespace rc {

template <>
struct Arbitrary<messagebus::uuid> {
  static Gen<messagebus::uuid> arbitrary() {
    return gen::map(
        gen::container<std::array<std::uint8_t, 16>>(gen::arbitrary<std::uint8_t>()),
        [](const std::array<std::uint8_t, 16>& bytes) { return messagebus::uuid{bytes}; });
  }
};

template <>
struct Arbitrary<messagebus::timestamp> {
  static Gen<messagebus::timestamp> arbitrary() {
    using messagebus::timestamp;
    constexpr auto first = timestamp(std::chrono::sys_days{std::chrono::year{1} / 1 / 1});
    constexpr auto end = timestamp(std::chrono::sys_days{std::chrono::year{10000} / 1 / 1});
    const auto micros =
        gen::inRange(first.time_since_epoch().count(), end.time_since_epoch().count());
    // Every other one without a fraction.
    return gen::map(gen::pair(micros, gen::arbitrary<bool>()), [](const auto& made) {
      const timestamp instant{std::chrono::microseconds(made.first)};
      return made.second ? timestamp(std::chrono::floor<std::chrono::seconds>(instant)) : instant;
    });
  }
};

template <>
struct Arbitrary<codec_tests::genre> {
  static Gen<codec_tests::genre> arbitrary() {
    using codec_tests::genre;
    return gen::element(genre::novel, genre::essay, genre::poetry);
  }
};

template <>
struct Arbitrary<codec_tests::rating> {
  static Gen<codec_tests::rating> arbitrary() {
    using codec_tests::rating;
    const auto comment = gen::oneOf(gen::just(std::optional<std::string>()),
                                    gen::map(codec_tests::any_text(), [](const std::string& text) {
                                      return std::optional(text);
                                    }));
    return gen::build<rating>(gen::set(&rating::value), gen::set(&rating::comment, comment));
  }
};

template <>
struct Arbitrary<codec_tests::book> {
  static Gen<codec_tests::book> arbitrary() {
    using codec_tests::book;
    return gen::build<book>(gen::set(&book::id), gen::set(&book::created_at),
                            gen::set(&book::isbn, codec_tests::any_text()),
                            gen::set(&book::title, codec_tests::any_text()),
                            gen::set(&book::ratings));
  }
};

template <>
struct Arbitrary<codec_tests::money> {
  static Gen<codec_tests::money> arbitrary() {
    using codec_tests::money;
    return gen::build<money>(gen::set(
        &money::cents, gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max())));
  }
};

}  // namespace rc
