#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <messagebus/testing/capabilities.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace messagebus::testing {

/// What every reader of a log keeps to:
/// `INSTANTIATE_TYPED_TEST_SUITE_P(my_log, log_contract, my_fixture);`
template <adapter_fixture Fixture>
class log_contract : public ::testing::Test {
 protected:
  void write(const std::vector<recorded_message>& messages) {
    testing::write(database.unit_of_work(), messages);
  }

  /// Writes one message a name and returns what the log then holds.
  std::vector<recorded_message> write_named(const std::vector<std::string>& names) {
    std::vector<recorded_message> messages;
    for (const std::string& name : names) {
      messages.push_back(sample_message());
      messages.back().name = name;
    }
    write(messages);
    return read_all(*log);
  }

  std::vector<std::string> names(log_query query, std::size_t page_messages_max = 3) {
    return names_of(read_all(*log, std::move(query), page_messages_max));
  }

  Fixture database;
  std::unique_ptr<message_log> log = database.open_log();
};

TYPED_TEST_SUITE_P(log_contract);

TYPED_TEST_P(log_contract, an_empty_log_has_nothing_to_read) {
  EXPECT_TRUE(read_all(*this->log).empty());
  EXPECT_EQ(sync_wait(this->log->last_position()), position{0});
  EXPECT_EQ(sync_wait(this->log->find(sample_message().message_id)), std::nullopt);
  log_page page;
  sync_wait(this->log->read_page({}, page));
  EXPECT_TRUE(page.is_last());
  EXPECT_EQ(page.read_to(), position{0});
}

TYPED_TEST_P(log_contract, P1_reads_from_a_position_and_up_to_one) {
  const auto all = this->write_named({"a", "b", "c", "d", "e"});
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(this->names({.after = all[1].position}), (texts{"c", "d", "e"}));
  EXPECT_EQ(this->names({.up_to = all[1].position}), (texts{"a", "b"}));
  EXPECT_EQ(this->names({.after = all[0].position, .up_to = all[3].position}),
            (texts{"b", "c", "d"}));
  EXPECT_EQ(this->names({.after = all[4].position}), texts{});
  EXPECT_EQ(this->names({.after = position{all[4].position.value + 100}}), texts{});
  EXPECT_EQ(this->names({.up_to = position{0}}), texts{});
  // What is no place in any log is before all or behind all of it.
  constexpr position lowest{std::numeric_limits<std::int64_t>::min()};
  constexpr position highest{std::numeric_limits<std::int64_t>::max()};
  for (const auto order : {log_order::oldest_first, log_order::newest_first}) {
    EXPECT_EQ(this->names({.after = lowest, .up_to = highest, .order = order}).size(), 5U);
    EXPECT_EQ(this->names({.after = highest, .order = order}), texts{});
    EXPECT_EQ(this->names({.up_to = lowest, .order = order}), texts{});
  }
}

TYPED_TEST_P(log_contract, P1_reads_newest_first) {
  const auto all = this->write_named({"a", "b", "c", "d", "e"});
  EXPECT_EQ(this->names({.order = log_order::newest_first}), (texts{"e", "d", "c", "b", "a"}));
  EXPECT_EQ(
      this->names(
          {.after = all[0].position, .up_to = all[3].position, .order = log_order::newest_first},
          2),
      (texts{"d", "c", "b"}));
}

TYPED_TEST_P(log_contract, P1_reads_in_pages_of_any_size) {
  const auto all = this->write_named({"a", "b", "c", "d", "e", "f", "g"});
  for (const std::size_t size : {1U, 2U, 3U, 6U, 7U, 8U, 1000U}) {
    EXPECT_EQ(read_all(*this->log, {}, size), all) << "pages of " << size;
  }
}

