#pragma once

#include <cstddef>
#include <messagebus/domain/raised_message.hpp>
#include <utility>

namespace messagebus {

/// Raised messages, first in, first out. A list through the messages themselves: moving them from a
/// model to the bus copies and allocates nothing.
class message_queue {
 public:
  message_queue() = default;
  message_queue(message_queue&& other) noexcept { append(other); }
  message_queue& operator=(message_queue&&) = delete;
  ~message_queue() { clear(); }

  bool empty() const noexcept { return first_ == nullptr; }
  std::size_t size() const noexcept { return size_; }

  template <message M>
  void push(M content) {
    raised_message* raised = new detail::raised_message_of<M>(std::move(content));
    (last_ == nullptr ? first_ : last_->next_) = raised;
    last_ = raised;
    ++size_;
  }

  /// Takes all messages of the other queue, behind those that are here.
  void append(message_queue& other) noexcept {
    if (other.empty()) return;
    (last_ == nullptr ? first_ : last_->next_) = other.first_;
    last_ = other.last_;
    size_ += other.size_;
    other.forget();
  }

  void clear() noexcept {
    while (!empty()) pop_front();
  }

  const raised_message& front() const noexcept { return *first_; }
  message_header& front_header() noexcept { return *first_->header_; }
  const void* front_envelope() const noexcept { return first_->envelope_; }

  void pop_front() noexcept {
    raised_message* gone = first_;
    first_ = gone->next_;
    if (first_ == nullptr) last_ = nullptr;
    --size_;
    gone->type_->destroy(gone);
  }

  /// Gives every message a header: `stamp(message_header&)`, in order.
  template <class Stamp>
  void stamp(const Stamp& stamp) {
    for (raised_message* raised = first_; raised != nullptr; raised = raised->next_) {
      stamp(*raised->header_);
    }
  }

  class iterator {
   public:
    using value_type = raised_message;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(const raised_message* at) noexcept : at_(at) {}
    const raised_message& operator*() const noexcept { return *at_; }
    const raised_message* operator->() const noexcept { return at_; }
    iterator& operator++() noexcept {
      at_ = at_->next_;
      return *this;
    }
    iterator operator++(int) noexcept { return std::exchange(*this, iterator(at_->next_)); }
    friend bool operator==(iterator, iterator) = default;

   private:
    const raised_message* at_ = nullptr;
  };

  iterator begin() const noexcept { return iterator(first_); }
  iterator end() const noexcept { return iterator(); }

 private:
  void forget() noexcept {
    first_ = last_ = nullptr;
    size_ = 0;
  }

  raised_message* first_ = nullptr;
  raised_message* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace messagebus
