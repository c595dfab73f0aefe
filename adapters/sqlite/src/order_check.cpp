#include "order_check.hpp"

#include <limits>
#include <messagebus/domain/error.hpp>
#include <string>

namespace messagebus::sqlite::detail {
namespace {

bool leaves_out_by_content(const log_query& query) noexcept {
  return query.from || query.until || !query.names.empty() || query.schema_version || query.kind ||
         query.published || query.correlation_id;
}

}  // namespace

order_check::order_check(connection& connection, const log_query& query, position after,
                         position up_to)
    : connection_(connection),
      is_watching_(after < up_to && up_to.value < std::numeric_limits<std::int64_t>::max() &&
                   !leaves_out_by_content(query)),
      step_(query.order == log_order::oldest_first ? 1 : -1),
      expected_(step_ > 0 ? first_after(after).value : up_to.value),
      end_(!is_watching_ ? expected_
           : step_ > 0   ? up_to.value + 1
                         : after.value) {}

// Messages may have been deleted by hand: then nothing is found by other ways either. The oldest
// and the newest are found without comparing positions, of which one may be wrong.
void order_check::look_between(std::int64_t next) {
  if ((next - expected_) * step_ < 0) fail(next);
  const bool is_forward = step_ > 0;
  const std::string range = "BETWEEN " + std::to_string(is_forward ? expected_ : next + 1) +
                            " AND " + std::to_string(is_forward ? next - 1 : expected_);
  const std::string is_something_there =
      "SELECT EXISTS(SELECT 1 FROM messagebus_message WHERE position " + range +
      " ORDER BY position " + (is_forward ? "DESC" : "ASC") +
      ") OR (SELECT min(position) FROM messagebus_message) " + range +
      " OR (SELECT max(position) FROM messagebus_message) " + range;
  if (connection_.read_integer(is_something_there.c_str(), "read the log") != 0) fail(expected_);
}

void order_check::fail(std::int64_t place) const {
  throw error(errc::storage_corrupt,
              connection_.path() + ": reading the log in order leaps at position " +
                  std::to_string(place) +
                  ": the file is damaged: restore a backup, or see with messagebus verify what can "
                  "be read");
}

}  // namespace messagebus::sqlite::detail
