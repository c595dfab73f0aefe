// A pooler that gives each transaction a connection, and the server behind it goes away.

#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <thread>

#include "cutting_proxy.hpp"
#include "own_pooler.hpp"
#include "own_server.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;

class pooler_test : public ::testing::Test {
 protected:
  database_options options(std::chrono::milliseconds wait_max) const {
    database_options options = patient_options();
    options.connect_attempt_max = 1s;
    options.statement_wait_max = 1s;
    options.connection_wait_max = wait_max;
    options.pooling = pooling::by_transaction;
    return options;
  }

  static void write(database& into) {
    session writing(into);
    writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
  }

  own_server server_;
  own_pooler pooler_{server_.port()};
};

TEST_F(pooler_test, who_wants_a_connection_waits_for_the_server_to_be_back) {
  { const database made(pooler_.address(), options(10s)); }
  server_.kill();
  std::jthread starting([this] {
    std::this_thread::sleep_for(500ms);
    server_.start();
  });
  database opened(pooler_.address(), options(30s));
  write(opened);
  EXPECT_EQ(testing::read_all(*opened.open_log()).size(), 1U);
}

TEST_F(pooler_test, who_has_waited_long_enough_may_try_again) {
  database opened(pooler_.address(), options(300ms));
  write(opened);
  server_.kill();
  for (int attempt = 0; attempt < 3; ++attempt) {
    try {
      write(opened);
      FAIL() << "nobody could have kept it";
    } catch (const error& failed) {
      EXPECT_TRUE(failed.is_retryable() || failed.code() == errc::commit_outcome_unknown)
          << failed.what();
    }
  }
  server_.start();
  std::this_thread::sleep_for(1100ms);  // the pooler asks again each second
  write(opened);
  EXPECT_EQ(testing::read_all(*opened.open_log()).size(), 2U);
}

// What a pooler says in the server's name, when the server's answers were lost, proves nothing.
TEST(pooler_in_front_of_a_proxy, T9_the_outcome_of_a_commit_is_unknown_where_answers_were_lost) {
  own_server server;
  cutting_proxy proxy(server.address());
  const own_pooler pooler(proxy.port());
  database_options options = patient_options();
  options.prepared_statements_max = 0;
  // Also where nobody has said that there is a pooler.
  for (const auto pooling : {pooling::by_transaction, pooling::none}) {
    options.pooling = pooling;
    database pooled(pooler.address(), options);
    session writing(pooled);
    const auto message = testing::sample_message();
    writing.store().add(message);
    const int cuts_before = proxy.cuts();
    proxy.cut_next_commit(cutting_proxy::cut::before_the_client_hears);
    EXPECT_THROW(sync_wait(writing.commit()), commit_outcome_unknown_error);
    EXPECT_EQ(proxy.cuts(), cuts_before + 1);
    EXPECT_TRUE(sync_wait(pooled.has_message(message.message_id)));
  }
}

}  // namespace
}  // namespace messagebus::postgresql
