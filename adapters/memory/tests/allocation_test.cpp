#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <messagebus/bus.hpp>
#include <messagebus/domain/id_source.hpp>
#include <messagebus/memory/session.hpp>
#include <messagebus/memory/unit_of_work.hpp>
#include <new>
#include <string>
#include <vector>

namespace {

thread_local std::size_t allocations_of_this_thread = 0;
/// The allocation that fails, counted from here; 0: none.
thread_local int fails_in = 0;

}  // namespace

// The whole program counts, so that nothing is overlooked. Not inlined: GCC 12 would take the
// memory for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations_of_this_thread;
  const bool fails = fails_in > 0 && --fails_in == 0;
  void* const memory = fails ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}

namespace messagebus::memory {
namespace {

struct turn_lamp {
  static constexpr auto schema = command("turn_lamp", 1);
  std::int64_t turns = 0;
};
BOOST_DESCRIBE_STRUCT(turn_lamp, (), (turns))

struct lamp_turned {
  static constexpr auto schema = event("lamp_turned", 1, published);
  std::int64_t turns = 0;
};
BOOST_DESCRIBE_STRUCT(lamp_turned, (), (turns))

struct lamp {
  std::int64_t turns = 0;
  raised_messages messages = {};
};

class one_lamp : public repository<lamp> {
 public:
  one_lamp() : lamp_(see({})) {}
  lamp& get() noexcept { return lamp_; }

 private:
  lamp& lamp_;
};

struct house {
  one_lamp& lamps;
};

void on_turn_lamp(const turn_lamp& command, transaction<house>& transaction) {
  transaction->lamps.get().messages.add(lamp_turned{command.turns});
}

std::int64_t turns_heard = 0;

void on_lamp_turned(const lamp_turned& event, transaction<house>& /*transaction*/) {
  turns_heard += event.turns;
}

constexpr auto house_handlers = handlers<&on_turn_lamp, &on_lamp_turned>;
constexpr std::int64_t turns = 1000;

TEST(allocation, handling_allocates_nothing_but_the_messages_that_are_raised) {
  bus<house, house_handlers> bus;
  database database;
  unit_of_work<house, one_lamp> work(database);
  const auto turn_all = [&] {
    std::size_t allocations = 0;
    work.transact([&](transaction<house>& transaction) {
      bus.handle(turn_lamp{1}, transaction);
      const std::size_t before = allocations_of_this_thread;
      for (std::int64_t i = 0; i < turns; ++i) bus.handle(turn_lamp{1}, transaction);
      allocations = allocations_of_this_thread - before;
      transaction.rollback();
    });
    return allocations;
  };
  // The batch of messages on their way to the log grows while it is used for the first time.
  EXPECT_GT(turn_all(), std::size_t{turns});
  EXPECT_EQ(turn_all(), std::size_t{turns});
  EXPECT_EQ(turns_heard, 2 * (turns + 1));
}

/// Changes an old row, adds new ones, and logs two messages of the ids.
void write(database& database, const std::vector<uuid>& ids, int failing_allocation) {
  session writing(database);
  auto& rows = writing.table<int, std::string>("rows");
  rows.put(0, "changed");
  for (int key = 1; key < 4; ++key) rows.put(key, "new");
  recorded_message message;
  message.name = "told";
  for (const uuid& id : ids) {
    message.message_id = id;
    writing.store().add(message);
  }
  fails_in = failing_allocation;
  try {
    sync_wait(writing.commit());
  } catch (...) {
    fails_in = 0;
    throw;
  }
}

std::string shown(database& database) {
  session reading(database);
  std::string text;
  reading.table<int, std::string>("rows").for_each(
      [&](int key, const std::string& row) { text += std::to_string(key) + row + " "; });
  return text + std::to_string(sync_wait(database.open_log()->last_position()).value);
}

TEST(allocation, T5_a_commit_that_has_no_memory_keeps_nothing) {
  const std::vector<uuid> ids{new_uuid(), new_uuid()};
  int failing = 1;
  bool has_failed = true;
  for (; has_failed; ++failing) {
    database database;
    {
      session first(database);
      first.table<int, std::string>("rows").put(0, "old");
      sync_wait(first.commit());
    }
    has_failed = false;
    try {
      write(database, ids, failing);
      fails_in = 0;
    } catch (const std::bad_alloc&) {
      has_failed = true;
      EXPECT_EQ(shown(database), "0old 0") << "allocation " << failing;
      EXPECT_NO_THROW(write(database, ids, 0)) << "allocation " << failing;
    }
    EXPECT_EQ(shown(database), "0changed 1new 2new 3new 2") << "allocation " << failing;
  }
  EXPECT_GT(failing, 5);
}

}  // namespace
}  // namespace messagebus::memory
