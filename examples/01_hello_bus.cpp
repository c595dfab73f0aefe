// A command, its handler, the fact that the handler raises, and a listener: what a bus is for.

#include <iostream>
#include <messagebus/bus.hpp>
#include <messagebus/memory/unit_of_work.hpp>

// What somebody wants. Its handler returns an int.
struct welcome {
  static constexpr auto schema = messagebus::command<int>("welcome", 1);
  std::string name;
};
BOOST_DESCRIBE_STRUCT(welcome, (), (name))

// What happened; other services may hear of it.
struct guest_arrived {
  static constexpr auto schema = messagebus::event("guest_arrived", 1, messagebus::published);
  std::string name;
  int seat = 0;
};
BOOST_DESCRIBE_STRUCT(guest_arrived, (), (name, seat))

// A model collects the messages that it raises.
struct guest {
  std::string name;
  int seat = 0;
  messagebus::raised_messages messages = {};
};

// A repository stores models, and remembers the ones it has seen; this one does no more than that.
class guest_list : public messagebus::repository<guest> {
 public:
  guest& add(const std::string& name) {
    return see({.name = name, .seat = static_cast<int>(seen().size()) + 1});
  }
};

// What handlers work with.
struct party {
  guest_list& guests;
};
using party_transaction = messagebus::transaction<party>;

int on_welcome(const welcome& command, party_transaction& transaction) {
  guest& added = transaction->guests.add(command.name);
  added.messages.add(guest_arrived{added.name, added.seat});
  return added.seat;
}

void lay_the_table(const guest_arrived& event, party_transaction& /*transaction*/) {
  std::cout << "seat " << event.seat << " is laid for " << event.name << '\n';
}

int main() {
  messagebus::bus<party, messagebus::handlers<&on_welcome, &lay_the_table>> bus;
  messagebus::memory::database database;
  messagebus::memory::unit_of_work<party, guest_list> unit_of_work{database};

  const int seat = bus.execute(unit_of_work, welcome{"Ada"});
  std::cout << "Ada sits on seat " << seat << '\n';

  auto log = database.log();
  for (const auto& message : log.read({})) {
    std::cout << "kept: " << message.name << ' ' << message.payload << '\n';
  }
}

// Prints:
//   seat 1 is laid for Ada
//   Ada sits on seat 1
//   kept: welcome {"name":"Ada"}
//   kept: guest_arrived {"name":"Ada","seat":1}
