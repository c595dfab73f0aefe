#include "transaction_control.hpp"

#include <algorithm>
#include <cctype>

namespace messagebus::postgresql::detail {
namespace {

// PostgreSQL's comments have comments in them.
void skip_comment(std::string_view& sql) noexcept {
  int depth = 0;
  do {
    const bool begins = sql.starts_with("/*");
    const bool ends = sql.starts_with("*/");
    if (begins) ++depth;
    if (ends) --depth;
    sql.remove_prefix(begins || ends ? 2 : 1);
  } while (depth > 0 && !sql.empty());
}

// Takes spaces and comments from the front.
void skip_spaces(std::string_view& sql) noexcept {
  while (true) {
    sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n\f\v;"), sql.size()));
    if (sql.starts_with("--")) {
      sql.remove_prefix(std::min(sql.find_first_of("\r\n"), sql.size()));
    } else if (sql.starts_with("/*")) {
      skip_comment(sql);
    } else {
      return;
    }
  }
}

bool is_in_word(unsigned char c) noexcept {
  return std::isalnum(c) != 0 || c == '_' || c == '$' || c >= 0x80;
}

std::string_view take_word(std::string_view& sql) noexcept {
  skip_spaces(sql);
  const auto* const end = std::ranges::find_if_not(sql, is_in_word);
  const std::string_view word = sql.substr(0, static_cast<std::size_t>(end - sql.begin()));
  sql.remove_prefix(word.size());
  return word;
}

// A letter with which none begins that ends a transaction.
bool begins_another(char first) noexcept {
  const auto small = static_cast<unsigned char>(static_cast<unsigned char>(first) | 0x20U);
  if (small < 'a' || small > 'z') return false;
  constexpr std::string_view first_letters = "acepr";
  return first_letters.find(static_cast<char>(small)) == std::string_view::npos;
}

bool is(std::string_view word, std::string_view in_small_letters) noexcept {
  return std::ranges::equal(word, in_small_letters, {},
                            [](unsigned char c) { return std::tolower(c); });
}

}  // namespace

// Most statements are told by their first letter.
bool ends_transaction(std::string_view sql) noexcept {
  if (!sql.empty() && begins_another(sql.front())) return false;
  skip_spaces(sql);
  if (sql.empty() || begins_another(sql.front())) return false;
  const std::string_view first = take_word(sql);
  if (is(first, "commit") || is(first, "end") || is(first, "abort")) return true;
  if (is(first, "prepare")) return is(take_word(sql), "transaction");
  if (!is(first, "rollback")) return false;
  std::string_view next = take_word(sql);
  if (is(next, "work") || is(next, "transaction")) next = take_word(sql);
  return !is(next, "to");
}

}  // namespace messagebus::postgresql::detail
