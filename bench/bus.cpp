// What the bus itself costs: a command that raises one event, the dispatch of an event, a coroutine
// frame.

#include <messagebus/bus.hpp>
#include <messagebus/memory/unit_of_work.hpp>
#include <messagebus/service/transaction_access.hpp>
#include <optional>
#include <string>

#include "harness/harness.hpp"

namespace {

using namespace messagebus;

struct rename_shelf {
  static constexpr auto schema = command("rename_shelf", 1);
  std::int64_t shelf = 0;
  std::int64_t name = 0;
};
BOOST_DESCRIBE_STRUCT(rename_shelf, (), (shelf, name))

struct shelf_renamed {
  static constexpr auto schema = event("shelf_renamed", 1, published);
  std::int64_t shelf = 0;
  std::int64_t name = 0;
};
BOOST_DESCRIBE_STRUCT(shelf_renamed, (), (shelf, name))

struct shelf {
  std::int64_t id = 0;
  raised_messages messages = {};
};

/// One shelf, seen from the start: what a repository costs is not measured here.
class one_shelf : public repository<shelf> {
 public:
  one_shelf() : shelf_(see({.id = 1})) {}
  shelf& get() noexcept { return shelf_; }

 private:
  shelf& shelf_;
};

struct library {
  one_shelf& shelves;
};
using library_transaction = transaction<library>;

std::int64_t heard = 0;

[[gnu::noinline]] void on_rename_shelf(const rename_shelf& command,
                                       library_transaction& transaction) {
  transaction->shelves.get().messages.add(shelf_renamed{command.shelf, command.name});
}

[[gnu::noinline]] void on_shelf_renamed(const shelf_renamed& event, library_transaction&) {
  heard += event.shelf;
}

constexpr auto library_handlers = handlers<&on_rename_shelf, &on_shelf_renamed>;

void measure_handle(bench::session& session) {
  bus<library, library_handlers> bus;
  memory::database database;
  memory::unit_of_work<library, one_shelf> unit_of_work(database);
  // The commit is another row: here transactions of a thousand commands are rolled back.
  const auto handle = [&](std::size_t operations) {
    std::chrono::nanoseconds handling{0};
    for (std::size_t done = 0; done < operations; done += 1000) {
      unit_of_work.transact([&](library_transaction& transaction) {
        const auto start = std::chrono::steady_clock::now();
        for (std::int64_t i = 0; i < 1000; ++i) bus.handle(rename_shelf{1, i}, transaction);
        handling += std::chrono::steady_clock::now() - start;
        transaction.rollback();
      });
    }
    return handling;
  };
  session.compare(
      {.name = "handle a command that raises an event, in memory", .operations = 200'000}, handle,
      300.0);
  session.compare(
      {.name = "execute the same, a transaction each", .operations = 200'000},
      [&](std::size_t operations) {
        memory::database fresh_database;
        memory::unit_of_work<library, one_shelf> fresh(fresh_database);
        for (std::size_t i = 0; i < operations; ++i) {
          bus.execute(fresh, rename_shelf{1, static_cast<std::int64_t>(i)});
        }
      },
      1000.0);
}

/// What one writes by hand: a switch over a number that names the type.
struct any_event {
  int type;
  const void* content;
};

inline void dispatch_by_hand(const any_event& event, library_transaction& transaction) {
  switch (event.type) {
    case 1:
      return on_shelf_renamed(*static_cast<const shelf_renamed*>(event.content), transaction);
    case 2:
      heard += 1;
      return;
    case 3:
      heard += 2;
      return;
    case 4:
      heard += 3;
      return;
    default:
      return;
  }
}

inline void dispatch_by_table(const detail::handler_table& handlers, const message_type& type,
                              const void* envelope, library_transaction& transaction,
                              detail::dependency_scope& dependencies) {
  const detail::handlers_of_type& listeners = handlers.handlers_of(type);
  if (listeners.only != nullptr) return listeners.only(envelope, transaction);
  for (const detail::handler_entry& handler : listeners.all) {
    if (handler.invoke(handler.callable, envelope, transaction, dependencies, nullptr)) {
      std::abort();
    }
  }
}

void measure_dispatch(bench::session& session) {
  memory::database database;
  memory::unit_of_work<library, one_shelf> unit_of_work(database);
  library_transaction transaction = unit_of_work.begin();
  detail::handler_table handlers;
  handlers.add(detail::entry_of_function<&on_shelf_renamed>());
  detail::dependency_scope dependencies({}, {}, detail::transaction_access(transaction));
  const envelope<shelf_renamed> event{{}, {1, 2}};
  const message_type* type = &message_type_of<shelf_renamed>;
  any_event by_hand{1, &event.content};
  session.compare(
      {.name = "dispatch an event to one listener", .operations = 5'000'000},
      [&](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) {
          bench::keep(type);
          dispatch_by_table(handlers, *type, &event, transaction, dependencies);
        }
      },
      [&](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) {
          bench::keep(by_hand);
          dispatch_by_hand(by_hand, transaction);
        }
      });
  transaction.rollback();
}

[[gnu::noinline]] task<std::int64_t> never_waits(std::int64_t value) {
  co_return value + 1;
}

task<std::int64_t> await_many(std::size_t operations) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < operations; ++i) {
    sum += co_await never_waits(static_cast<std::int64_t>(i));
  }
  co_return sum;
}

void measure_frame(bench::session& session) {
  session.compare(
      {.name = "a coroutine frame that never waits", .operations = 5'000'000},
      [](std::size_t operations) { bench::keep(sync_wait(await_many(operations))); }, 10.0);
}

}  // namespace

int main(int argc, char** argv) {
  bench::session session{"bus", argc, argv};
  const bench::idle_thread second_thread;
  measure_handle(session);
  measure_dispatch(session);
  measure_frame(session);
}
