#include <algorithm>
#include <messagebus/domain/raised_messages.hpp>
#include <ostream>
#include <vector>

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
  for (raised_messages* at = first_raiser_; at != nullptr; at = at->next_raiser_) {
    at->is_announced_ = false;
  }
}

void raised_messages_watch::watch(raised_messages& messages) {
  if (messages.is_announced_) messages.watch_->forget(messages);
  messages.is_announced_ = false;
  messages.watch_ = this;
  messages.seen_as_ = watched_++;
  if (!messages.empty()) remember(messages);
}

void raised_messages_watch::remember(raised_messages& raiser) noexcept {
  (first_raiser_ == nullptr ? first_raiser_ : last_raiser_->next_raiser_) = &raiser;
  last_raiser_ = &raiser;
  raiser.next_raiser_ = nullptr;
  raiser.is_announced_ = true;
}

void raised_messages_watch::forget(const raised_messages& raiser) noexcept {
  raised_messages* before = nullptr;
  for (raised_messages* at = first_raiser_; at != &raiser; at = at->next_raiser_) before = at;
  (before == nullptr ? first_raiser_ : before->next_raiser_) = raiser.next_raiser_;
  if (last_raiser_ == &raiser) last_raiser_ = before;
}

void raised_messages_watch::collect(message_queue& queue) {
  if (first_raiser_ == nullptr) return;
  if (first_raiser_ != last_raiser_) sort_as_seen();
  for (raised_messages* at = first_raiser_; at != nullptr; at = at->next_raiser_) {
    queue.append(at->queue_);
    at->is_announced_ = false;
  }
  first_raiser_ = last_raiser_ = nullptr;
}

// Models announce themselves in the order in which they raise; R4 wants the order of seeing.
void raised_messages_watch::sort_as_seen() {
  std::vector<raised_messages*> raisers;
  for (raised_messages* at = first_raiser_; at != nullptr; at = at->next_raiser_) {
    raisers.push_back(at);
  }
  std::ranges::sort(raisers, {}, &raised_messages::seen_as_);
  first_raiser_ = last_raiser_ = nullptr;
  for (raised_messages* const raiser : raisers) remember(*raiser);
}

}  // namespace messagebus
