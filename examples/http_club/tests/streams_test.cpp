// Replies that are streamed, and what they may keep from others.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/session.hpp>
#include <string>
#include <thread>
#include <vector>

#include "http_client.hpp"
#include "served_club.hpp"
#include "storages.hpp"

namespace http_club {
namespace {

// A list that no client takes whole before it has read some of it.
void make_long_list(http_client& writing) {
  for (int i = 0; i < 160; ++i) {
    const std::string reviewer = R"({"name":")" + std::string(60'000, 'N') + "\"}";
    ASSERT_EQ(writing.post("/reviewers", reviewer).status, 201);
  }
}

TEST(http_streams, no_more_than_allowed_are_streamed_at_once) {
  const in_postgresql storage;
  const served_club club(storage.where(), {"--streams-max", "2"});
  http_client writing(club.port());
  make_long_list(writing);
  {
    std::vector<std::unique_ptr<http_client>> slow;
    for (const std::string target : {"/messages", "/reviewers"}) {
      slow.push_back(std::make_unique<http_client>(club.port()));
      slow.back()->send("GET " + target + " HTTP/1.1\r\nHost: club\r\n\r\n");
      slow.back()->begin_to_receive();
    }
    const auto refused = writing.get("/books");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.fields.at("Retry-After"), "1");
    EXPECT_EQ(writing.get("/health").status, 200);
  }
  // Who has gone makes room.
  while (writing.get("/books").status == 503) {
  }
  EXPECT_EQ(writing.get("/books").status, 200);
}

TEST(http_streams, who_reads_nothing_for_too_long_makes_room) {
  const in_postgresql storage;
  const served_club club(storage.where(), {"--streams-max", "1", "--idle-seconds", "1"});
  http_client writing(club.port());
  make_long_list(writing);
  http_client deaf(club.port(), 4096);
  deaf.send("GET /reviewers HTTP/1.1\r\nHost: club\r\n\r\n");
  deaf.begin_to_receive();
  int status = 503;
  for (int tries = 0; status == 503 && tries < 300; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = http_client(club.port()).get("/books").status;
  }
  EXPECT_EQ(status, 200);
}

TEST(http_streams, E5_a_log_that_is_held_up_is_not_shown_as_if_it_were_whole) {
  const in_postgresql storage;
  served_club club(storage.where());
  messagebus::postgresql::database database(storage.where());
  messagebus::postgresql::session holding(database);
  sync_wait(holding.execute(
      "INSERT INTO messagebus.message(message_id, created_at, kind, name, schema_version, "
      "published, correlation_id, payload) VALUES (gen_random_uuid(), now(), 1, 'held', 1, false, "
      "gen_random_uuid(), '{}')"));
  http_client client(club.port());
  ASSERT_EQ(client.post("/reviewers", R"({"name":"Alice"})").status, 201);
  EXPECT_EQ(client.get("/messages").status, 503);
  EXPECT_NE(club.errors().find("pg_locks"), std::string::npos) << club.errors();
  sync_wait(holding.rollback());
  EXPECT_NE(client.get("/messages").body.find("reviewer_created"), std::string::npos);
}

TEST(http_streams, what_the_database_has_that_is_no_text_is_no_fault_of_the_client) {
  const in_sqlite storage;
  const served_club club(storage.where());
  messagebus::sqlite::database file(storage.where());
  messagebus::sqlite::session writing(file);
  writing.execute("INSERT INTO reviewers(id, name) VALUES(zeroblob(16), CAST(x'ff' AS TEXT))");
  sync_wait(writing.commit());
  http_client client(club.port());
  EXPECT_EQ(client.get("/reviewers").status, 500);
  EXPECT_NE(club.errors().find("UTF-8"), std::string::npos) << club.errors();
}

}  // namespace
}  // namespace http_club
