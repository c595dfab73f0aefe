#include "commit_channel.hpp"

#include <filesystem>
#include <map>
#include <system_error>

namespace messagebus::sqlite::detail {

namespace {

// The file itself, whichever way leads to it, and whether it is there yet: of a relative path to
// nothing, weakly_canonical alone would make another name than of the same path later.
std::string one_name_of(const std::string& path) {
  std::error_code failed;
  const auto whole = std::filesystem::absolute(path, failed);
  if (failed) return path;
  const auto file = std::filesystem::weakly_canonical(whole, failed);
  return failed ? whole.string() : file.string();
}

}  // namespace

std::shared_ptr<commit_channel> commit_channel::of(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<commit_channel>> channels;
  const std::string file = one_name_of(path);
  const std::lock_guard lock(mutex);
  std::erase_if(channels, [](const auto& entry) { return entry.second.expired(); });
  auto& known = channels[file];
  auto channel = known.lock();
  if (channel == nullptr) {
    channel = std::make_shared<commit_channel>(file);
    known = channel;
  }
  return channel;
}

// Who listens looks into the file afterwards, and who commits looks here afterwards: one of the two
// sees the other.
void commit_channel::announce() noexcept {
  if (listeners_count_.load(std::memory_order_seq_cst) == 0) return;
  const std::lock_guard lock(mutex_);
  for (const wake_descriptor* const listener : listeners_) listener->wake();
}

void commit_channel::listen(const wake_descriptor& listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(&listener);
  listeners_count_.fetch_add(1, std::memory_order_seq_cst);
}

void commit_channel::forget(const wake_descriptor& listener) noexcept {
  const std::lock_guard lock(mutex_);
  std::erase(listeners_, &listener);
  listeners_count_.fetch_sub(1, std::memory_order_seq_cst);
}

}  // namespace messagebus::sqlite::detail
