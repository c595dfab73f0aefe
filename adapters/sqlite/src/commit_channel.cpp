#include "commit_channel.hpp"

#include <filesystem>
#include <map>
#include <system_error>

namespace messagebus::sqlite::detail {

std::shared_ptr<commit_channel> commit_channel::of(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<commit_channel>> channels;
  std::error_code ignored;
  const auto file = std::filesystem::weakly_canonical(path, ignored);
  const std::lock_guard lock(mutex);
  std::erase_if(channels, [](const auto& entry) { return entry.second.expired(); });
  auto& known = channels[file.empty() ? path : file.string()];
  auto channel = known.lock();
  if (channel == nullptr) {
    channel = std::make_shared<commit_channel>();
    known = channel;
  }
  return channel;
}

void commit_channel::announce() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ++announced_;
  }
  changed_.notify_all();
}

std::uint64_t commit_channel::announced() const {
  const std::lock_guard lock(mutex_);
  return announced_;
}

void commit_channel::wait(std::uint64_t known, std::chrono::milliseconds wait_max,
                          const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, wait_max, [&] { return announced_ != known; });
}

}  // namespace messagebus::sqlite::detail
