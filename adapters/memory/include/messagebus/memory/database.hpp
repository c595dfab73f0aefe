#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <messagebus/memory/log.hpp>
#include <messagebus/memory/table.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>

namespace messagebus::memory {

/// Tables and a log that live as long as this object: for tests, and for trying things out. What a
/// transaction commits is seen by those that begin later; nothing is written anywhere. Thread
/// safety: transactions of many threads at once.
class database {
 public:
  database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  ~database();

  memory::log log() const { return memory::log(storage_); }
  /// The same for code that takes any adapter's.
  std::unique_ptr<message_log> open_log() const { return std::make_unique<memory::log>(storage_); }

 private:
  friend class session;

  template <class Key, class Row>
  detail::shared_table<Key, Row>& shared_table(std::string_view name) {
    const std::lock_guard lock(mutex_);
    auto& slot = tables_[{std::string(name), std::type_index(typeid(std::pair<Key, Row>))}];
    if (slot == nullptr) slot = std::make_unique<detail::shared_table<Key, Row>>();
    return static_cast<detail::shared_table<Key, Row>&>(*slot);
  }

  std::mutex mutex_;  // of the tables; the log has its own
  std::map<std::pair<std::string, std::type_index>, std::unique_ptr<detail::shared_table_base>>
      tables_;
  std::uint64_t version_ = 0;
  std::shared_ptr<detail::log_storage> storage_;
};

}  // namespace messagebus::memory
