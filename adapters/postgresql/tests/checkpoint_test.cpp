// A reader that was made anew goes on where another one was.

#include <gtest/gtest.h>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <vector>

#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

class checkpoint_test : public ::testing::Test {
 protected:
  void add_messages(int count) {
    session writing(database_);
    for (int i = 0; i < count; ++i) writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
  }

  std::string insert() const {
    const std::string id = testing::sample_message().message_id.to_string();
    return "INSERT INTO " + schema_.table("message") +
           "(message_id, created_at, kind, name, schema_version, published, correlation_id, "
           "payload)"
           " VALUES ('" +
           id + "', now(), 2, 'late', 1, false, '" + id + "', '{}')";
  }

  /// What one page of a new reader has.
  std::vector<std::int64_t> read_anew(position after, database& from) {
    log_page page;
    sync_wait(from.log().read_page({.after = after}, page));
    std::vector<std::int64_t> positions;
    for (const auto& message : page.messages()) positions.push_back(message.position.value);
    return positions;
  }

  test_schema schema_;
  database database_{schema_.address(), schema_.options()};
};

using positions = std::vector<std::int64_t>;

TEST_F(checkpoint_test, E5_beside_an_open_writer_gaps_before_the_checkpoint_hold_up_nobody) {
  add_messages(1);
  server_connection writer(schema_.address());
  writer.run("BEGIN; " + insert() + "; ROLLBACK");  // 2 is missing for ever
  add_messages(5);
  writer.run("BEGIN; " + insert());  // 8
  auto by_transaction = schema_.options();
  by_transaction.pooling = pooling::by_transaction;
  database pooled(address_of("MESSAGEBUS_TEST_PGBOUNCER"), by_transaction);
  for (database* const from : {&database_, &pooled}) {
    EXPECT_EQ(read_anew({}, *from), positions{1}) << "the writer may hold 2, for all one knows";
    EXPECT_EQ(read_anew({4}, *from), (positions{5, 6, 7}));
    EXPECT_EQ(read_anew({7}, *from), positions{});
  }
  writer.run("COMMIT");
  for (database* const from : {&database_, &pooled}) {
    EXPECT_EQ(read_anew({}, *from), (positions{1, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(read_anew({7}, *from), positions{8});
  }
}

}  // namespace
}  // namespace messagebus::postgresql
