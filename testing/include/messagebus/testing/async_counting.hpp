#pragma once

#include <messagebus/testing/counting.hpp>
#include <string>
#include <utility>

namespace messagebus::testing {

/// The counters of counting.hpp behind an interface that may wait: handlers and repositories are
/// coroutines. An adapter whose database is a server brings such a repository.
class async_counter_repository {
 public:
  virtual ~async_counter_repository() = default;
  /// Null: there is one of this name already; nothing was changed.
  virtual task<counter*> add(counter added) = 0;
  /// Null: there is none.
  virtual task<counter*> load(std::string name) = 0;
  /// Writes the value of a counter that was added or loaded.
  virtual task<> save(counter& changed) = 0;
};

struct async_counting_ports {
  async_counter_repository& counters;
};

using async_counting_transaction = transaction<async_counting_ports>;

inline task<counting> async_on_add_counter(const add_counter& command,
                                           async_counting_transaction& transaction) {
  counter fresh{.name = command.name};
  counter* added = co_await transaction->counters.add(std::move(fresh));
  if (added == nullptr) co_return counting::exists_already;
  added->messages.add(counter_added{command.name});
  co_return counting::done;
}

inline task<counting> async_on_count(const count& command,
                                     async_counting_transaction& transaction) {
  counter* loaded = co_await transaction->counters.load(command.name);
  if (loaded == nullptr) co_return counting::does_not_exist;
  loaded->value += command.by;
  co_await transaction->counters.save(*loaded);
  loaded->messages.add(counted{command.name, loaded->value});
  co_return counting::done;
}

inline task<> async_on_count_and_fail(const count_and_fail& command,
                                      async_counting_transaction& transaction) {
  const count counted{command.name, 1};
  co_await async_on_count(counted, transaction);
  throw counting_failure();
}

inline constexpr auto async_counting_handlers =
    handlers<&async_on_add_counter, &async_on_count, &async_on_count_and_fail>;

using async_counting_bus = bus<async_counting_ports, async_counting_handlers>;

}  // namespace messagebus::testing
