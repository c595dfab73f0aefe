#pragma once

#include <optional>
#include <string>

struct pg_conn;

namespace messagebus::postgresql::detail {

/// Asks the server to end what runs on a connection, over a short one of its own. Returns what
/// libpq says when it could not. Blocking. Thread safety: while another thread uses the connection.
std::optional<std::string> request_cancel(pg_conn* connection);

}  // namespace messagebus::postgresql::detail
