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

/// The server itself.
class postgresql_fixture {
 public:
  static constexpr capabilities claims{};

  postgresql_fixture()
      : postgresql_fixture("MESSAGEBUS_TEST_POSTGRESQL", postgresql::pooling::none) {}

  auto& unit_of_work() { return *unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_->open_log(); }

  void reopen() {
    unit_of_work_.reset();
    auto options = schema_.options();
    options.pooling = pooling_;
    database_.emplace(schema_.address(), options);
    postgresql::counters::make_table(*database_, schema_);
    unit_of_work_.emplace(*database_);
  }

 protected:
  postgresql_fixture(const char* variable, postgresql::pooling pooling)
      : schema_(postgresql::address_of(variable)), pooling_(pooling) {
    reopen();
  }

 private:
  postgresql::test_schema schema_;
  postgresql::pooling pooling_;
  std::optional<postgresql::database> database_;
  std::optional<postgresql::counting_unit_of_work> unit_of_work_;
};

/// pgbouncer, which gives a connection to each transaction anew.
class pgbouncer_fixture : public postgresql_fixture {
 public:
  pgbouncer_fixture()
      : postgresql_fixture("MESSAGEBUS_TEST_PGBOUNCER", postgresql::pooling::by_transaction) {}
};

INSTANTIATE_TYPED_TEST_SUITE_P(postgresql, store_contract, postgresql_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql, log_contract, postgresql_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql, unit_of_work_contract, postgresql_fixture);

INSTANTIATE_TYPED_TEST_SUITE_P(pgbouncer, store_contract, pgbouncer_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(pgbouncer, log_contract, pgbouncer_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(pgbouncer, unit_of_work_contract, pgbouncer_fixture);

}  // namespace
}  // namespace messagebus::testing
