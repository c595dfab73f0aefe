// How a reader waits for what is not written yet.

#include <algorithm>
#include <utility>

#include "growing_pause.hpp"
#include "log_reader.hpp"

namespace messagebus::postgresql::detail {

using clock_type = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

// A pooler by transaction forgets who listens.
constexpr milliseconds look_behind_pooler_every{20};
// In case that a writer was killed between its commit and its notification.
constexpr std::chrono::seconds look_anyway_every{1};
// While the log grows: what a wake-up for each of many commits would cost the writers is more than
// the messages are worth earlier. When it grows fast, the writers leave the processors nothing that
// a look would not take from them.
constexpr milliseconds look_into_growing_log_every{3};
constexpr milliseconds look_into_fast_growing_log_every{6};
constexpr std::int64_t fast_growing_from = 16;  // positions between two looks
// Of writers that had heard before the bell was taken that nobody waits.
constexpr milliseconds unaware_mostly_done_after = bell::answer_holds_for + milliseconds(1);
constexpr milliseconds unaware_done_after = bell::answer_holds_for + bell::unasked_commit_max;

bool have_one_in_common(const std::vector<lock_holder>& some,
                        const std::vector<lock_holder>& others) {
  return std::ranges::any_of(
      some, [&](const lock_holder& one) { return std::ranges::find(others, one) != others.end(); });
}

}  // namespace

task<> log_reader::wait_behind(position seen, std::stop_token stop) {
  const bool hears = state_->settings->options.pooling == pooling::none;
  const std::int64_t growth = seen.value - waited_behind_.value;
  waited_behind_ = seen;
  co_await with_connection([&]() -> task<> {
    const auto look_at =
        waited_until_ + (growth < fast_growing_from ? look_into_growing_log_every
                                                    : look_into_fast_growing_log_every);
    if (growth > 0 && clock_type::now() < look_at) {
      co_await connection_->pause(look_at, stop);
      waited_until_ = clock_type::now();
      co_return;
    }
    if (!hears) {
      co_await wait_by_looking(seen, stop);
      co_return;
    }
    std::exception_ptr failed;
    try {
      co_await wait_with_bell(seen, stop);
    } catch (...) {
      failed = std::current_exception();
    }
    waited_until_ = clock_type::now();
    if (!failed) co_return;
    // With the connection goes the bell, for which writers would notify for ever.
    connection_->mark_broken();
    std::rethrow_exception(failed);
  });
}

task<> log_reader::wait_by_looking(position seen, const std::stop_token& stop) {
  std::vector<lock_holder> holders;
  while (!stop.stop_requested() && !co_await is_there(seen, false, holders)) {
    co_await connection_->pause(clock_type::now() + look_behind_pooler_every, stop);
  }
}

task<> log_reader::listen() {
  if (is_listening_) co_return;
  connection_->queue(state_->followers.listen);
  co_await connection_->exchange();
  is_listening_ = true;
}

task<bool> log_reader::is_there(position seen, bool takes_bell, std::vector<lock_holder>& holders) {
  rows newest;
  rows found;
  connection& open = *connection_;
  if (takes_bell) {
    open.queue(state_->followers.take);
    open.queue_sync();
  }
  // Holders first: who is gone from them is in the newest.
  open.queue(statements_.lock_holders, parameters(), &found);
  open.queue_sync();
  open.queue(statements_.newest, parameters(), &newest);
  co_await connection_->exchange();
  holders = holders_in(found);
  co_return newest.front().get<std::int64_t>(0) > seen.value;
}

task<> log_reader::wait_with_bell(position seen, const std::stop_token& stop) {
  co_await listen();
  // What rang until now is seen by the look. A follower that always finds something never waits for
  // a notification, and would keep them all.
  connection_->forget_notifications();
  std::vector<lock_holder> holders;
  // A wait that was dropped left the bell taken.
  bool is_found = co_await is_there(seen, !has_bell_, holders);
  has_bell_ = true;
  // Who has not asked does not know that somebody waits, and is mostly done soon.
  const auto taken_at = clock_type::now();
  for (const auto after : {unaware_mostly_done_after, unaware_done_after}) {
    while (!is_found && !stop.stop_requested() && clock_type::now() < taken_at + after) {
      co_await connection_->wait_for_notification(taken_at + after, stop);
      is_found = co_await is_there(seen, false, holders);
    }
  }
  // Nor does who is writing already, and who needs longer for its commit than those said.
  const std::vector<lock_holder> unaware = holders;
  growing_pause pauses;
  while (!is_found && !stop.stop_requested() && have_one_in_common(unaware, holders)) {
    co_await connection_->pause(clock_type::now() + pauses.next(), stop);
    is_found = co_await is_there(seen, false, holders);
  }
  while (!is_found && !stop.stop_requested()) {
    co_await connection_->wait_for_notification(clock_type::now() + look_anyway_every, stop);
    is_found = co_await is_there(seen, false, holders);
  }
  // Its answer is taken with the next one's.
  connection_->queue(state_->followers.let_go);
  connection_->send_only();
  has_bell_ = false;
}

}  // namespace messagebus::postgresql::detail
