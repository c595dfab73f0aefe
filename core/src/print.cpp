#include <cstddef>
#include <messagebus/domain/print.hpp>
#include <string_view>

namespace messagebus::detail {
namespace {

// The JSON comes from our own encoder, so it is compact and well-formed: this walks it, it does not
// check it.
class printer {
 public:
  printer(std::string_view json, std::string& out) : json_(json), out_(out) {}

  void object_as_attributes() {
    ++at_;  // {
    while (at_ < json_.size() && json_[at_] != '}') {
      if (json_[at_] == ',') ++at_;
      out_ += ' ';
      key();
      ++at_;  // :
      out_ += '=';
      value();
    }
  }

 private:
  void key() {
    ++at_;
    while (json_[at_] != '"') out_ += json_[at_++];
    ++at_;
  }

  void value() {
    if (json_[at_] == '"') return quoted();
    std::size_t depth = 0;
    while (at_ < json_.size()) {
      const char c = json_[at_];
      if (c == '"') {
        quoted();
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}')) return;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      out_ += c;
      ++at_;
      if ((c == ',' || c == ':') && depth > 0) out_ += ' ';
    }
  }

  void quoted() {
    out_ += '\'';
    ++at_;
    while (json_[at_] != '"') {
      if (json_[at_] == '\\' && json_[at_ + 1] == '"') {
        out_ += '"';
        at_ += 2;
      } else if (json_[at_] == '\\') {
        out_ += json_.substr(at_, 2);
        at_ += 2;
      } else {
        if (json_[at_] == '\'') out_ += '\\';
        out_ += json_[at_++];
      }
    }
    ++at_;
    out_ += '\'';
  }

  std::string_view json_;
  std::string& out_;
  std::size_t at_ = 0;
};

}  // namespace

void print_json_as_message(std::string_view type_name, std::string_view json, std::string& out) {
  out += '<';
  out += type_name;
  if (json.starts_with('{')) {
    printer(json, out).object_as_attributes();
  } else {
    // Of a `representation` that makes something else of it.
    out.append(1, ' ').append(json);
  }
  out += '>';
}

void print_raised(const raised_messages& messages, std::string& text) {
  if (messages.empty()) return;
  text.pop_back();
  text += " message=[";
  const char* separator = "";
  for (const raised_message& raised : messages) {
    text += separator;
    text += raised.to_string();
    separator = ", ";
  }
  text += "]>";
}

}  // namespace messagebus::detail
