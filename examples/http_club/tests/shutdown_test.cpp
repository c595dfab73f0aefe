// How the service starts and ends.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/session.hpp>
#include <string>
#include <thread>
#include <vector>

#include "http_client.hpp"
#include "served_club.hpp"
#include "storages.hpp"

namespace http_club {
namespace {

constexpr auto first_book = R"({"isbn":"1","title":"T","author":"A"})";

/// Keeps writers of books waiting in the database.
class held_table {
 public:
  explicit held_table(const std::string& where) : database_(where), session_(database_) {
    messagebus::sync_wait(session_.execute("LOCK TABLE books"));
  }
  void let_go() { messagebus::sync_wait(session_.rollback()); }
  /// Until somebody waits for it.
  void wait_for_a_waiter() {
    bool waits = false;
    while (!waits) {
      const auto found = messagebus::sync_wait(session_.query(
          "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'books'::regclass"));
      waits = !found.empty();
    }
  }

 private:
  messagebus::postgresql::database database_;
  messagebus::postgresql::session session_;
};

TEST(http_shutdown, ends_at_once_when_nothing_runs) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const in_sqlite storage;
    served_club club(storage.where());
    http_client idle(club.port());
    EXPECT_EQ(idle.get("/health").status, 200);
    club.signal(signal);
    EXPECT_EQ(club.exit_code(), 0);
    EXPECT_TRUE(idle.is_closed());
  }
}

TEST(http_shutdown, B11_lets_a_running_request_end) {
  const in_postgresql storage;
  served_club club(storage.where());
  held_table held(storage.where());
  http_client waiting(club.port());
  http_client idle(club.port());
  waiting.send("POST /books HTTP/1.1\r\nHost: club\r\nContent-Length: " +
               std::to_string(std::string_view(first_book).size()) + "\r\n\r\n" + first_book);
  held.wait_for_a_waiter();
  // A transaction that waits blocks nobody else.
  EXPECT_EQ(idle.get("/reviewers").status, 200);
  club.signal(SIGTERM);
  EXPECT_TRUE(idle.is_closed());
  held.let_go();
  const auto answer = waiting.receive();
  EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_FALSE(answer.keeps_alive);
  EXPECT_EQ(club.exit_code(), 0);
}

TEST(http_shutdown, B11_cancels_what_takes_too_long_and_says_so) {
  const in_postgresql storage;
  served_club club(storage.where(), {"--shutdown-seconds", "1"});
  held_table held(storage.where());
  http_client waiting(club.port());
  waiting.send("POST /books HTTP/1.1\r\nHost: club\r\nContent-Length: " +
               std::to_string(std::string_view(first_book).size()) + "\r\n\r\n" + first_book);
  held.wait_for_a_waiter();
  club.signal(SIGTERM);
  const auto answer = waiting.receive();
  EXPECT_EQ(answer.status, 503) << answer.body;
  EXPECT_EQ(answer.fields.at("Retry-After"), "1");
  EXPECT_EQ(club.exit_code(), 1);
  held.let_go();
  const served_club again(storage.where());
  EXPECT_EQ(http_client(again.port()).get("/messages").body, "");
}

/// Clients that post until they are let go; ends the service meanwhile. How many were told of what
/// they made.
int post_while_it_ends(served_club& club) {
  std::atomic<int> made = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&] {
      try {
        http_client client(club.port());
        while (client.post("/reviewers", R"({"name":"Alice"})").status == 201) ++made;
      } catch (const boost::system::system_error&) {  // NOLINT(bugprone-empty-catch): let go
      }
    });
  }
  while (made < 200) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  club.signal(SIGTERM);
  EXPECT_EQ(club.exit_code(), 0);
  threads.clear();
  return made;
}

TEST(http_shutdown, T5_whatever_was_done_was_answered) {
  const in_postgresql storage;
  int made = 0;
  // Once in a while a request has come and is not looked at yet when the signal comes.
  for (int round = 0; round < 5; ++round) {
    served_club club(storage.where());
    made += post_while_it_ends(club);
  }
  const served_club again(storage.where());
  const auto list = http_client(again.port()).get("/reviewers").body;
  EXPECT_EQ(std::ranges::count(list, '\n'), made);
}

