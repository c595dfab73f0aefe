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

void raised_messages_watch::watch(raised_messages& messages) {
  messages.watch_ = this;
  messages.seen_as_ = watched_++;
  if (!messages.empty()) raisers_.push_back(&messages);
}

void raised_messages_watch::collect(message_queue& queue) {
  if (raisers_.empty()) return;
  // Models announce themselves in the order in which they raise; R4 wants the order of seeing.
  std::sort(raisers_.begin(), raisers_.end(),
            [](const auto* left, const auto* right) { return left->seen_as_ < right->seen_as_; });
  for (raised_messages* raiser : raisers_) queue.append(raiser->queue_);
  raisers_.clear();
}

}  // namespace messagebus
