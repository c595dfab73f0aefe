#include "settled_horizon.hpp"

#include <algorithm>

namespace messagebus::postgresql::detail {
namespace {

bool contains(const std::vector<lock_holder>& holders, const lock_holder& wanted) {
  return std::ranges::find(holders, wanted) != holders.end();
}

}  // namespace

void settled_horizon::observe(const observation& seen) {
  // Behind a pooler another server has taken its place, unnoticed. Rows are never deleted.
  if (seen.newest < newest_) forget();
  newest_ = std::max(newest_, seen.newest);
  if (!waited_for_.empty()) {
    end_waits(seen.holders);
    if (waited_for_.empty()) settled_ = std::max(settled_, wait_covers_);
  }
  if (waited_for_.empty()) {
    if (seen.holders.empty()) settled_ = std::max(settled_, seen.newest);
    wait_covers_ = seen.newest;
    if (wait_covers_ > settled_) waited_for_ = seen.holders;
  }
  prepared_before_.clear();
  std::ranges::copy_if(seen.holders, std::back_inserter(prepared_before_),
                       &lock_holder::is_prepared);
  // What is there without a gap needs nobody's end.
  for (const std::int64_t position : seen.positions) {
    if (position > settled_ + 1) break;
    settled_ = std::max(settled_, position);
  }
  if (settled_ >= wait_covers_) waited_for_.clear();
}

// Who is gone from the list is over, unless it was prepared and has another name since. Then one of
// the newly prepared is it, and all of them are waited for. That adds someone only while a
// transaction is waited for that was not prepared, so it ends.
void settled_horizon::end_waits(const std::vector<lock_holder>& holders) {
  const auto is_over = [&](const lock_holder& waited) { return !contains(holders, waited); };
  const bool may_be_renamed = std::ranges::any_of(waited_for_, [&](const lock_holder& waited) {
    return !waited.is_prepared && is_over(waited);
  });
  std::erase_if(waited_for_, is_over);
  if (!may_be_renamed) return;
  for (const lock_holder& holder : holders) {
    const bool is_new = holder.is_prepared && !contains(prepared_before_, holder);
    if (is_new && !contains(waited_for_, holder)) waited_for_.push_back(holder);
  }
}

}  // namespace messagebus::postgresql::detail
