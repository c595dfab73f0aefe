#include "bell.hpp"

#include "lock_classes.hpp"

namespace messagebus::postgresql::detail {
namespace {

// Of everything that the server knows by name.
constexpr std::size_t name_bytes_max = 63;

}  // namespace

bell::bell(const std::string& schema) {
  const std::string key = std::string(bell_lock_class) + ", hashtext('" + schema + "')";
  // A longer one cannot be notified. Who shares one is woken for nothing at times.
  const std::string channel = ("messagebus_" + schema).substr(0, name_bytes_max);
  listen = "LISTEN \"" + channel + "\"";
  take = "SELECT pg_advisory_lock_shared(" + key + ")";
  let_go = "SELECT pg_advisory_unlock_shared(" + key + ")";
  is_waited_for = "SELECT CASE WHEN pg_try_advisory_lock(" + key +
                  ") THEN NOT pg_advisory_unlock(" + key + ") ELSE true END";
  ring = "SELECT set_config('synchronous_commit', 'off', true), pg_notify('" + channel + "', '')";
}

bool last_answer::is_to_be_asked(time_point now) noexcept {
  const auto since = [now](time_point::rep before) {
    return now - time_point(time_point::duration(before));
  };
  const auto age = since(asked_at_.load(std::memory_order_relaxed));
  if (age >= bell::answer_holds_for) return true;
  if (age < bell::renewed_after) return false;
  time_point::rep renewed = renewed_at_.load(std::memory_order_relaxed);
  return since(renewed) >= bell::renewed_after &&
         renewed_at_.compare_exchange_strong(renewed, now.time_since_epoch().count());
}

void last_answer::nobody_waits(time_point asked_at) noexcept {
  const time_point::rep asked = asked_at.time_since_epoch().count();
  time_point::rep before = asked_at_.load(std::memory_order_relaxed);
  while (before < asked && !asked_at_.compare_exchange_weak(before, asked)) {
  }
}

}  // namespace messagebus::postgresql::detail
