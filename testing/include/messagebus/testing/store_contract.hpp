#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/testing/capabilities.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <optional>
#include <string>
#include <vector>

namespace messagebus::testing {

/// What every store of messages keeps to:
/// `INSTANTIATE_TYPED_TEST_SUITE_P(my_store, store_contract, my_fixture);`
template <adapter_fixture Fixture>
class store_contract : public ::testing::Test {
 protected:
  void write(const std::vector<recorded_message>& messages) {
    testing::write(database.unit_of_work(), messages);
  }
  std::vector<recorded_message> stored() {
    return without_positions(read_all(*database.open_log()));
  }

  Fixture database;
};

TYPED_TEST_SUITE_P(store_contract);

TYPED_TEST_P(store_contract, E1_keeps_what_is_added) {
  const recorded_message message = sample_message();
  this->write({message});
  EXPECT_EQ(this->stored(), std::vector{message});
}

TYPED_TEST_P(store_contract, E4_keeps_every_field) {
  recorded_message message = sample_message();
  message.kind = message_kind::command;
  message.name = "a_name_that_is_longer_than_any_small_string_buffer_would_keep";
  message.schema_version = 2147483647;
  message.published = false;
  message.correlation_id = uuid7_source::instance().next(message.created_at);
  message.causation_id = uuid7_source::instance().next(message.created_at);
  message.metadata = R"({"team":"sales","weight":3})";
  this->write({message});
  EXPECT_EQ(this->stored(), std::vector{message});
}

TYPED_TEST_P(store_contract, E4_keeps_any_text) {
  std::vector<recorded_message> messages;
  for (const char* text :
       {R"({})", R"({"name":""})", R"({"name":"Zoë 🐘 ' \" \\ %"})", R"({"name":"\u0000\n"})"}) {
    messages.push_back(sample_message(text));
  }
  messages.push_back(sample_message(R"({"name":")" + std::string(1 << 20, 'x') + R"("})"));
  this->write(messages);
  EXPECT_EQ(this->stored(), messages);
}

TYPED_TEST_P(store_contract, E4_keeps_instants_to_the_microsecond) {
  using namespace std::chrono;
  std::vector<recorded_message> messages;
  for (const timestamp at :
       {timestamp{}, timestamp(microseconds(-1)), timestamp(sys_days(year{1} / 1 / 1)),
        timestamp(sys_days(year{9999} / 12 / 31) + days(1) - microseconds(1))}) {
    messages.push_back(sample_message());
    messages.back().created_at = at;
  }
  this->write(messages);
  EXPECT_EQ(this->stored(), messages);
}

TYPED_TEST_P(store_contract, B5_keeps_the_order_of_adding) {
  std::vector<recorded_message> messages;
  for (int i = 0; i < 1000; ++i) messages.push_back(sample_message());
  // The order of ids is not the order of the log.
  std::swap(messages.front().message_id, messages.back().message_id);
  this->write(messages);
  EXPECT_EQ(this->stored(), messages);
}

TYPED_TEST_P(store_contract, E5_gives_growing_positions) {
  this->write({sample_message(), sample_message()});
  this->write({sample_message()});
  position last{0};
  for (const recorded_message& message : read_all(*this->database.open_log())) {
    EXPECT_GT(message.position, last);
    last = message.position;
  }
}

TYPED_TEST_P(store_contract, E6_refuses_a_message_id_that_is_there) {
  if (!TypeParam::claims.refuses_duplicates) GTEST_SKIP() << "duplicates are not claimed refused";
  const recorded_message first = sample_message();
  const recorded_message next = sample_message();
  this->write({first});
  try {
    this->write({next, first});
    FAIL() << "the duplicate was accepted";
  } catch (const error& refused) {
    EXPECT_EQ(refused.code(), errc::duplicate_message);
    EXPECT_NE(std::string(refused.what()).find(first.message_id.to_string()), std::string::npos)
        << refused.what();
    EXPECT_FALSE(refused.is_retryable());
  }
  EXPECT_EQ(this->stored(), std::vector{first}) << "a part of the refused transaction was kept";
  this->write({next});
  EXPECT_EQ(this->stored(), (std::vector{first, next}));
}

TYPED_TEST_P(store_contract, E6_refuses_one_message_id_twice_in_a_transaction) {
  if (!TypeParam::claims.refuses_duplicates) GTEST_SKIP() << "duplicates are not claimed refused";
  const recorded_message message = sample_message();
  EXPECT_THROW(this->write({message, message}), error);
  EXPECT_TRUE(this->stored().empty());
}

TYPED_TEST_P(store_contract, T8_keeps_nothing_of_a_transaction_that_was_rolled_back) {
  this->database.unit_of_work().transact([](counting_transaction& transaction) {
    transaction.store().add(sample_message());
    transaction.rollback();
  });
  EXPECT_TRUE(this->stored().empty());
  const recorded_message next = sample_message();
  this->write({next});
  EXPECT_EQ(this->stored(), std::vector{next});
}

TYPED_TEST_P(store_contract, T5_keeps_what_was_committed_when_opened_again) {
  if (!TypeParam::claims.survives_reopen) GTEST_SKIP() << "not claimed to survive";
  const recorded_message message = sample_message();
  this->write({message});
  this->database.reopen();
  EXPECT_EQ(this->stored(), std::vector{message});
}

REGISTER_TYPED_TEST_SUITE_P(store_contract, E1_keeps_what_is_added, E4_keeps_every_field,
                            E4_keeps_any_text, E4_keeps_instants_to_the_microsecond,
                            B5_keeps_the_order_of_adding, E5_gives_growing_positions,
                            E6_refuses_a_message_id_that_is_there,
                            E6_refuses_one_message_id_twice_in_a_transaction,
                            T8_keeps_nothing_of_a_transaction_that_was_rolled_back,
                            T5_keeps_what_was_committed_when_opened_again);

}  // namespace messagebus::testing
