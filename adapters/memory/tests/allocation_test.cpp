#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <messagebus/bus.hpp>
#include <messagebus/memory/unit_of_work.hpp>
#include <new>

namespace {

thread_local std::size_t allocations_of_this_thread = 0;

}  // namespace

// The whole program counts, so that nothing is overlooked.
void* operator new(std::size_t bytes) {
  ++allocations_of_this_thread;
  void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
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

}  // namespace
}  // namespace messagebus::memory
