// The chapter on the local event store: a store of one's own, written where the tests are, that the
// bus fills with every message it handles.

#include <gtest/gtest.h>

#include <reading_club/adapters/memory/memory_club.hpp>
#include <reading_club/service/club_bus.hpp>
#include <vector>

#include "samples.hpp"

namespace reading_club {
namespace {

class remembering_store final : public messagebus::message_store {
 public:
  void add(const messagebus::recorded_message& message) override { messages.push_back(message); }

  std::vector<messagebus::recorded_message> messages;
};

class local_event_store : public ::testing::Test {
 protected:
  remembering_store store;
  messagebus::memory::database database;
  memory_unit_of_work unit_of_work{database, store};
  club_bus bus;

  const register_book command = register_domain_driven_design();
  const book_registered fact{
      .id = command.id, .isbn = command.isbn, .title = command.title, .author = command.author};
};

TEST_F(local_event_store, the_handler_adds_the_book_and_raises_the_fact) {
  unit_of_work.transact([&](club_transaction& transaction) {
    EXPECT_EQ(on_register_book(command, transaction), registration::done);
    EXPECT_TRUE(transaction->books.contains(command.id));
    EXPECT_THROW(transaction.commit(), messagebus::transaction_error);
    transaction.rollback();
  });
  EXPECT_TRUE(store.messages.empty()) << "messages are stored by the bus, and it was not asked";
}

TEST_F(local_event_store, E1_B5_the_bus_fills_a_store_of_ones_own) {
  unit_of_work.transact([&](club_transaction& transaction) {
    EXPECT_EQ(bus.handle(command, transaction), registration::done);
    transaction.commit();
  });
  ASSERT_EQ(store.messages.size(), 2U);
  EXPECT_EQ(store.messages[0].as<register_book>(), command);
  EXPECT_EQ(store.messages[1].as<book_registered>(), fact);
}

TEST_F(local_event_store, B5_keeps_what_is_not_published_too) {
  bus.execute(unit_of_work, command);
  ASSERT_EQ(store.messages.size(), 2U);
  EXPECT_FALSE(store.messages[0].published);
  EXPECT_TRUE(store.messages[1].published);
}

TEST_F(local_event_store, M6_knows_what_caused_what) {
  bus.execute(unit_of_work, command);
  ASSERT_EQ(store.messages.size(), 2U);
  const auto& [first, second] = std::tie(store.messages[0], store.messages[1]);
  EXPECT_FALSE(first.causation_id.has_value());
  EXPECT_EQ(first.correlation_id, first.message_id);
  EXPECT_EQ(second.causation_id, first.message_id);
  EXPECT_EQ(second.correlation_id, first.message_id);
}

TEST_F(local_event_store, T8_is_given_nothing_of_what_was_rolled_back) {
  unit_of_work.transact([&](club_transaction& transaction) {
    bus.handle(command, transaction);
    transaction.rollback();
  });
  EXPECT_TRUE(store.messages.empty());
}

}  // namespace
}  // namespace reading_club
