#include <memory>
#include <messagebus/memory/unit_of_work.hpp>
#include <messagebus/testing/log_contract.hpp>
#include <messagebus/testing/memory_counters.hpp>
#include <messagebus/testing/store_contract.hpp>
#include <messagebus/testing/unit_of_work_contract.hpp>

namespace messagebus::testing {
namespace {

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
