#include <messagebus/postgresql/log.hpp>

#include <utility>

#include "log_reader.hpp"

namespace messagebus::postgresql {

log::log(std::shared_ptr<detail::database_state> state)
    : reader_(std::make_unique<detail::log_reader>(std::move(state))) {}

log::log(log&& other) noexcept : reader_(std::move(other.reader_)) {}

log::~log() = default;

task<> log::read_page(const log_query& query, log_page& page) {
  return reader_->read_page(query, page);
}

task<std::optional<recorded_message>> log::find(uuid message_id) {
  return reader_->find(message_id);
}

task<position> log::last_position() {
  return reader_->last_position();
}

task<> log::wait_behind(position seen, std::stop_token stop) {
  return reader_->wait_behind(seen, std::move(stop));
}

}  // namespace messagebus::postgresql
