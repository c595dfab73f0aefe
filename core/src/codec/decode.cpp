#include <messagebus/codec/json.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cstdio>
#include <memory>
#include <utility>

#include "decoder.hpp"

namespace messagebus::codec::detail {
namespace {

/// What Boost.JSON's parser reports, handed on to the decoder. Errors leave as exceptions.
class events {
 public:
  using error_code = boost::system::error_code;
  using text = boost::json::string_view;
  using type = found_type;

  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  detail::decoder decoder;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    decoder.object_begin();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    decoder.end();
    return true;
  }
  bool on_array_begin(error_code&) {
    decoder.array_begin();
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    decoder.end();
    return true;
  }
  bool on_key_part(text part, std::size_t, error_code&) {
    decoder.key_part(part);
    return true;
  }
  bool on_key(text key, std::size_t, error_code&) {
    decoder.key(key);
    return true;
  }
  bool on_string_part(text part, std::size_t, error_code&) {
    decoder.text_part(part);
    return true;
  }
  bool on_string(text string, std::size_t, error_code&) {
    decoder.text(string);
    return true;
  }
  // The text comes in one piece, so that a part of a number is one that ends too early.
  bool on_number_part(text, error_code&) { return true; }
  bool on_int64(std::int64_t number, text digits, error_code&) {
    decoder.number({.type = type::integer,
                    .text = digits,
                    .integer = number,
                    .real = static_cast<double>(number)});
    return true;
  }
  bool on_uint64(std::uint64_t number, text digits, error_code&) {
    decoder.number({.type = type::natural,
                    .text = digits,
                    .natural = number,
                    .real = static_cast<double>(number)});
    return true;
  }
  bool on_double(double number, text digits, error_code&) {
    decoder.number({.type = type::real, .text = digits, .real = number});
    return true;
  }
  bool on_bool(bool value, error_code&) {
    decoder.word({.type = type::boolean, .boolean = value});
    return true;
  }
  bool on_null(error_code&) {
    decoder.word({.type = type::null});
    return true;
  }
  bool on_comment_part(text, error_code&) { return true; }
  bool on_comment(text, error_code&) { return true; }
};

using parser = boost::json::basic_parser<events>;

std::unique_ptr<parser> make_parser() {
  boost::json::parse_options options;
  // The decoder has its own limit, and names it.
  options.max_depth = depth_ceiling + 1;
  return std::make_unique<parser>(options);
}

// The parser that a thread keeps for its next decoding, with the memory it has gathered. It is null
// while it is used, so that a representation may decode in turn, and again when the thread ends.
struct idle_parser {
  std::unique_ptr<parser> kept;
  ~idle_parser();
};

constinit thread_local bool thread_ends = false;
thread_local idle_parser idle;

idle_parser::~idle_parser() {
  thread_ends = true;
}

class borrowed_parser {
 public:
  borrowed_parser() {
    if (!thread_ends) parser_ = std::move(idle.kept);
    if (parser_ == nullptr) parser_ = make_parser();
  }
  borrowed_parser(const borrowed_parser&) = delete;
  borrowed_parser& operator=(const borrowed_parser&) = delete;
  ~borrowed_parser() {
    parser_->handler().decoder.clear();
    if (thread_ends) return;
    parser_->reset();
    idle.kept = std::move(parser_);
  }

  parser* operator->() const noexcept { return parser_.get(); }

 private:
  std::unique_ptr<parser> parser_;
};

std::string describe_byte(std::string_view json, std::size_t position) {
  const auto byte = static_cast<unsigned char>(json[position]);
  char hex[8];
  std::snprintf(hex, sizeof hex, "0x%02x", byte);
  if (byte >= 0x80)
    return std::string("the byte ") + hex + ", which is not UTF-8 or not allowed here";
  if (byte < 0x20 || byte == 0x7f) return std::string("the byte ") + hex + ", not allowed here";
  return std::string("unexpected '").append(1, json[position]).append("'");
}

std::string describe_fault(const boost::system::error_code& failure, std::string_view json,
                           std::size_t position) {
  using boost::json::error;
  if (failure == error::incomplete || position >= json.size()) return "the text ends too early";
  if (failure == error::exponent_overflow) return "the exponent of a number is too large";
  if (failure == error::illegal_leading_surrogate || failure == error::illegal_trailing_surrogate) {
    return "half a surrogate pair";
  }
  if (failure == error::expected_hex_digit) return "\\u needs four hexadecimal digits";
  return describe_byte(json, position);
}

[[noreturn]] void fail_syntax(const decoder& decoder, const std::string& what,
                              std::size_t position) {
  throw decode_error(decoder.current_path().text() + ": not valid JSON at byte " +
                     std::to_string(position) + ": " + what);
}

}  // namespace

void decode(const shape& shape, std::string_view json, void* into, const decode_limits& limits) {
  if (json.size() > limits.bytes_max) {
    throw decode_error("$: the JSON text has " + std::to_string(json.size()) +
                           " bytes, more than the limit of " + std::to_string(limits.bytes_max) +
                           ": raise decode_limits::bytes_max",
                       errc::limit_exceeded);
  }
  if (json.empty()) throw decode_error("$: expected JSON, found an empty text");
  const borrowed_parser parser;
  auto& decoder = parser->handler().decoder;
  decoder.start(shape, json, into, limits);
  boost::system::error_code failure;
  const auto position = parser->write_some(false, json.data(), json.size(), failure);
  if (failure) fail_syntax(decoder, describe_fault(failure, json, position), position);
  if (position != json.size()) {
    throw decode_error("$: not valid JSON at byte " + std::to_string(position) +
                       ": more text after the end of the value");
  }
}

}  // namespace messagebus::codec::detail

namespace messagebus::codec {

std::optional<std::string> json_fault(std::string_view json, const decode_limits& limits) {
  constexpr detail::shape ignored{detail::kind::ignored};
  try {
    detail::decode(ignored, json, nullptr, limits);
    return std::nullopt;
  } catch (const decode_error& failure) {
    return failure.what();
  }
}

}  // namespace messagebus::codec