TEST(http_shutdown, ends_at_once_by_a_second_signal) {
  for (const int second : {SIGTERM, SIGINT}) {
    const in_postgresql storage;
    served_club club(storage.where(), {"--shutdown-seconds", "600"});
    held_table held(storage.where());
    http_client waiting(club.port());
    http_client idle(club.port());
    EXPECT_EQ(idle.get("/reviewers").status, 200);
    waiting.send("POST /books HTTP/1.1\r\nHost: club\r\nContent-Length: " +
                 std::to_string(std::string_view(first_book).size()) + "\r\n\r\n" + first_book);
    held.wait_for_a_waiter();
    club.signal(SIGTERM);
    EXPECT_TRUE(idle.is_closed());
    club.signal(second);
    EXPECT_EQ(club.exit_code(), 128 + second);
    held.let_go();
  }
}

TEST(http_shutdown, clients_that_come_with_the_signal_do_not_keep_it_from_ending) {
  const in_sqlite storage;
  served_club club(storage.where());
  // It sees all of them at once, the signal among them.
  club.signal(SIGSTOP);
  std::vector<std::unique_ptr<http_client>> clients;
  for (int i = 0; i < 6; ++i) clients.push_back(std::make_unique<http_client>(club.port()));
  club.signal(SIGTERM);
  club.signal(SIGCONT);
  EXPECT_EQ(club.exit_code(), 0);
  for (const auto& each : clients) EXPECT_TRUE(each->is_closed());
}

int exit_code_beside_a_deaf_client() {
  const in_sqlite storage;
  served_club club(storage.where(), {"--shutdown-seconds", "1"});
  http_client deaf(club.port(), 4096);
  deaf.send_until_nobody_reads("GET /metrics HTTP/1.1\r\nHost: club\r\n\r\n");
  const auto asked_at = std::chrono::steady_clock::now();
  club.signal(SIGTERM);
  const int code = club.exit_code();
  EXPECT_LT(std::chrono::steady_clock::now() - asked_at, std::chrono::seconds(20));
  return code;
}

TEST(http_shutdown, a_client_that_does_not_take_its_answers_is_hung_up_on) {
  // On a machine that is busy, the service may be so slow that it seems to read no more.
  int code = 0;
  for (int attempt = 0; attempt < 10 && code == 0; ++attempt) {
    code = exit_code_beside_a_deaf_client();
  }
  EXPECT_EQ(code, 1);
}

TEST(http_start, says_what_is_wrong) {
  EXPECT_EQ(run_program("--help").exit_code, 0);
  EXPECT_NE(run_program("--help").output.find("POST /books"), std::string::npos);
  EXPECT_EQ(run_program("--colour red").exit_code, 2);
  const auto no_server = run_program("--database postgresql://127.0.0.1:1/club");
  EXPECT_EQ(no_server.exit_code, 3);
  EXPECT_NE(no_server.output.find("http_club: "), std::string::npos) << no_server.output;
  EXPECT_EQ(run_program("--database /nowhere/club.db").exit_code, 3);
  const auto schema = run_program("--database 'postgresql://127.0.0.1:1/club#sales'");
  EXPECT_EQ(schema.exit_code, 3);
  EXPECT_NE(schema.output.find("takes no #… behind the address"), std::string::npos)
      << schema.output;
  const in_sqlite storage;
  const served_club other(storage.where());
  const in_sqlite second;
  const auto taken =
      run_program("--database " + second.where() + " --port " + std::to_string(other.port()));
  EXPECT_EQ(taken.exit_code, 3);
  EXPECT_NE(taken.output.find("in use; choose others by --address"), std::string::npos)
      << taken.output;
  const auto name = run_program("--database " + second.where() + " --address localhost");
  EXPECT_EQ(name.exit_code, 2);
  EXPECT_NE(name.output.find("such as 127.0.0.1"), std::string::npos) << name.output;
  EXPECT_EQ(run_program("--database " + second.where() + " --body-bytes-max -1").exit_code, 2);
}

}  // namespace
}  // namespace http_club
