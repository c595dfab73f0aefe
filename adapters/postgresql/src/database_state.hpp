#pragma once

#include <memory>
#include <messagebus/postgresql/options.hpp>
#include <string>

#include "bell.hpp"
#include "connection_pool.hpp"
#include "connection_settings.hpp"
#include "message_batch.hpp"

namespace messagebus::postgresql::detail {

/// What a database, its sessions and its logs share.
struct database_state {
  explicit database_state(std::shared_ptr<const connection_settings> made_from);

  std::shared_ptr<const connection_settings> settings;
  socket_waiter& waiter;
  std::shared_ptr<connection_pool> pool;

  /// The table of messages, with its namespace.
  std::string table;
  bell followers;
  last_answer followers_answer;
  insert_statements inserts;
  insert_statements asking_inserts;
  std::string copy;
  /// What begins a transaction, and what every transaction sets behind a pooler, or nothing.
  std::string begin;
  std::string settings_of_transaction;
};

}  // namespace messagebus::postgresql::detail
