#pragma once

#include <messagebus/codec/json.hpp>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/domain/model.hpp>
#include <string>

namespace messagebus {

/// `<book_registered id='…' isbn='…'>`: a message as test failures and logs show it (M4).
template <message M>
std::string to_string(const M& content) {
  std::string json;
  codec::encode_lossy(content, json);
  std::string text;
  detail::print_json_as_message(type_name<M>(), json, text);
  return text;
}

template <message M>
std::string to_string(const envelope<M>& message) {
  return to_string(message.content);
}

namespace detail {
/// Puts ` message=[…]` before the closing bracket of a printed model.
void print_raised(const raised_messages& messages, std::string& text);
}  // namespace detail

/// A model likewise, with ` message=[…]` at its end while it holds messages. The model is
/// described.
template <model Model>
  requires(!message<Model>)
std::string to_string(const Model& object) {
  std::string json;
  codec::encode_lossy(object, json);
  std::string text;
  detail::print_json_as_message(type_name<Model>(), json, text);
  detail::print_raised(object.messages, text);
  return text;
}

}  // namespace messagebus
