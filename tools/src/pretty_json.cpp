#include "pretty_json.hpp"

#include <algorithm>
#include <messagebus/codec/text.hpp>

#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

constexpr std::string_view spaces = " \t\r\n";

// Walks over valid JSON, so that it never looks for what is missing.
class layout {
 public:
  layout(std::string& out, std::size_t indent, const palette& colors)
      : out_(out), indent_(indent), colors_(colors) {}

  void append(std::string_view json) {
    start_line();
    while (skip_spaces(json), !json.empty()) append_token(json);
    out_ += '\n';
  }

 private:
  static void skip_spaces(std::string_view& json) {
    json.remove_prefix(std::min(json.find_first_not_of(spaces), json.size()));
  }

  void append_token(std::string_view& json) {
    const char first = json.front();
    if (first == '"') return append_text(json);
    if (first == '{' || first == '[') return open(json);
    if (first == '}' || first == ']') return close(json);
    if (first == ',' || first == ':') return separate(json);
    const auto end = std::min(json.find_first_of(",:]} \t\r\n"), json.size());
    out_ += json.substr(0, end);
    json.remove_prefix(end);
  }

  void append_text(std::string_view& json) {
    std::size_t end = 1;
    while (json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
    const auto text = json.substr(0, end + 1);
    json.remove_prefix(end + 1);
    skip_spaces(json);
    const bool is_key = json.starts_with(':');
    colors_.begin(out_, is_key ? role::key : role::plain);
    append_shown(out_, text);
    colors_.end(out_, is_key ? role::key : role::plain);
  }

  void open(std::string_view& json) {
    out_ += json.front();
    json.remove_prefix(1);
    skip_spaces(json);
    if (json.front() == '}' || json.front() == ']') {
      out_ += json.front();
      json.remove_prefix(1);
      return;
    }
    ++depth_;
    break_line();
  }

  void close(std::string_view& json) {
    --depth_;
    break_line();
    out_ += json.front();
    json.remove_prefix(1);
  }

  void separate(std::string_view& json) {
    out_ += json.front();
    if (json.front() == ',') {
      break_line();
    } else {
      out_ += ' ';
    }
    json.remove_prefix(1);
  }

  void break_line() {
    out_ += '\n';
    start_line();
  }

  void start_line() { out_.append(indent_ + 2 * depth_, ' '); }

  std::string& out_;
  std::size_t indent_;
  const palette& colors_;
  std::size_t depth_ = 0;
};

}  // namespace

void append_pretty_json(std::string& out, std::string_view json, std::size_t indent,
                        const palette& colors) {
  if (codec::is_valid_json(json)) {
    layout(out, indent, colors).append(json);
    return;
  }
  out.append(indent, ' ');
  append_shown(out, json);
  out += '\n';
}

}  // namespace messagebus::tool
