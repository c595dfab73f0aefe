#include <messagebus/memory/unit_of_work.hpp>

#include "journal.hpp"

int main() {
  messagebus::memory::database database;
  messagebus::memory::unit_of_work<journal::ports> unit_of_work{database};
  auto log = database.log();
  return journal::write_and_read(unit_of_work, log);
}
