#include <cstdio>
#include <messagebus/sqlite/unit_of_work.hpp>

#include "journal.hpp"

int main() {
  for (const char* file : {"journal.db", "journal.db-wal", "journal.db-shm"}) std::remove(file);
  messagebus::sqlite::database database{"journal.db"};
  messagebus::sqlite::unit_of_work<journal::ports> unit_of_work{database};
  auto log = database.log();
  return journal::write_and_read(unit_of_work, log);
}
