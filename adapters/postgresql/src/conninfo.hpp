#pragma once

#include <libpq-fe.h>

#include <memory>

namespace messagebus::postgresql::detail {

struct conninfo_freed {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

/// What libpq knows of each of its parameters, up to one without a keyword; null when there was no
/// memory.
using conninfo = std::unique_ptr<PQconninfoOption, conninfo_freed>;

}  // namespace messagebus::postgresql::detail
