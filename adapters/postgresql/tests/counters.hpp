#pragma once

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/unit_of_work.hpp>
#include <messagebus/testing/counting.hpp>
#include <string>
#include <utility>

#include "test_database.hpp"

namespace messagebus::postgresql {

/// The repository of the contract suites: plain functions, which wait by blocking.
class counters final : public testing::counter_repository, public repository<testing::counter> {
 public:
  /// With its namespace; each test has one of its own.
  static inline std::string table;

  static void make_table(database& database, const test_schema& schema) {
    table = schema.table("counter");
    database.execute("CREATE TABLE IF NOT EXISTS " + table +
                     "(name text PRIMARY KEY, value bigint NOT NULL)");
  }

  explicit counters(session& session) : session_(session) {}

  testing::counter* add(testing::counter added) override {
    const std::string sql =
        "INSERT INTO " + table + "(name, value) VALUES($1, $2) ON CONFLICT DO NOTHING";
    const auto inserted = sync_wait(session_.execute(sql, added.name, added.value));
    return inserted == 0 ? nullptr : &see(std::move(added));
  }

  testing::counter* load(const std::string& name) override {
    if (auto* seen = find_seen([&](const auto& model) { return model.name == name; })) return seen;
    const std::string sql = "SELECT value FROM " + table + " WHERE name = $1 FOR UPDATE";
    const rows found = sync_wait(session_.query(sql, name));
    if (found.empty()) return nullptr;
    return &see({.name = name, .value = found[0].get<std::int64_t>(0)});
  }

  void save(testing::counter& changed) override {
    session_.defer("UPDATE " + table + " SET value = $2 WHERE name = $1", changed.name,
                   changed.value);
  }

 private:
  session& session_;
};

using counting_unit_of_work = unit_of_work<testing::counting_ports, counters>;

}  // namespace messagebus::postgresql
