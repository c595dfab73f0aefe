#include <algorithm>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/ports/message_log.hpp>

namespace messagebus {
namespace {

// Narrows the query to what comes behind the page.
void go_on_behind(log_query& query, const log_page& page) {
  if (query.order == log_order::oldest_first) {
    query.after = page.read_to();
  } else {
    query.up_to = position{page.read_to().value - 1};
  }
}

}  // namespace

bool log_query::matches(const recorded_message& message) const {
  if (message.position <= after) return false;
  if (up_to && message.position > *up_to) return false;
  if (from && message.created_at < *from) return false;
  if (until && message.created_at >= *until) return false;
  if (schema_version && message.schema_version != *schema_version) return false;
  if (kind && message.kind != *kind) return false;
  if (published && message.published != *published) return false;
  if (correlation_id && message.correlation_id != *correlation_id) return false;
  return names.empty() || std::find(names.begin(), names.end(), message.name) != names.end();
}

log_range message_log::read(log_query query, std::size_t page_messages_max) {
  return log_range(*this, std::move(query), page_messages_max);
}

void message_log::follow(log_query query, const follower& handle, std::stop_token stop) {
  sync_wait(async_follow(std::move(query), handle, std::move(stop)));
}

task<> message_log::async_follow(log_query query, follower handle, std::stop_token stop) {
  if (query.order != log_order::oldest_first) {
    throw usage_error("a log is followed from its oldest messages to its newest");
  }
  log_page page;
  while (!stop.stop_requested()) {
    co_await read_page(query, page);
    const bool has_moved = page.read_to() > query.after;
    go_on_behind(query, page);
    if (has_moved) handle(page.messages(), page.read_to());
    if (query.up_to && query.after >= *query.up_to) co_return;
    if (page.is_last()) co_await wait_behind(page.read_to(), stop);
  }
}

log_range::log_range(message_log& log, log_query query, std::size_t page_messages_max)
    : log_(&log), query_(std::move(query)), page_(std::make_unique<log_page>(page_messages_max)) {}

log_range::iterator log_range::begin() {
  read_until_any();
  return iterator(*this);
}

void log_range::advance() {
  ++at_;
  if (is_at_end() && !page_->is_last()) read_until_any();
}

void log_range::read_until_any() {
  do {
    sync_wait(log_->read_page(query_, *page_));
    go_on_behind(query_, *page_);
    at_ = 0;
  } while (is_at_end() && !page_->is_last());
}

}  // namespace messagebus
