#include "log_storage.hpp"

#include <algorithm>
#include <cstring>
#include <messagebus/domain/error.hpp>

namespace messagebus::memory::detail {

stored_message::stored_message(const recorded_message& message) noexcept
    : message_id(message.message_id),
      correlation_id(message.correlation_id),
      causation_id(message.causation_id),
      created_at(message.created_at),
      name_bytes(static_cast<std::uint32_t>(message.name.size())),
      metadata_bytes(static_cast<std::uint32_t>(message.metadata.size())),
      payload_bytes(static_cast<std::uint32_t>(message.payload.size())),
      schema_version(message.schema_version),
      kind(message.kind),
      published(message.published) {}

void message_batch::add(const recorded_message& message) {
  messages.emplace_back(message);
  texts.append(message.name).append(message.metadata).append(message.payload);
}

void log_storage::append(const message_batch& batch) {
  if (batch.messages.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t new_size = size_ + batch.messages.size();
    while (pieces_.size() * messages_a_piece < new_size) {
      pieces_.push_back(std::make_unique<piece>());
    }
    const char* texts = keep_texts(batch.texts);
    refuse_duplicates(batch);
    for (const stored_message& message : batch.messages) {
      stored_message& kept = (*pieces_[size_ / messages_a_piece])[size_ % messages_a_piece];
      kept = message;
      kept.texts = texts;
      texts += message.texts_bytes();
      ++size_;
    }
  }
  grown_.notify_all();
}

void log_storage::refuse_duplicates(const message_batch& batch) {
  std::size_t added = 0;
  try {
    for (const stored_message& message : batch.messages) {
      const uuid id = message.message_id;
      if (!index_of_id_.emplace(id, size_ + added).second) {
        throw error(errc::duplicate_message,
                    "message " + id.to_string() +
                        " is in the log already, and nothing of this transaction was kept");
      }
      ++added;
    }
  } catch (...) {
    while (added > 0) index_of_id_.erase(batch.messages[--added].message_id);
    throw;
  }
}

const char* log_storage::keep_texts(std::string_view texts) {
  if (texts.size() > texts_left_) {
    const std::size_t bytes = std::max(texts.size(), texts_a_piece);
    texts_.push_back(std::make_unique<char[]>(bytes));
    texts_end_ = texts_.back().get();
    texts_left_ = bytes;
  }
  char* const kept = texts_end_;
  std::memcpy(kept, texts.data(), texts.size());
  texts_end_ += texts.size();
  texts_left_ -= texts.size();
  return kept;
}

void log_storage::fill(recorded_message& message, std::size_t index) const {
  const stored_message& stored = at(index);
  message.position = position{static_cast<std::int64_t>(index) + 1};
  message.message_id = stored.message_id;
  message.created_at = stored.created_at;
  message.kind = stored.kind;
  message.schema_version = stored.schema_version;
  message.published = stored.published;
  message.correlation_id = stored.correlation_id;
  message.causation_id = stored.causation_id;
  const char* text = stored.texts;
  message.name.assign(text, stored.name_bytes);
  text += stored.name_bytes;
  message.metadata.assign(text, stored.metadata_bytes);
  text += stored.metadata_bytes;
  message.payload.assign(text, stored.payload_bytes);
}

bool log_storage::read_one(const log_query& query, log_page& page, std::size_t index) const {
  recorded_message& slot = page.next_slot();
  fill(slot, index);
  if (!query.matches(slot)) page.drop_last_slot();
  return page.is_full();
}

void log_storage::read_page(const log_query& query, log_page& page) const {
  const std::lock_guard lock(mutex_);
  page.start();
  const auto size = static_cast<std::int64_t>(size_);
  const std::int64_t low = std::clamp<std::int64_t>(query.after.value, 0, size);
  const std::int64_t high =
      std::clamp<std::int64_t>(query.up_to ? query.up_to->value : size, low, size);
  if (query.order == log_order::oldest_first) {
    std::int64_t index = low;
    while (index < high && !read_one(query, page, static_cast<std::size_t>(index++))) continue;
    page.finish(position{std::max(index, query.after.value)}, index == high);
  } else {
    std::int64_t index = high;
    while (index > low && !read_one(query, page, static_cast<std::size_t>(--index))) continue;
    page.finish(position{index + 1}, index == low);
  }
}

std::optional<recorded_message> log_storage::find(uuid message_id) const {
  const std::lock_guard lock(mutex_);
  const auto known = index_of_id_.find(message_id);
  if (known == index_of_id_.end()) return std::nullopt;
  std::optional<recorded_message> found(std::in_place);
  fill(*found, known->second);
  return found;
}

position log_storage::last_position() const {
  const std::lock_guard lock(mutex_);
  return position{static_cast<std::int64_t>(size_)};
}

void log_storage::wait_behind(position seen, const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  grown_.wait(lock, stop, [&] { return static_cast<std::int64_t>(size_) > seen.value; });
}

std::unique_ptr<message_batch> log_storage::take_spare() {
  {
    const std::lock_guard lock(mutex_);
    if (!spares_.empty()) {
      auto spare = std::move(spares_.back());
      spares_.pop_back();
      return spare;
    }
    spares_.reserve(spares_max);
  }
  return std::make_unique<message_batch>();
}

void log_storage::keep_spare(std::unique_ptr<message_batch> batch) noexcept {
  batch->clear();
  const std::lock_guard lock(mutex_);
  if (spares_.size() < spares_.capacity()) spares_.push_back(std::move(batch));
}

}  // namespace messagebus::memory::detail
