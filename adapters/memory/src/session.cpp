#include <messagebus/domain/error.hpp>
#include <messagebus/memory/session.hpp>
#include <vector>

#include "log_storage.hpp"

namespace messagebus::memory {

/// Messages wait here until the transaction commits, on their way to the log or to a store of the
/// user's own.
class session::gathered_messages final : public message_store {
 public:
  gathered_messages(std::shared_ptr<detail::log_storage> storage, message_store* store)
      : storage_(std::move(storage)), store_(store), for_log_(storage_->take_spare()) {}
  gathered_messages(const gathered_messages&) = delete;
  gathered_messages& operator=(const gathered_messages&) = delete;
  ~gathered_messages() override { storage_->keep_spare(std::move(for_log_)); }

  void add(const recorded_message& message) override {
    if (store_ == nullptr) {
      for_log_->add(message);
    } else {
      for_store_.push_back(message);
    }
  }

  void write() {
    if (store_ == nullptr) return storage_->append(*for_log_);
    for (const recorded_message& message : for_store_) store_->add(message);
  }

 private:
  std::shared_ptr<detail::log_storage> storage_;
  message_store* store_;
  std::unique_ptr<detail::message_batch> for_log_;
  std::vector<recorded_message> for_store_;
};

session::session(memory::database& database, message_store* store, table_observer* observer)
    : database_(database),
      observer_(observer),
      gathered_(std::make_unique<gathered_messages>(database.storage_, store)) {}

session::~session() = default;

message_store& session::store() noexcept {
  return *gathered_;
}

task<> session::commit() {
  write();
  co_return;
}

void session::write() {
  const std::lock_guard lock(database_.mutex_);
  for (const auto& [shared, changes] : tables_) {
    if (changes->still_holds()) continue;
    throw error(errc::conflict,
                "another transaction has changed what this one has read, and nothing of this one "
                "was kept: run the unit of work again",
                retry::may_help);
  }
  for (const auto& [shared, changes] : tables_) changes->prepare();
  gathered_->write();
  ++database_.version_;
  for (const auto& [shared, changes] : tables_) changes->apply(database_.version_);
}

task<> session::rollback() {
  tables_.clear();
  co_return;
}

}  // namespace messagebus::memory
