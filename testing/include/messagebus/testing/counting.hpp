#pragma once

#include <messagebus/bus.hpp>
#include <string>

namespace messagebus::testing {

/// The smallest application that has state, commands, events and an unmet expectation: named
/// counters. The contract suites drive every adapter with it, so an adapter's tests bring a
/// repository of counters that stores them in its database.
struct counter {
  std::string name;
  std::int64_t value = 0;
  raised_messages messages = {};

  bool operator==(const counter&) const = default;
};
BOOST_DESCRIBE_STRUCT(counter, (), (name, value))

enum class counting { done, exists_already, does_not_exist };
BOOST_DESCRIBE_ENUM(counting, done, exists_already, does_not_exist)

struct add_counter {
  static constexpr auto schema = command<counting>("add_counter", 1);
  std::string name;
  bool operator==(const add_counter&) const = default;
};
BOOST_DESCRIBE_STRUCT(add_counter, (), (name))

struct counter_added {
  static constexpr auto schema = event("counter_added", 1, published);
  std::string name;
  bool operator==(const counter_added&) const = default;
};
BOOST_DESCRIBE_STRUCT(counter_added, (), (name))

struct count {
  static constexpr auto schema = command<counting>("count", 1);
  std::string name;
  std::int64_t by = 1;
  bool operator==(const count&) const = default;
};
BOOST_DESCRIBE_STRUCT(count, (), (name, by))

struct counted {
  static constexpr auto schema = event("counted", 1);
  std::string name;
  std::int64_t value = 0;
  bool operator==(const counted&) const = default;
};
BOOST_DESCRIBE_STRUCT(counted, (), (name, value))

/// Fails in its handler, after it has changed the state.
struct count_and_fail {
  static constexpr auto schema = command("count_and_fail", 1);
  std::string name;
  bool operator==(const count_and_fail&) const = default;
};
BOOST_DESCRIBE_STRUCT(count_and_fail, (), (name))

class counter_repository {
 public:
  virtual ~counter_repository() = default;
  /// Null: there is one of this name already; nothing was changed.
  virtual counter* add(counter added) = 0;
  /// Null: there is none.
  virtual counter* load(const std::string& name) = 0;
  /// Writes the value of a counter that was added or loaded.
  virtual void save(counter& changed) = 0;
};

struct counting_ports {
  counter_repository& counters;
};

using counting_transaction = transaction<counting_ports>;

struct counting_failure : std::runtime_error {
  counting_failure() : std::runtime_error("the handler failed, as it was asked to") {}
};

inline counting on_add_counter(const add_counter& command, counting_transaction& transaction) {
  counter* added = transaction->counters.add({.name = command.name});
  if (added == nullptr) return counting::exists_already;
  added->messages.add(counter_added{command.name});
  return counting::done;
}

inline counting on_count(const count& command, counting_transaction& transaction) {
  counter* loaded = transaction->counters.load(command.name);
  if (loaded == nullptr) return counting::does_not_exist;
  loaded->value += command.by;
  transaction->counters.save(*loaded);
  loaded->messages.add(counted{command.name, loaded->value});
  return counting::done;
}

inline void on_count_and_fail(const count_and_fail& command, counting_transaction& transaction) {
  on_count(count{command.name, 1}, transaction);
  throw counting_failure();
}

inline constexpr auto counting_handlers = handlers<&on_add_counter, &on_count, &on_count_and_fail>;

using counting_bus = bus<counting_ports, counting_handlers>;

}  // namespace messagebus::testing
