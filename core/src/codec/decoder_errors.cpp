#include <algorithm>
#include <cstdio>

#include "decoder.hpp"
#include "number.hpp"
#include "utf8.hpp"

namespace messagebus::codec::detail {
namespace {

constexpr std::string_view spaces = " \t\n\r";
constexpr std::size_t shown_bytes_max = 40;

bool is_printable(char character) {
  return character > 0x20 && character < 0x7f;
}

std::string shown(std::string_view token) {
  return std::string(token.substr(0, shown_bytes_max))
      .append(token.size() > shown_bytes_max ? "…" : "");
}

std::string describe(char byte, const char* why) {
  char name[16];
  std::snprintf(name, sizeof name, "the byte 0x%02x", static_cast<unsigned char>(byte));
  return std::string(name).append(", ").append(why);
}

// What stands in the way of reading on: a bracket, a comma, or all of what should be a word or a
// number.
std::string unexpected(std::string_view rest) {
  if (rest.empty()) return "the text ends too early";
  if (!is_printable(rest.front())) return describe(rest.front(), "not allowed here");
  std::size_t bytes = 1;
  const auto ends = [](char character) {
    return std::string_view("{}[]:,\"").find(character) != std::string_view::npos;
  };
  if (!ends(rest.front())) {
    while (bytes < rest.size() && is_printable(rest[bytes]) && !ends(rest[bytes])) ++bytes;
  }
  return "unexpected '" + shown(rest.substr(0, bytes)) + "'";
}

std::size_t first_byte_not_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto bytes = utf8_sequence_bytes(text.substr(at));
    if (bytes == 0) break;
    at += bytes;
  }
  return at;
}

// As simdjson sees it, to which an escaped quote is none outside of strings either.
std::size_t first_control_character_in_string(std::string_view text) {
  bool is_in_string = false;
  bool is_escaped = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char character = text[at];
    if (is_in_string && static_cast<unsigned char>(character) < 0x20) break;
    is_in_string ^= character == '"' && !is_escaped;
    is_escaped = character == '\\' && !is_escaped;
  }
  return at;
}

std::string not_json(std::size_t position, const std::string& what) {
  return "not valid JSON at byte " + std::to_string(position) + ": " + what;
}

}  // namespace

std::string_view token_of(simdjson::ondemand::value& json) noexcept {
  const auto token = json.raw_json_token();
  return token.substr(0, token.find_last_not_of(spaces) + 1);
}

std::size_t decoder::position_of(const char* in_copy) const noexcept {
  return std::min(static_cast<std::size_t>(in_copy - copy_), json_.size());
}

std::size_t decoder::position() {
  const char* at = nullptr;
  return document_.current_location().get(at) == simdjson::SUCCESS ? position_of(at) : json_.size();
}

void decoder::fail(const place* here, const std::string& what, errc code) const {
  throw decode_error(path_of(here).text() + ": " + what, code);
}

void decoder::fail_depth(const place* here) const {
  fail(here,
       "nested more deeply than the limit of " + std::to_string(depth_max_) +
           ": raise decode_limits::depth_max (at most " + std::to_string(depth_ceiling) + ")",
       errc::limit_exceeded);
}

void decoder::fail_value(const shape& shape, const std::string& found, const place* here) const {
  fail(here, "expected " + expected(shape) + ", found " + found);
}

void decoder::fail_byte(std::size_t position, const char* why) const {
  if (position == json_.size()) fail(nullptr, std::string("not valid JSON: some byte is ") + why);
  fail(nullptr, not_json(position, describe(json_[position], why)));
}

void decoder::fail_unreadable(simdjson::error_code failure) const {
  switch (failure) {
    case simdjson::UTF8_ERROR:
      fail_byte(first_byte_not_utf8(json_), "not UTF-8");
    case simdjson::UNESCAPED_CHARS:
      fail_byte(first_control_character_in_string(json_), "not allowed here");
    case simdjson::UNCLOSED_STRING:
      fail(nullptr, not_json(json_.size(), "the text ends within a string"));
    default:
      fail(nullptr, std::string("simdjson cannot read the text: ") + error_message(failure));
  }
}

void decoder::fail_syntax(const place* here) {
  const auto at = position();
  fail(here, not_json(at, unexpected(json_.substr(at))));
}

// A word or a number that is none, or what is not even that.
void decoder::fail_token(std::string_view token, const place* here) const {
  const auto strange = std::ranges::find_if_not(token, is_printable);
  const auto at = position_of(token.data()) +
                  (strange == token.end() ? 0 : static_cast<std::size_t>(strange - token.begin()));
  fail(here, not_json(at, unexpected(json_.substr(at))));
}

void decoder::fail_escape(const place* here, const char* string) const {
  fail(here, not_json(position_of(string),
                      "this string has an escape that JSON does not have, or half a surrogate "
                      "pair"));
}

// Whatever stands where the text should end, or where it should begin.
void decoder::fail_end() {
  const auto blank = json_.find_first_not_of(spaces);
  const auto at = blank == std::string_view::npos ? json_.size()
                  : json_[blank] == ']'           ? blank
                                                  : position();
  const auto rest = json_.substr(at);
  fail(nullptr,
       not_json(at, unexpected(rest) + (rest.empty() ? "" : ", after the end of the value")));
}

void decoder::fail_type(const shape& shape, json_value& json, const place* here) {
  const auto token = token_of(json);
  if (token.empty()) fail_token(token, here);
  switch (token.front()) {
    case '{':
      fail_value(shape, "an object", here);
    case '[':
      fail_value(shape, "an array", here);
    case '"': {
      std::string_view content;
      if (json.get_string().get(content) != simdjson::SUCCESS) fail_escape(here, token.data());
      fail_value(shape, "a string " + quoted(content), here);
    }
    default:
      break;
  }
  if (token == "null" || token == "true" || token == "false") {
    fail_value(shape, std::string(token), here);
  }
  if (is_json_number(token)) fail_value(shape, "the number " + shown(token), here);
  fail_token(token, here);
}

}  // namespace messagebus::codec::detail
