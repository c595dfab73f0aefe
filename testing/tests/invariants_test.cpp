// What always has to hold, held against logs and reports in which it does not.

#include <messagebus/testing/invariants.hpp>
#include <messagebus/testing/sample_messages.hpp>

namespace messagebus::testing {
namespace {

/// A log of just these messages, as wrong as the test likes.
class log_of final : public message_log {
 public:
  explicit log_of(std::vector<recorded_message> messages) : messages_(std::move(messages)) {}

  task<> read_page(const log_query& /*query*/, log_page& page) override {
    page.start();
    for (const recorded_message& message : messages_) page.next_slot() = message;
    page.finish({}, true);
    co_return;
  }
  task<std::optional<recorded_message>> find(uuid /*message_id*/) override { co_return {}; }
  task<position> last_position() override { co_return position{}; }
  task<> wait_behind(position /*seen*/, std::stop_token /*stop*/) override { co_return; }

 private:
  std::vector<recorded_message> messages_;
};

std::vector<recorded_message> three_messages() {
  std::vector<recorded_message> messages(3, sample_message());
  std::int64_t number = 0;
  for (recorded_message& message : messages) {
    message.message_id = sample_message().message_id;
    message.position = position{++number};
  }
  messages[1].causation_id = messages[0].message_id;
  return messages;
}

/// The words of a result that is no success; empty for one that is.
std::string complaint(const ::testing::AssertionResult& result) {
  return result ? "" : result.message();
}

std::string complaint_about(std::vector<recorded_message> messages) {
  log_of log(std::move(messages));
  return complaint(is_in_order(log));
}

TEST(invariants, E5_a_log_whose_positions_grow_and_whose_causes_come_first_is_in_order) {
  EXPECT_EQ(complaint_about({}), "");
  EXPECT_EQ(complaint_about(three_messages()), "");
  auto messages = three_messages();
  messages[1].causation_id = sample_message().message_id;
  EXPECT_EQ(complaint_about(messages), "") << "its cause came from elsewhere";
}

TEST(invariants, E5_a_position_that_does_not_grow_is_found) {
  for (const std::int64_t second : {1, 0}) {
    auto messages = three_messages();
    messages[1].position = position{second};
    EXPECT_NE(complaint_about(messages).find(" comes behind 1"), std::string::npos) << second;
  }
}

TEST(invariants, E6_a_message_that_is_there_twice_is_found) {
  auto messages = three_messages();
  messages[2].message_id = messages[0].message_id;
  EXPECT_NE(complaint_about(messages).find("at position 3 is in the log twice"), std::string::npos);
}

TEST(invariants, E5_a_message_before_its_cause_is_found) {
  auto messages = three_messages();
  messages[0].causation_id = messages[2].message_id;
  const std::string found = complaint_about(messages);
  EXPECT_NE(found.find("at position 1 stands before its cause"), std::string::npos) << found;
  EXPECT_NE(found.find("at position 3"), std::string::npos) << found;
}

TEST(invariants, E5_a_reader_sees_the_beginning_of_the_log_and_nothing_else) {
  const auto messages = three_messages();
  log_of log(messages);
  std::vector<uuid> ids;
  for (const recorded_message& message : messages) ids.push_back(message.message_id);
  EXPECT_EQ(complaint(has_seen_all({}, log)), "");
  EXPECT_EQ(complaint(has_seen_all({ids[0], ids[1]}, log)), "");
  EXPECT_EQ(complaint(has_seen_all(ids, log)), "");
  for (const std::vector<uuid>& wrong :
       {std::vector<uuid>{ids[0], ids[2]}, {ids[1]}, {ids[0], ids[0]}, {ids[1], ids[0]}}) {
    EXPECT_NE(complaint(has_seen_all(wrong, log)).find("missed one or saw one twice"),
              std::string::npos);
  }
  ids.push_back(sample_message().message_id);
  EXPECT_NE(complaint(has_seen_all(ids, log)).find("after all that is in the log"),
            std::string::npos);
}

TEST(invariants, T9_what_clients_were_told_is_held_against_the_log) {
  auto messages = three_messages();
  const uuid once = messages[0].message_id;
  const uuid twice = messages[1].message_id;
  const uuid never = sample_message().message_id;
  messages[2].message_id = twice;
  log_of log(messages);
  const auto told_that = [&](uuid message_id, told what) {
    client_ledger ledger;
    ledger.hears(message_id, what);
    return complaint(ledger.agrees_with(log));
  };
  for (const told nothing_certain : {told::nothing, told::unknown}) {
    EXPECT_EQ(told_that(once, nothing_certain), "");
    EXPECT_EQ(told_that(never, nothing_certain), "");
  }
  EXPECT_EQ(told_that(once, told::kept), "");
  EXPECT_EQ(told_that(never, told::failed), "");
  EXPECT_NE(told_that(never, told::kept).find("as kept, and is in the log 0 times"),
            std::string::npos);
  EXPECT_NE(told_that(twice, told::kept).find("as kept, and is in the log 2 times"),
            std::string::npos);
  EXPECT_NE(told_that(once, told::failed).find("as failed, and is in the log"), std::string::npos);
}

}  // namespace
}  // namespace messagebus::testing
