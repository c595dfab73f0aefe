#include <memory>
#include <messagebus/memory/unit_of_work.hpp>
#include <messagebus/testing/log_contract.hpp>
#include <messagebus/testing/store_contract.hpp>
#include <messagebus/testing/unit_of_work_contract.hpp>
#include <utility>

namespace messagebus::testing {
namespace {

class memory_counters final : public counter_repository, public repository<counter> {
 public:
  explicit memory_counters(memory::session& session)
      : table_(session.table<std::string, counter>("counters")) {}

  counter* add(counter added) override {
    if (!table_.insert(added.name, state_of(added))) return nullptr;
    return &see(std::move(added));
  }

  counter* load(const std::string& name) override {
    if (counter* seen = find_seen([&](const counter& model) { return model.name == name; })) {
      return seen;
    }
    const counter* stored = table_.find(name);
    return stored == nullptr ? nullptr : &see(*stored);
  }

  void save(counter& changed) override { table_.put(changed.name, state_of(changed)); }

 private:
  memory::table<std::string, counter>& table_;
};

class memory_fixture {
 public:
  static constexpr capabilities claims{.survives_reopen = false};

  auto& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_.open_log(); }
  void reopen() {}

 private:
  memory::database database_;
  memory::unit_of_work<counting_ports, memory_counters> unit_of_work_{database_};
};

INSTANTIATE_TYPED_TEST_SUITE_P(memory, store_contract, memory_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(memory, log_contract, memory_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(memory, unit_of_work_contract, memory_fixture);

}  // namespace
}  // namespace messagebus::testing