TYPED_TEST_P(log_contract, P1_filters_by_each_field) {
  using namespace std::chrono;
  recorded_message one = sample_message();
  recorded_message other = sample_message();
  one.name = "one";
  other.name = "other";
  other.schema_version = 2;
  other.kind = message_kind::command;
  other.published = false;
  other.created_at = one.created_at + microseconds(1);
  this->write({one, other});

  EXPECT_EQ(this->names({.names = {"other"}}), texts{"other"});
  EXPECT_EQ(this->names({.names = {"one", "none", "other"}}), (texts{"one", "other"}));
  EXPECT_EQ(this->names({.names = {"on", "o%", "'"}}), texts{});
  EXPECT_EQ(this->names({.schema_version = 2}), texts{"other"});
  EXPECT_EQ(this->names({.kind = message_kind::event}), texts{"one"});
  EXPECT_EQ(this->names({.published = true}), texts{"one"});
  EXPECT_EQ(this->names({.published = false}), texts{"other"});
  EXPECT_EQ(this->names({.from = other.created_at}), texts{"other"});
  EXPECT_EQ(this->names({.until = other.created_at}), texts{"one"});
  EXPECT_EQ(this->names({.from = timestamp::min(), .until = timestamp::max()}).size(), 2U);
  EXPECT_EQ(this->names({.until = timestamp::min()}), texts{});
  EXPECT_EQ(this->names({.names = {"one"}, .schema_version = 2}), texts{});
}

TYPED_TEST_P(log_contract, P1_finds_a_chain_by_its_correlation_id) {
  std::vector<recorded_message> messages;
  for (int i = 0; i < 12; ++i) messages.push_back(sample_message());
  const uuid handed_in = sample_message().message_id;
  const auto effect_of = [&](std::size_t effect, std::size_t cause) {
    messages[effect].correlation_id = messages[cause].correlation_id;
    messages[effect].causation_id = messages[cause].message_id;
  };
  // Two chains of one transaction, one after the other.
  effect_of(2, 1);
  effect_of(3, 1);
  effect_of(4, 3);
  effect_of(6, 5);
  // Chains that go on what came from outside, in different transactions.
  messages[8].correlation_id = handed_in;
  effect_of(9, 8);
  messages[11].correlation_id = handed_in;
  this->write({messages.begin(), messages.begin() + 7});
  this->write({messages.begin() + 7, messages.begin() + 10});
  this->write({messages.begin() + 10, messages.end()});

  const auto chain = [&](uuid correlation_id, log_order order = log_order::oldest_first) {
    return without_positions(
        read_all(*this->log, {.correlation_id = correlation_id, .order = order}, 2));
  };
  const auto expected = [&](std::vector<std::size_t> indexes) {
    std::vector<recorded_message> chosen;
    for (const std::size_t index : indexes) chosen.push_back(messages[index]);
    return chosen;
  };
  EXPECT_EQ(chain(messages[1].message_id), expected({1, 2, 3, 4}));
  EXPECT_EQ(chain(messages[1].message_id, log_order::newest_first), expected({4, 3, 2, 1}));
  EXPECT_EQ(chain(messages[5].message_id), expected({5, 6}));
  EXPECT_EQ(chain(messages[7].message_id), expected({7}));
  EXPECT_EQ(chain(handed_in), expected({8, 9, 11}));
  EXPECT_EQ(chain(sample_message().message_id), expected({}));
}

TYPED_TEST_P(log_contract, P1_a_page_says_how_far_it_looked) {
  const auto all = this->write_named({"rare", "a", "a", "a", "rare", "a", "a"});
  log_page page(1);
  log_query query{.names = {"rare"}};
  sync_wait(this->log->read_page(query, page));
  ASSERT_EQ(page.messages().size(), 1U);
  EXPECT_EQ(page.messages()[0].position, all[0].position);
  query.after = page.read_to();
  sync_wait(this->log->read_page(query, page));
  ASSERT_EQ(page.messages().size(), 1U);
  EXPECT_EQ(page.messages()[0].position, all[4].position);
  while (!page.is_last()) {
    query.after = page.read_to();
    sync_wait(this->log->read_page(query, page));
    EXPECT_TRUE(page.messages().empty());
  }
  EXPECT_EQ(page.read_to(), all[6].position) << "a checkpoint that stays behind reads all again";
  const position beyond{all[6].position.value + 5};
  query.after = beyond;
  sync_wait(this->log->read_page(query, page));
  EXPECT_TRUE(page.messages().empty());
  EXPECT_TRUE(page.is_last());
  EXPECT_EQ(page.read_to(), beyond) << "a checkpoint that goes back reads again what was read";
}

TYPED_TEST_P(log_contract, P1_large_messages_make_short_pages) {
  const std::string large = R"({"name":")" + std::string(log_page::bytes_max / 3, 'x') + R"("})";
  for (int i = 0; i < 5; ++i) this->write({sample_message(large)});
  log_page page(100);
  sync_wait(this->log->read_page({}, page));
  EXPECT_LT(page.messages().size(), 5U);
  EXPECT_FALSE(page.is_last());
  for (const auto order : {log_order::oldest_first, log_order::newest_first}) {
    EXPECT_EQ(read_all(*this->log, {.order = order}, 100).size(), 5U);
  }
}

