#pragma once

#include <memory>
#include <messagebus/sqlite/options.hpp>

#include "commit_channel.hpp"
#include "connection.hpp"
#include "turns.hpp"

namespace messagebus::sqlite::detail {

/// What a database and its sessions share.
struct database_state {
  database_options options;
  connection writer;  // used by whoever has the turn
  turns writing;
  std::shared_ptr<commit_channel> channel;
};

}  // namespace messagebus::sqlite::detail
