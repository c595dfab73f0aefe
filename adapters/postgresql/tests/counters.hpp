#pragma once

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/unit_of_work.hpp>
#include <messagebus/testing/counting.hpp>
#include <string>
#include <utility>

namespace messagebus::postgresql {

/// The repository of the contract suites: plain functions, which wait by blocking. Its table is
/// found by the search path, which `counters_at` sets.
class counters final : public testing::counter_repository, public repository<testing::counter> {
 public:
  explicit counters(session& session) : session_(session) {}

  testing::counter* add(testing::counter added) override {
    const auto inserted = sync_wait(
        session_.execute("INSERT INTO counter(name, value) VALUES($1, $2) ON CONFLICT DO NOTHING",
                         added.name, added.value));
    return inserted == 0 ? nullptr : &see(std::move(added));
  }

  testing::counter* load(const std::string& name) override {
    if (auto* seen = find_seen([&](const auto& model) { return model.name == name; })) return seen;
    const rows found =
        sync_wait(session_.query("SELECT value FROM counter WHERE name = $1 FOR UPDATE", name));
    if (found.empty()) return nullptr;
    return &see({.name = name, .value = found[0].get<std::int64_t>(0)});
  }

  void save(testing::counter& changed) override {
    session_.defer("UPDATE counter SET value = $2 WHERE name = $1", changed.name, changed.value);
  }

 private:
  session& session_;
};

using counting_unit_of_work = unit_of_work<testing::counting_ports, counters>;

}  // namespace messagebus::postgresql
