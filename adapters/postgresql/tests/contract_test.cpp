#include <memory>
#include <messagebus/testing/log_contract.hpp>
#include <messagebus/testing/store_contract.hpp>
#include <messagebus/testing/unit_of_work_contract.hpp>
#include <optional>
#include <string>

#include "counters.hpp"
#include "test_database.hpp"

namespace messagebus::testing {
namespace {

class postgresql_fixture {
 public:
  static constexpr capabilities claims{};

  postgresql_fixture() { reopen(); }

  auto& unit_of_work() { return *unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_->open_log(); }

  void reopen() {
    unit_of_work_.reset();
    database_.emplace(schema_.address() + "?options=-csearch_path%3D" + schema_.name(),
                      schema_.options());
    database_->execute(
        "CREATE TABLE IF NOT EXISTS counter(name text PRIMARY KEY, value bigint NOT NULL)");
    unit_of_work_.emplace(*database_);
  }

 private:
  postgresql::test_schema schema_;
  std::optional<postgresql::database> database_;
  std::optional<postgresql::counting_unit_of_work> unit_of_work_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(postgresql, store_contract, postgresql_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql, log_contract, postgresql_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql, unit_of_work_contract, postgresql_fixture);

}  // namespace
}  // namespace messagebus::testing
