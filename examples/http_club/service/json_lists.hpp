#pragma once

#include <http_club/service/backend.hpp>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/recorded_message.hpp>
#include <string>
#include <vector>

namespace http_club {

/// A JSON array that is written in pieces.
class json_array {
 public:
  explicit json_array(text_sink& into) : into_(into) {}

  template <class Element>
  task<> add(const std::vector<Element>& elements) {
    piece_.clear();
    for (const Element& element : elements) {
      piece_ += is_empty_ ? "[" : ",\n";
      is_empty_ = false;
      messagebus::codec::encode(element, piece_);
    }
    return into_.write(piece_);
  }

  task<> end() { return into_.write(is_empty_ ? "[]\n" : "]\n"); }

 private:
  text_sink& into_;
  std::string piece_;
  bool is_empty_ = true;
};

/// Appends a message of the log as one line of JSON.
void append_line(const messagebus::recorded_message& message, std::string& out);

}  // namespace http_club
