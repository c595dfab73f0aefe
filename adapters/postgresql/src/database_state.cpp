#include "database_state.hpp"

#include <utility>

namespace messagebus::postgresql::detail {
namespace {

std::string begin_with(const database_options& options) {
  std::string sql = "BEGIN";
  switch (options.isolation) {
    case isolation::read_committed:
      // What a connection of our own has as its default.
      if (options.pooling != pooling::none) sql += " ISOLATION LEVEL READ COMMITTED";
      break;
    case isolation::repeatable_read:
      sql += " ISOLATION LEVEL REPEATABLE READ";
      break;
    case isolation::serializable:
      sql += " ISOLATION LEVEL SERIALIZABLE";
      break;
  }
  return options.read_only ? sql + " READ ONLY" : sql;
}

std::string settings_with(const database_options& options) {
  if (options.pooling == pooling::none) return {};
  return "SET LOCAL statement_timeout = " + std::to_string(options.statement_wait_max.count());
}

}  // namespace

database_state::database_state(std::shared_ptr<const connection_settings> made_from)
    : settings(std::move(made_from)),
      waiter(settings->options.waiter != nullptr ? *settings->options.waiter
                                                 : blocking_socket_waiter::instance()),
      pool(std::make_shared<connection_pool>(settings, waiter)),
      table(settings->schema + ".message"),
      followers(settings->options.schema),
      inserts(table, {}),
      asking_inserts(table, followers.is_waited_for),
      copy("COPY " + table + "(" + std::string(written_columns) + ") FROM STDIN (FORMAT binary)"),
      begin(begin_with(settings->options)),
      settings_of_transaction(settings_with(settings->options)) {}

}  // namespace messagebus::postgresql::detail
