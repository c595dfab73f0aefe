// A handler is a plain function or a coroutine, side by side on one bus. Whoever calls the bus may
// block or await; the handlers are the same.

#include <iostream>
#include <messagebus/memory/unit_of_work.hpp>
#include <party.hpp>

// Stands for something that takes its time: a socket, a timer, another service.
messagebus::task<std::string> look_up_wine(std::string name) {
  co_return name == "Ada" ? "Riesling" : "water";
}

messagebus::task<> pour_wine(const guest_arrived& event, party_transaction& /*transaction*/) {
  const std::string wine = co_await look_up_wine(event.name);
  std::cout << event.name << " drinks " << wine << '\n';
}

using party_bus = messagebus::bus<party, messagebus::handlers<&on_welcome, &pour_wine>>;
using party_unit_of_work = messagebus::memory::unit_of_work<party, guest_list>;

messagebus::task<int> welcome_two(party_bus& bus, party_unit_of_work& unit_of_work) {
  co_return co_await unit_of_work.async_transact(
      [&](party_transaction& transaction) -> messagebus::task<int> {
        // Named first: GCC 12 spoils an aggregate that is made inside a co_await expression.
        const welcome grace{"Grace"};
        const welcome edsger{"Edsger"};
        co_await bus.async_handle(grace, transaction);
        const int seat = co_await bus.async_handle(edsger, transaction);
        co_await transaction.async_commit();
        co_return seat;
      });
}

int main() {
  party_bus bus;
  messagebus::memory::database database;
  party_unit_of_work unit_of_work{database};

  // An ordinary call; pour_wine is awaited inside.
  bus.execute(unit_of_work, welcome{"Ada"});

  // sync_wait is the edge between coroutines and ordinary functions.
  const int seat = messagebus::sync_wait(welcome_two(bus, unit_of_work));
  std::cout << "two more, the last on seat " << seat << '\n';
}

// Prints:
//   Ada drinks Riesling
//   Grace drinks water
//   Edsger drinks water
//   two more, the last on seat 2
