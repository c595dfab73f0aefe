#pragma once

#include <iosfwd>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/domain/message_type.hpp>
#include <string>
#include <utility>

namespace messagebus {

/// A message that was raised, of any type, on its way from a model to the bus.
class raised_message {
 public:
  raised_message(const raised_message&) = delete;
  raised_message& operator=(const raised_message&) = delete;

  const message_type& type() const noexcept { return *type_; }

  template <message M>
  bool is() const noexcept {
    return type_ == &message_type_of<M>;
  }

  /// The content when it is of this type, otherwise null.
  template <message M>
  const M* get_if() const noexcept;

  /// Equal in type and content (M3).
  template <message M>
  friend bool operator==(const raised_message& left, const M& right) {
    const M* content = left.get_if<M>();
    return content != nullptr && detail::message_operations<M>::equal_content(*content, right);
  }

  friend bool operator==(const raised_message& left, const raised_message& right) {
    return left.type_ == right.type_ && left.type_->equal(left.envelope_, right.envelope_);
  }

  std::string to_string() const {
    std::string text;
    type_->print(envelope_, text);
    return text;
  }

  friend std::ostream& operator<<(std::ostream& stream, const raised_message& raised);

 protected:
  raised_message(const message_type& type, const void* envelope, message_header& header) noexcept
      : type_(&type), envelope_(envelope), header_(&header) {}
  ~raised_message() = default;

 private:
  friend class message_queue;
  friend class raised_messages;

  const message_type* type_;
  const void* envelope_;
  message_header* header_;
  raised_message* next_ = nullptr;
};

namespace detail {

template <message M>
struct raised_message_of final : raised_message {
  explicit raised_message_of(M content)
      : raised_message(message_type_of<M>, &value, value.header), value{{}, std::move(content)} {}

  envelope<M> value;
};

template <message M>
void message_operations<M>::destroy(raised_message* raised) noexcept {
  delete static_cast<raised_message_of<M>*>(raised);
}

}  // namespace detail

template <message M>
const M* raised_message::get_if() const noexcept {
  if (!is<M>()) return nullptr;
  return &static_cast<const detail::raised_message_of<M>*>(this)->value.content;
}

}  // namespace messagebus
