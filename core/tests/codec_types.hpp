#pragma once

#include <messagebus/codec/json.hpp>

#include <map>
#include <unordered_map>

// Types that the tests of the codec write and read.
namespace codec_tests {

enum class genre : std::uint8_t { novel, essay, poetry = 7 };
BOOST_DESCRIBE_ENUM(genre, novel, essay, poetry)

enum class balance : std::int16_t { overdrawn = -1, even, ahead };
BOOST_DESCRIBE_ENUM(balance, overdrawn, even, ahead)

struct rating {
  static constexpr std::string_view tag = "rating";
  std::uint8_t value = 0;
  std::optional<std::string> comment;
  bool operator==(const rating&) const = default;
};
BOOST_DESCRIBE_STRUCT(rating, (), (value, comment))

struct entry {
  messagebus::uuid id;
  messagebus::timestamp created_at;
  bool operator==(const entry&) const = default;
};
BOOST_DESCRIBE_STRUCT(entry, (), (id, created_at))

struct book : entry {
  std::string isbn;
  std::string title;
  std::vector<rating> ratings;
  bool operator==(const book&) const = default;
};
BOOST_DESCRIBE_STRUCT(book, (entry), (isbn, title, ratings))

struct numbers {
  std::int8_t i8 = 0;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  std::uint8_t u8 = 0;
  std::uint16_t u16 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  long long wide = 0;
  bool yes = false;
  float single = 0;
  double real = 0;
  bool operator==(const numbers&) const = default;
};
BOOST_DESCRIBE_STRUCT(numbers, (), (i8, i16, i32, i64, u8, u16, u32, u64, wide, yes, single, real))

// An amount of money with its currency: written as "12.30 EUR", and picky about it.
struct money {
  std::int64_t cents = 0;
  bool operator==(const money&) const = default;
};

/// Written and read as its text, whatever that is.
struct label {
  std::string text;
};

struct tree {
  std::string name;
  std::vector<tree> branches;
  bool operator==(const tree&) const = default;
};
BOOST_DESCRIBE_STRUCT(tree, (), (name, branches))

using choice = std::variant<std::monostate, bool, int, double, std::string, messagebus::uuid,
                            messagebus::timestamp, rating>;

struct everything {
  numbers figures;
  genre kind = genre::novel;
  balance account = balance::even;
  std::optional<messagebus::uuid> reviewer;
  std::optional<std::optional<int>> nested_optional;
  std::chrono::milliseconds timeout_ms{};
  std::array<int, 3> triple{};
  std::vector<bool> flags;
  std::vector<std::byte> bytes;
  std::vector<std::vector<std::string>> table;
  std::map<std::string, rating> by_name;
  std::map<messagebus::uuid, int> by_id;
  std::map<std::int32_t, std::string> by_number;
  std::unordered_map<genre, std::vector<int>> by_genre;
  std::pair<std::string, int> pair;
  std::tuple<bool, double, std::string> tuple;
  choice chosen;
  std::vector<choice> choices;
  money price;
  std::vector<money> prices;
  tree root;
  messagebus::codec::raw_json raw{"null"};
  bool operator==(const everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(everything, (),
                      (figures, kind, account, reviewer, nested_optional, timeout_ms, triple, flags,
                       bytes, table, by_name, by_id, by_number, by_genre, pair, tuple, chosen,
                       choices, price, prices, root, raw))

}  // namespace codec_tests

template <>
struct messagebus::codec::representation<codec_tests::money> {
  using type = std::string;

  static std::string to(const codec_tests::money& amount) {
    if (amount.cents < 0) throw std::invalid_argument("an amount is never negative");
    return std::to_string(amount.cents) + " cents";
  }
  static codec_tests::money from(std::string&& text) {
    if (!text.ends_with(" cents")) throw std::invalid_argument("an amount ends in \" cents\"");
    const codec_tests::money amount{std::stoll(text)};
    if (amount.cents < 0) throw std::invalid_argument("an amount is never negative");
    return amount;
  }
};

template <>
struct messagebus::codec::representation<codec_tests::label> {
  using type = std::string;

  static std::string to(const codec_tests::label& label) { return label.text; }
  static codec_tests::label from(std::string&& text) { return {std::move(text)}; }
};
