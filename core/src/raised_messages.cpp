#include <algorithm>
#include <messagebus/domain/raised_messages.hpp>
#include <ostream>

namespace messagebus {

std::ostream& operator<<(std::ostream& stream, const raised_message& raised) {
  return stream << raised.to_string();
}

void raised_messages::throw_copied() {
  throw usage_error(
      "a model that holds raised messages was copied, and one of the two would lose them or both "
      "would send them: move the model, or copy it with messagebus::state_of(model)");
}

raised_messages_watch::~raised_messages_watch() {
  for (raised_messages* raiser : raisers_) raiser->is_announced_ = false;
}

void raised_messages_watch::watch(raised_messages& messages) {
  if (messages.is_announced_) messages.watch_->forget(messages);
  messages.is_announced_ = false;
  messages.watch_ = this;
  messages.seen_as_ = watched_++;
  if (!messages.empty()) remember(messages);
}

void raised_messages_watch::remember(raised_messages& raiser) {
  raisers_.push_back(&raiser);
  raiser.is_announced_ = true;
}

void raised_messages_watch::forget(const raised_messages& raiser) noexcept {
  raisers_.erase(std::find(raisers_.begin(), raisers_.end(), &raiser));
}

void raised_messages_watch::collect(message_queue& queue) {
  if (raisers_.empty()) return;
  // Models announce themselves in the order in which they raise; R4 wants the order of seeing.
  std::sort(raisers_.begin(), raisers_.end(),
            [](const auto* left, const auto* right) { return left->seen_as_ < right->seen_as_; });
  for (raised_messages* raiser : raisers_) {
    queue.append(raiser->queue_);
    raiser->is_announced_ = false;
  }
  raisers_.clear();
}

}  // namespace messagebus
