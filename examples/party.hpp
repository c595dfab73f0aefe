#pragma once

// The party of 01_hello_bus.cpp, for the examples that go on from there.

#include <messagebus/bus.hpp>
#include <string>

struct welcome {
  static constexpr auto schema = messagebus::command<int>("welcome", 1);
  std::string name;
};
BOOST_DESCRIBE_STRUCT(welcome, (), (name))

struct guest_arrived {
  static constexpr auto schema = messagebus::event("guest_arrived", 1, messagebus::published);
  std::string name;
  int seat = 0;
};
BOOST_DESCRIBE_STRUCT(guest_arrived, (), (name, seat))

struct guest {
  std::string name;
  int seat = 0;
  messagebus::raised_messages messages = {};
};

class guest_list : public messagebus::repository<guest> {
 public:
  guest& add(const std::string& name) {
    return see({.name = name, .seat = static_cast<int>(seen().size()) + 1});
  }
};

struct party {
  guest_list& guests;
};
using party_transaction = messagebus::transaction<party>;

inline int on_welcome(const welcome& command, party_transaction& transaction) {
  guest& added = transaction->guests.add(command.name);
  added.messages.add(guest_arrived{added.name, added.seat});
  return added.seat;
}
