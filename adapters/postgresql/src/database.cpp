#include <messagebus/postgresql/database.hpp>

#include <messagebus/postgresql/leased_connection.hpp>
#include <utility>

#include "database_state.hpp"
#include "schema.hpp"

namespace messagebus::postgresql {

database::database(const std::string& where, database_options options)
    : state_(std::make_shared<detail::database_state>(
          std::make_shared<const detail::connection_settings>(where, std::move(options)))) {
  if (state_->settings->options.read_only) {
    detail::require_version(*state_, detail::schema_migrations());
  } else {
    detail::migrate(*state_, detail::schema_migrations());
  }
}

database::~database() = default;

const std::string& database::location() const noexcept {
  return state_->settings->location;
}

postgresql::log database::log() const {
  return postgresql::log(state_);
}

std::unique_ptr<message_log> database::open_log() const {
  return std::make_unique<postgresql::log>(state_);
}

void database::execute(const std::string& sql) {
  detail::run_script(*state_, sql, "run the given SQL");
}

task<bool> database::has_message(uuid message_id) {
  const std::unique_ptr<message_log> log = open_log();
  const auto found = co_await log->find(message_id);
  co_return found.has_value();
}

task<> database::pause(std::chrono::microseconds duration) {
  socket_wait wait;
  wait.deadline = std::chrono::steady_clock::now() + duration;
  co_await state_->waiter.until(wait);
}

task<detail::leased_connection> database::lease() {
  auto taken = co_await state_->pool->take();
  co_return detail::leased_connection(state_->pool, std::move(taken));
}

}  // namespace messagebus::postgresql
