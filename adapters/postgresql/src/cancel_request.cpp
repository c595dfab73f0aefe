#include "cancel_request.hpp"

#include <libpq-fe.h>

#include <array>
#include <memory>

namespace messagebus::postgresql::detail {

std::optional<std::string> request_cancel(pg_conn* connection) {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(connection),
                                                                   &PQfreeCancel);
  std::array<char, 256> said{};
  if (request != nullptr && PQcancel(request.get(), said.data(), said.size()) != 0) return {};
  return said.data();
}

}  // namespace messagebus::postgresql::detail
