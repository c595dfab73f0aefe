#include "log_walk.hpp"

#include <algorithm>
#include <cstdint>
#include <messagebus/async/sync_wait.hpp>

#include "progress.hpp"

namespace messagebus::tool {

bool walk_log(message_log& log, log_query query, const std::string& label, surroundings& around,
              const std::function<void(std::span<const recorded_message> messages)>& handle) {
  const auto newest = sync_wait(log.last_position());
  query.up_to = std::min(query.up_to.value_or(newest), newest);
  const auto begin = query.after.value;
  progress bar(around, label,
               static_cast<std::uint64_t>(std::max<std::int64_t>(0, query.up_to->value - begin)));
  log_page page;
  while (query.after < *query.up_to) {
    if (around.stop.stop_requested()) return false;
    sync_wait(log.read_page(query, page));
    handle(page.messages());
    if (page.is_last()) break;
    query.after = page.read_to();
    bar.show(static_cast<std::uint64_t>(query.after.value - begin));
  }
  return !around.stop.stop_requested();
}

}  // namespace messagebus::tool
