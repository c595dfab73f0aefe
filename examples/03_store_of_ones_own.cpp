// Where messages are kept is a port with one operation. A store of one's own is a class of a few
// lines: here, one that counts. The bus adds every message that it handled, published or not; a
// store sees those of transactions that commit.

#include <iostream>
#include <map>
#include <messagebus/memory/unit_of_work.hpp>
#include <party.hpp>

class counting_store final : public messagebus::message_store {
 public:
  void add(const messagebus::recorded_message& message) override { ++counts[message.name]; }

  std::map<std::string, int> counts;
};

int main() {
  messagebus::bus<party, messagebus::handlers<&on_welcome>> bus;
  counting_store store;
  messagebus::memory::database database;
  messagebus::memory::unit_of_work<party, guest_list> unit_of_work{database, store};

  bus.execute(unit_of_work, welcome{"Ada"});
  bus.execute(unit_of_work, welcome{"Grace"});
  unit_of_work.transact([&](party_transaction& transaction) {
    bus.handle(welcome{"nobody"}, transaction);
    transaction.rollback();
  });

  for (const auto& [name, count] : store.counts) std::cout << name << ": " << count << '\n';
}

// Prints:
//   guest_arrived: 2
//   welcome: 2