TYPED_TEST_P(log_contract, finds_a_message_by_its_id) {
  const recorded_message message = sample_message();
  this->write({sample_message(), message, sample_message()});
  const auto found = sync_wait(this->log->find(message.message_id));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->message_id, message.message_id);
  EXPECT_EQ(found->payload, message.payload);
  EXPECT_EQ(*found, read_all(*this->log).at(1));
  EXPECT_EQ(sync_wait(this->log->last_position()), read_all(*this->log).at(2).position);
}

TYPED_TEST_P(log_contract, follows_what_is_there_and_what_comes) {
  if (!TypeParam::claims.wakes_followers) GTEST_SKIP() << "waking is not claimed";
  this->write_named({"a", "b"});
  std::stop_source stop;
  std::atomic<int> handed{0};
  std::vector<std::string> followed;
  std::thread follower([&] {
    const auto own_log = this->database.open_log();
    own_log->follow(
        {},
        [&](std::span<const recorded_message> messages, position) {
          for (const recorded_message& message : messages) followed.push_back(message.name);
          handed += static_cast<int>(messages.size());
          handed.notify_all();
          if (handed == 4) stop.request_stop();
        },
        stop.get_token());
  });
  for (int seen = handed; seen < 2; seen = handed) handed.wait(seen);
  this->write_named({"c"});
  this->write_named({"d"});
  follower.join();
  EXPECT_EQ(followed, (std::vector<std::string>{"a", "b", "c", "d"}));
}

TYPED_TEST_P(log_contract, a_follower_stops_when_it_is_told_to) {
  std::stop_source stop;
  std::thread follower([&] {
    const auto own_log = this->database.open_log();
    own_log->follow(
        {}, [](auto, auto) {}, stop.get_token());
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop.request_stop();
  follower.join();
}

TYPED_TEST_P(log_contract, E5_misses_nothing_and_repeats_nothing_while_others_write) {
  constexpr int writers = 4;
  constexpr int transactions_a_writer = 60;
  std::mutex committed_mutex;
  std::set<uuid> committed;
  std::atomic<int> writing{writers};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < transactions_a_writer; ++i) {
        std::vector<recorded_message> messages;
        for (int n = 0; n <= (i + writer) % 5; ++n) messages.push_back(sample_message());
        const bool keeps = (i + writer) % 7 != 0;
        this->database.unit_of_work().transact([&](counting_transaction& transaction) {
          for (const auto& message : messages) transaction.store().add(message);
          if (i % 11 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          if (keeps) {
            transaction.commit();
          } else {
            transaction.rollback();
          }
        });
        if (!keeps) continue;
        const std::lock_guard lock(committed_mutex);
        for (const auto& message : messages) committed.insert(message.message_id);
      }
      --writing;
    });
  }
  std::vector<recorded_message> read;
  log_page page(16);
  log_query query;
  for (bool is_done = false; !is_done;) {
    const bool writers_are_done = writing == 0;
    sync_wait(this->log->read_page(query, page));
    read.insert(read.end(), page.messages().begin(), page.messages().end());
    query.after = page.read_to();
    is_done = writers_are_done && page.is_last();
  }
  for (std::thread& thread : threads) thread.join();

  std::set<uuid> seen;
  for (const auto& message : read) {
    EXPECT_TRUE(seen.insert(message.message_id).second) << message.position.value << " came twice";
  }
  EXPECT_EQ(seen, committed);
  EXPECT_EQ(read, read_all(*this->log)) << "the order that was read is not the order of the log";
}

REGISTER_TYPED_TEST_SUITE_P(log_contract, an_empty_log_has_nothing_to_read,
                            P1_reads_from_a_position_and_up_to_one, P1_reads_newest_first,
                            P1_reads_in_pages_of_any_size, P1_filters_by_each_field,
                            P1_finds_a_chain_by_its_correlation_id,
                            P1_a_page_says_how_far_it_looked, P1_large_messages_make_short_pages,
                            finds_a_message_by_its_id, follows_what_is_there_and_what_comes,
                            a_follower_stops_when_it_is_told_to,
                            E5_misses_nothing_and_repeats_nothing_while_others_write);

}  // namespace messagebus::testing
