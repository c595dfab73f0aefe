#pragma once

#include <cstddef>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/message_queue.hpp>
#include <utility>

namespace messagebus {

class raised_messages;

namespace detail {
class messages_aside;
}

/// The models of one repository that hold messages, in the order in which they were seen. A model
/// announces itself here with its first message, so that collecting costs what was raised and not
/// what was loaded.
class raised_messages_watch {
 public:
  raised_messages_watch() = default;
  raised_messages_watch(const raised_messages_watch&) = delete;
  raised_messages_watch& operator=(const raised_messages_watch&) = delete;
  ~raised_messages_watch();

  /// From now on `messages` announces itself. Lifetime: a model stays where it is, and raises
  /// nothing when the watch has ended; a repository that keeps its models in a list gives that. A
  /// model that ends first takes along what it raised.
  void watch(raised_messages& messages);

  /// Moves all raised messages to the end of `queue` (R4).
  void collect(message_queue& queue);

 private:
  friend class raised_messages;

  void remember(raised_messages& raiser) noexcept;
  void forget(const raised_messages& raiser) noexcept;
  void sort_as_seen();

  // A list through the raisers, in the order in which they announced themselves.
  raised_messages* first_raiser_ = nullptr;
  raised_messages* last_raiser_ = nullptr;
  std::size_t watched_ = 0;
};

/// The messages that a model raised and nobody has collected yet (R1): the last member of a model,
/// `messagebus::raised_messages messages = {};`. No part of the model's equality nor of its stored
/// form.
///
/// Copying a model that holds messages is refused with a `usage_error`, since one of the two would
/// lose them or both would send them: move the model, or copy it with `state_of`. Assigning to a
/// model changes its state and keeps what it raised; messages of a moved-from model move on to the
/// target.
class raised_messages {
 public:
  raised_messages() = default;
  raised_messages(const raised_messages& other) { refuse_copy_of(other); }
  raised_messages(raised_messages&& other) noexcept : queue_(std::move(other.queue_)) {}
  raised_messages& operator=(const raised_messages& other) {
    if (this != &other) refuse_copy_of(other);
    return *this;
  }
  raised_messages& operator=(raised_messages&& other) noexcept {
    if (this != &other && !other.empty()) {
      announce();
      queue_.append(other.queue_);
    }
    return *this;
  }
  ~raised_messages() {
    if (is_announced_) [[unlikely]]
      watch_->forget(*this);
  }

  /// Raises a message: the bus handles it after the handler that is running (B4).
  template <class M>
  void add(M content) {
    static_assert(message<M>,
                  "what a model raises is a message: a struct with a static schema made by "
                  "messagebus::command or messagebus::event");
    announce();
    queue_.push(std::move(content));
  }

  bool empty() const noexcept { return queue_.empty(); }
  std::size_t size() const noexcept { return queue_.size(); }
  message_queue::iterator begin() const noexcept { return queue_.begin(); }
  message_queue::iterator end() const noexcept { return queue_.end(); }

  /// Drops what was raised and not collected.
  void clear() noexcept { queue_.clear(); }

  friend bool operator==(const raised_messages&, const raised_messages&) noexcept { return true; }

 private:
  friend class raised_messages_watch;
  friend class detail::messages_aside;

  static void refuse_copy_of(const raised_messages& other) {
    if (!other.empty()) throw_copied();
  }
  [[noreturn]] static void throw_copied();

  void announce() {
    if (watch_ != nullptr && !is_announced_) watch_->remember(*this);
  }

  message_queue queue_;
  raised_messages_watch* watch_ = nullptr;
  raised_messages* next_raiser_ = nullptr;
  std::size_t seen_as_ = 0;
  bool is_announced_ = false;
};

namespace detail {

/// While one lives, a model that holds messages may be copied; then it has them again.
class messages_aside {
 public:
  explicit messages_aside(raised_messages& of) noexcept : of_(of), aside_(std::move(of.queue_)) {}
  messages_aside(const messages_aside&) = delete;
  messages_aside& operator=(const messages_aside&) = delete;
  ~messages_aside() { of_.queue_.append(aside_); }

 private:
  raised_messages& of_;
  message_queue aside_;
};

}  // namespace detail

}  // namespace messagebus
