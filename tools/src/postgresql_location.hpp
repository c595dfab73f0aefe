#pragma once

#include <memory>
#include <string>

#include "location.hpp"

namespace messagebus::tool {

std::unique_ptr<opened_log> open_postgresql_to_read(const given_location& location);
std::unique_ptr<opened_store> open_postgresql_to_write(const given_location& location);

}  // namespace messagebus::tool
