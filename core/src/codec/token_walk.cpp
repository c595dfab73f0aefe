#include "token_walk.hpp"

namespace messagebus::codec::detail {
namespace {

bool is_space(char character) noexcept {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

bool is_part_of_word(char character) noexcept {
  return !is_space(character) && character != ',' && character != ']' && character != '}';
}

}  // namespace

const char* skip_separators(const char* at) noexcept {
  while (is_space(*at) || *at == ',' || *at == ':') ++at;
  return at;
}

const char* skip_token(const char* at, const char* end) noexcept {
  at = skip_separators(at);
  switch (*at) {
    case '{':
    case '}':
    case '[':
    case ']':
      return at + 1;
    case '"':
      for (++at; *at != '"'; ++at) {
        if (*at == '\\') ++at;
      }
      return at + 1;
    default:
      while (at != end && is_part_of_word(*at)) ++at;
      return at;
  }
}

void append_compact(const char* begin, const char* end, std::string& out) {
  const char* at = begin;
  while (at != end) {
    const char* const run = at;
    while (at != end && !is_space(*at)) at = *at == '"' ? skip_token(at, end) : at + 1;
    out.append(run, at);
    while (at != end && is_space(*at)) ++at;
  }
}

}  // namespace messagebus::codec::detail
