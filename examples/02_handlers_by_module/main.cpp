// Handlers register where they are written, each file under the name of a module, and the bus picks
// them up: a new file touches no central list. What the compiler proves of a list of handlers
// (01_hello_bus.cpp) is checked when the program starts.
//
// Build such files with the CMake function messagebus_add_handlers: a linker drops the object files
// of a static library that nobody names.

#include <messagebus/memory/unit_of_work.hpp>
#include <party.hpp>

int main() {
  messagebus::bus<party> bus;
  bus.scan("party");  // and all below: party.hall, then party.kitchen

  messagebus::memory::database database;
  messagebus::memory::unit_of_work<party, guest_list> unit_of_work{database};
  bus.execute(unit_of_work, welcome{"Ada"});
}

// Prints:
//   the hall takes the coat of Ada
//   the kitchen cooks for Ada
