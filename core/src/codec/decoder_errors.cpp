#include "decoder.hpp"

namespace messagebus::codec::detail {

void decoder::fail(const place* here, const std::string& what, errc code) const {
  throw decode_error(path_of(here).text() + ": " + what, code);
}

void decoder::fail_syntax(const place* here) const {
  fail(here, reader_.fault());
}

void decoder::fail_value(const shape& shape, const std::string& found, const place* here) const {
  fail(here, "expected " + expected(shape) + ", found " + found);
}

void decoder::fail_number(const shape& shape, std::string_view number, const place* here) const {
  constexpr std::size_t shown_bytes_max = 40;
  const auto shown = number.substr(0, shown_bytes_max);
  fail_value(shape, std::string("the number ").append(shown).append(shown == number ? "" : "…"),
             here);
}

void decoder::fail_type(const shape& shape, const place* here) {
  switch (reader_.next()) {
    case '{':
      fail_value(shape, "an object", here);
    case '[':
      fail_value(shape, "an array", here);
    case '"': {
      std::string_view content;
      if (!reader_.read_string(buffer_, content)) fail_syntax(here);
      fail_value(shape, "a string " + quoted(content), here);
    }
    default:
      break;
  }
  for (const char* const word : {"null", "true", "false"}) {
    if (reader_.take(word)) fail_value(shape, word, here);
  }
  number_text number;
  if (!reader_.read_number(number)) fail_syntax(here);
  fail_number(shape, number.text, here);
}

}  // namespace messagebus::codec::detail
