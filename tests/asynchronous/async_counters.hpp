#pragma once

#include <messagebus/postgresql/unit_of_work.hpp>
#include <messagebus/testing/async_counting.hpp>
#include <string>
#include <utility>

#include "test_database.hpp"

namespace messagebus::postgresql {

/// The repository of the asynchronous suite: coroutines, which suspend or block as their caller
/// does.
class async_counters final : public testing::async_counter_repository,
                             public repository<testing::counter> {
 public:
  /// With its namespace; each test has one of its own.
  static inline std::string table;

  static void make_table(database& database, const test_schema& schema) {
    table = schema.table("counter");
    database.execute("CREATE TABLE IF NOT EXISTS " + table +
                     "(name text PRIMARY KEY, value bigint NOT NULL)");
  }

  explicit async_counters(session& session) : session_(session) {}

  task<testing::counter*> add(testing::counter added) override {
    const std::string sql =
        "INSERT INTO " + table + "(name, value) VALUES($1, $2) ON CONFLICT DO NOTHING";
    const auto inserted = co_await session_.execute(sql, added.name, added.value);
    co_return inserted == 0 ? nullptr : &see(std::move(added));
  }

  task<testing::counter*> load(std::string name) override {
    auto* const seen = find_seen([&](const auto& model) { return model.name == name; });
    if (seen != nullptr) co_return seen;
    const std::string sql = "SELECT value FROM " + table + " WHERE name = $1 FOR UPDATE";
    const rows found = co_await session_.query(sql, name);
    if (found.empty()) co_return nullptr;
    testing::counter loaded{.name = std::move(name), .value = found[0].get<std::int64_t>(0)};
    co_return &see(std::move(loaded));
  }

  task<> save(testing::counter& changed) override {
    session_.defer("UPDATE " + table + " SET value = $2 WHERE name = $1", changed.name,
                   changed.value);
    return {};
  }

 private:
  session& session_;
};

using async_counting_unit_of_work = unit_of_work<testing::async_counting_ports, async_counters>;

}  // namespace messagebus::postgresql
