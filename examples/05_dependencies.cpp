// What a handler needs beside message and transaction, it asks for as a further parameter: by
// reference when it cannot do without, by pointer when it can. What takes part in a transaction may
// hear of its end, and so can wait with what cannot be taken back.

#include <iostream>
#include <messagebus/memory/unit_of_work.hpp>
#include <party.hpp>
#include <vector>

// Made anew for every `handle`, so no two transactions share one.
class letter_box {
 public:
  void post(std::string letter) { letters_.push_back(std::move(letter)); }

  void on_after_commit() {
    for (const std::string& letter : letters_) std::cout << "sent: " << letter << '\n';
  }
  void on_after_rollback() { std::cout << "thrown away: " << letters_.size() << '\n'; }

 private:
  std::vector<std::string> letters_;
};

struct photographer {
  void take_a_picture_of(const std::string& name) { std::cout << "a picture of " << name << '\n'; }
};

void thank(const guest_arrived& event, party_transaction& /*transaction*/, letter_box& letters,
           photographer* photographer) {
  letters.post("thank you for coming, " + event.name);
  if (photographer != nullptr) photographer->take_a_picture_of(event.name);
}

// Without with<letter_box>() this bus would not compile: thank requires one.
constexpr auto handlers = messagebus::handlers<&on_welcome, &thank>.with<letter_box>();

int main() {
  messagebus::bus<party, handlers> bus;
  messagebus::memory::database database;
  messagebus::memory::unit_of_work<party, guest_list> unit_of_work{database};

  bus.execute(unit_of_work, welcome{"Ada"});

  unit_of_work.transact([&](party_transaction& transaction) {
    bus.handle(welcome{"nobody"}, transaction);
    transaction.rollback();
  });

  // Handed in for this one call.
  photographer photographer;
  bus.execute(unit_of_work, welcome{"Grace"}, photographer);
}

// Prints:
//   sent: thank you for coming, Ada
//   thrown away: 1
//   a picture of Grace
//   sent: thank you for coming, Grace
