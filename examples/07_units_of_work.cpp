// Four ways to run a transaction. Most programs need only the first.

#include <iostream>
#include <messagebus/memory/unit_of_work.hpp>
#include <party.hpp>

using party_bus = messagebus::bus<party, messagebus::handlers<&on_welcome>>;
using party_unit_of_work = messagebus::memory::unit_of_work<party, guest_list>;

// A transaction kept open while its result is sent piece by piece.
party_transaction begin_guest_list(party_bus& bus, party_unit_of_work& unit_of_work) {
  auto transaction = unit_of_work.begin();
  bus.handle(welcome{"Barbara"}, transaction);
  return transaction.detach();
}

int main() {
  party_bus bus;
  messagebus::memory::database database;
  party_unit_of_work unit_of_work{database};

  // Begin, handle, commit.
  bus.execute(unit_of_work, welcome{"Ada"});

  // Several commands, one commit.
  unit_of_work.transact([&](party_transaction& transaction) {
    bus.handle(welcome{"Grace"}, transaction);
    bus.handle(welcome{"Edsger"}, transaction);
    transaction.commit();
  });

  // A scope that is left without commit or rollback is an error, and nothing is kept.
  try {
    unit_of_work.transact(
        [&](party_transaction& transaction) { bus.handle(welcome{"nobody"}, transaction); });
  } catch (const messagebus::transaction_error& error) {
    std::cout << "refused: " << error.code().message() << '\n';
  }

  // By hand: for code whose scopes do not fit into a function.
  auto transaction = unit_of_work.begin();
  bus.handle(welcome{"Donald"}, transaction);
  transaction.commit();

  // Detached: open beyond its scope, ended by close, which keeps nothing that was not committed.
  auto streaming = begin_guest_list(bus, unit_of_work);
  for (const guest& guest : streaming->guests.seen()) std::cout << "streamed: " << guest.name;
  std::cout << ", " << to_string(streaming.state()) << '\n';
  streaming.close();

  auto log = database.log();
  for (const auto& message : log.read({.kind = messagebus::message_kind::event})) {
    std::cout << message.payload << '\n';
  }
}

// Prints:
//   refused: not allowed in this state of the transaction
//   streamed: Barbara, streaming
//   {"name":"Ada","seat":1}
//   {"name":"Grace","seat":1}
//   {"name":"Edsger","seat":2}
//   {"name":"Donald","seat":1}
