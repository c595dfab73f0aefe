#include <unistd.h>

#include <cstdlib>
#include <messagebus/postgresql/unit_of_work.hpp>
#include <string>

#include "journal.hpp"

int main() {
  const char* const address = std::getenv("MESSAGEBUS_TEST_POSTGRESQL");
  const std::string schema = "journal_" + std::to_string(getpid());
  messagebus::postgresql::database database{address == nullptr ? "" : address, {.schema = schema}};
  messagebus::postgresql::unit_of_work<journal::ports> unit_of_work{database};
  auto log = database.log();
  const int result = journal::write_and_read(unit_of_work, log);
  database.execute("DROP SCHEMA " + schema + " CASCADE");
  return result;
}
