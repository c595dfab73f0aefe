// How many rows a reader asks for, which libpq keeps all at once.

#include "rows_at_once.hpp"

#include <gtest/gtest.h>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <vector>

#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

log_page page_of(std::size_t messages, std::size_t payload_bytes, std::size_t messages_max = 256) {
  log_page page(messages_max);
  page.start();
  for (std::size_t i = 0; i < messages; ++i) page.next_slot().payload.assign(payload_bytes, ' ');
  return page;
}

TEST(rows_at_once, are_few_as_long_as_nobody_knows_how_large_they_are) {
  const detail::rows_at_once rows;
  EXPECT_EQ(rows.of(log_page()), 16U);
  EXPECT_EQ(rows.of(log_page(3)), 3U);
}

TEST(rows_at_once, are_a_whole_page_once_they_are_known_to_be_small) {
  detail::rows_at_once rows;
  rows.learn_from(page_of(16, 120));
  EXPECT_EQ(rows.of(log_page()), 256U);
}

TEST(rows_at_once, are_as_many_as_fit_into_a_page_and_one_of_those_that_do_not) {
  detail::rows_at_once rows;
  rows.learn_from(page_of(4, log_page::bytes_max / 4));
  EXPECT_EQ(rows.of(log_page()), 3U);
  rows.learn_from(page_of(1, 2 * log_page::bytes_max));
  EXPECT_EQ(rows.of(log_page()), 1U);
  rows.learn_from(page_of(0, 0));
  EXPECT_EQ(rows.of(log_page()), 1U);
  rows.learn_from(page_of(1, 100));
  EXPECT_EQ(rows.of(log_page()), 16U);
}

TEST(rows_at_once, E5_each_message_is_read_once_whatever_its_size_forwards_and_backwards) {
  const test_schema schema;
  database database(schema.address(), schema.options());
  session writing(database);
  constexpr int messages = 100;
  for (int i = 0; i < messages; ++i) {
    recorded_message message = testing::sample_message();
    const std::size_t bytes = i % 10 == 7 ? std::size_t{3} << 20U : 20;
    message.payload = "{\"text\":\"" + std::string(bytes, 'x') + "\"}";
    writing.store().add(message);
  }
  sync_wait(writing.commit());
  for (const log_order order : {log_order::oldest_first, log_order::newest_first}) {
    std::vector<std::int64_t> read;
    auto log = database.open_log();
    for (const recorded_message& message : log->read({.order = order})) {
      read.push_back(message.position.value);
    }
    ASSERT_EQ(read.size(), std::size_t{messages});
    for (std::size_t i = 1; i < read.size(); ++i) {
      EXPECT_EQ(read[i] - read[i - 1], order == log_order::oldest_first ? 1 : -1);
    }
  }
}

}  // namespace
}  // namespace messagebus::postgresql
