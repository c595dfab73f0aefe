#include <messagebus/memory/database.hpp>

#include "log_storage.hpp"

namespace messagebus::memory {

database::database() : storage_(std::make_shared<detail::log_storage>()) {}
database::~database() = default;

}  // namespace messagebus::memory
