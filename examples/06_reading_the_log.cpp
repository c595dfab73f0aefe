// Handlers only write to the log. Reading is another interface: by position, filtered, and going on
// with what comes.

#include <iostream>
#include <messagebus/memory/unit_of_work.hpp>
#include <party.hpp>
#include <stop_token>
#include <thread>

int main() {
  messagebus::bus<party, messagebus::handlers<&on_welcome>> bus;
  messagebus::memory::database database;
  messagebus::memory::unit_of_work<party, guest_list> unit_of_work{database};
  bus.execute(unit_of_work, welcome{"Ada"});
  bus.execute(unit_of_work, welcome{"Grace"});

  // All that is there, narrowed as one likes, decoded into the struct.
  auto log = database.log();
  for (const auto& message : log.read({.names = {"guest_arrived"}})) {
    std::cout << message.as<guest_arrived>().name << " is at " << message.position.value << '\n';
  }

  // What comes, from a checkpoint on. The follower sleeps until somebody commits.
  messagebus::position checkpoint{2};
  std::stop_source stop;
  std::thread follower([&, log = database.open_log()] {
    log->follow(
        {.after = checkpoint, .published = true},
        [&](std::span<const messagebus::recorded_message> messages, messagebus::position read_to) {
          for (const auto& message : messages) {
            std::cout << "followed: " << message.payload << '\n';
            if (message.as<guest_arrived>().name == "Edsger") stop.request_stop();
          }
          checkpoint = read_to;  // to be remembered where a restart finds it
        },
        stop.get_token());
  });
  bus.execute(unit_of_work, welcome{"Edsger"});
  follower.join();
  std::cout << "go on after " << checkpoint.value << '\n';
}

// Prints:
//   Ada is at 2
//   Grace is at 4
//   followed: {"name":"Grace","seat":1}
//   followed: {"name":"Edsger","seat":1}
//   go on after 6
