#include "writer.hpp"

#include <messagebus/domain/error.hpp>

#include "utf8.hpp"

namespace messagebus::codec::detail {

void writer::put(std::string_view text) {
  if (text.size() > remaining()) {
    flush();
    if (text.size() > sizeof block_) {
      out_.append(text);
      return;
    }
  }
  std::memcpy(cursor_, text.data(), text.size());
  cursor_ += text.size();
}

void writer::flush() {
  out_.append(block_, static_cast<std::size_t>(cursor_ - block_));
  cursor_ = block_;
  if (out_.size() - before_ > bytes_max_) {
    throw encode_error("$: the JSON text is longer than the limit of " +
                           std::to_string(bytes_max_) + " bytes: raise encode_limits::bytes_max",
                       errc::limit_exceeded);
  }
}

void writer::put_escape(char character) {
  const auto short_form = [character] {
    switch (character) {
      case '"':
        return '"';
      case '\\':
        return '\\';
      case '\b':
        return 'b';
      case '\f':
        return 'f';
      case '\n':
        return 'n';
      case '\r':
        return 'r';
      case '\t':
        return 't';
      default:
        return '\0';
    }
  }();
  if (short_form != '\0') {
    put('\\');
    put(short_form);
    return;
  }
  static constexpr char digits[] = "0123456789abcdef";
  put("\\u00");
  put(digits[static_cast<unsigned char>(character) >> 4]);
  put(digits[static_cast<unsigned char>(character) & 15]);
}

std::size_t writer::put_escaped(std::string_view text, bad_text policy) {
  put('"');
  std::size_t at = 0;
  for (;;) {
    const auto run = text.substr(at, unescaped_prefix(text.substr(at)));
    put(run);
    at += run.size();
    if (at == text.size()) break;
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      put_escape(text[at]);
    } else if (policy == bad_text::refused) {
      return at;
    } else {
      put("\xef\xbf\xbd");
    }
    ++at;
  }
  put('"');
  return std::string_view::npos;
}

}  // namespace messagebus::codec::detail
