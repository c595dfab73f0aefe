#pragma once

#include <memory>
#include <string>

#include "location.hpp"

namespace messagebus::tool {

std::unique_ptr<opened_log> open_sqlite_to_read(const std::string& path);
std::unique_ptr<opened_store> open_sqlite_to_write(const std::string& path);

}  // namespace messagebus::tool
