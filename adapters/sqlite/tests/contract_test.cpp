#include <memory>
#include <messagebus/sqlite/constraint_error.hpp>
#include <messagebus/sqlite/unit_of_work.hpp>
#include <messagebus/testing/log_contract.hpp>
#include <messagebus/testing/store_contract.hpp>
#include <messagebus/testing/unit_of_work_contract.hpp>
#include <optional>
#include <string>
#include <temporary_folder.hpp>
#include <utility>

namespace messagebus::testing {
namespace {

class sqlite_counters final : public counter_repository, public repository<counter> {
 public:
  explicit sqlite_counters(sqlite::session& session) : session_(session) {}

  counter* add(counter added) override {
    try {
      session_.execute("INSERT INTO counter(name, value) VALUES(?, ?)", added.name, added.value);
    } catch (const sqlite::constraint_error&) {
      return nullptr;
    }
    return &see(std::move(added));
  }

  counter* load(const std::string& name) override {
    if (counter* seen = find_seen([&](const counter& model) { return model.name == name; })) {
      return seen;
    }
    const auto found = session_.query("SELECT value FROM counter WHERE name = ?", name);
    if (found.empty()) return nullptr;
    return &see({.name = name, .value = found.front().get<std::int64_t>(0)});
  }

  void save(counter& changed) override {
    session_.execute("UPDATE counter SET value = ? WHERE name = ?", changed.value, changed.name);
  }

 private:
  sqlite::session& session_;
};

class sqlite_fixture {
 public:
  static constexpr capabilities claims{};

  sqlite_fixture() { reopen(); }

  auto& unit_of_work() { return *unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_->open_log(); }

  void reopen() {
    unit_of_work_.reset();
    database_.emplace(folder_ / "counters.db");
    database_->write([](sqlite::session& session) {
      session.run_script(
          "CREATE TABLE IF NOT EXISTS counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) "
          "STRICT");
    });
    unit_of_work_.emplace(*database_);
  }

 private:
  tests::temporary_folder folder_;
  std::optional<sqlite::database> database_;
  std::optional<sqlite::unit_of_work<counting_ports, sqlite_counters>> unit_of_work_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(sqlite, store_contract, sqlite_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(sqlite, log_contract, sqlite_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(sqlite, unit_of_work_contract, sqlite_fixture);

}  // namespace
}  // namespace messagebus::testing
