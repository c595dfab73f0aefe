#include <messagebus/memory/log.hpp>

#include "log_storage.hpp"

namespace messagebus::memory {

log::log(std::shared_ptr<detail::log_storage> storage) noexcept : storage_(std::move(storage)) {}
log::~log() = default;

task<> log::read_page(const log_query& query, log_page& page) {
  storage_->read_page(query, page);
  co_return;
}

task<std::optional<recorded_message>> log::find(uuid message_id) {
  co_return storage_->find(message_id);
}

task<position> log::last_position() {
  co_return storage_->last_position();
}

task<> log::wait_behind(position seen, std::stop_token stop) {
  storage_->wait_behind(seen, stop);
  co_return;
}

}  // namespace messagebus::memory
