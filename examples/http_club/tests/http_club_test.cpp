// The service as its clients meet it.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "http_client.hpp"
#include "served_club.hpp"
#include "storages.hpp"

namespace http_club {
namespace {

std::string id_in(const http_answer& created) {
  EXPECT_EQ(created.status, 201) << created.body;
  return created.body.substr(7, 36);  // {"id":"…"}
}

std::string a_book(const std::string& isbn) {
  return R"({"isbn":")" + isbn + R"(","title":"Domain-Driven Design","author":"Eric Evans"})";
}

template <class Storage>
class http : public ::testing::Test {
 protected:
  Storage storage;
  served_club club{storage.where(), {"--body-bytes-max", "1000", "--header-bytes-max", "2000"}};
  http_client own{club.port()};
};

TYPED_TEST_SUITE(http, storages);

TYPED_TEST(http, T5_a_command_changes_the_state_and_is_in_the_log) {
  auto& client = this->own;
  const std::string book = id_in(client.post("/books", a_book("1")));
  const std::string alice = id_in(client.post("/reviewers", R"({"name":"Alice"})"));
  const std::string review = R"({"book_id":")" + book + R"(","reviewer_id":")" + alice +
                             R"(","rating":9,"comment":"Worth it"})";
  const std::string made = id_in(client.post("/reviews", review));
  EXPECT_EQ(client.get("/books").body,
            R"([{"id":")" + book +
                R"(","isbn":"1","title":"Domain-Driven Design","author":"Eric Evans"}])" + "\n");
  EXPECT_EQ(client.get("/reviewers").body, R"([{"id":")" + alice + R"(","name":"Alice"}])" + "\n");
  EXPECT_EQ(client.get("/reviews").body, R"([{"id":")" + made + R"(","book_id":")" + book +
                                             R"(","reviewer_id":")" + alice +
                                             R"(","rating":9,"comment":"Worth it"}])" + "\n");
  const auto log = client.get("/messages");
  EXPECT_EQ(log.fields.at("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(std::ranges::count(log.body, '\n'), 6);
  EXPECT_NE(log.body.find(R"("name":"review_created")"), std::string::npos);
}

TYPED_TEST(http, what_the_rules_refuse_is_a_conflict) {
  auto& client = this->own;
  id_in(client.post("/books", a_book("1")));
  const auto twice = client.post("/books", a_book("1"));
  EXPECT_EQ(twice.status, 409);
  EXPECT_EQ(twice.body, "{\"error\":\"a book with this id or this isbn is registered already\"}\n");
  const auto nothing = client.post(
      "/reviews", R"({"book_id":"0198c0de-7b1a-7000-8000-0123456789ab",)"
                  R"("reviewer_id":"0198c0de-7b1a-7000-8000-0123456789ab","rating":1})");
  EXPECT_EQ(nothing.status, 409);
  const auto eleven = client.post(
      "/reviews", R"({"book_id":"0198c0de-7b1a-7000-8000-0123456789ab",)"
                  R"("reviewer_id":"0198c0de-7b1a-7000-8000-0123456789ab","rating":11})");
  EXPECT_EQ(eleven.body, "{\"error\":\"a rating is a number from 0 to 10\"}\n");
  EXPECT_TRUE(eleven.keeps_alive);
}

TYPED_TEST(http, what_cannot_be_understood_is_said_in_a_sentence) {
  auto& client = this->own;
  const auto missing = client.post("/books", R"({"isbn":"1","title":"T"})");
  EXPECT_EQ(missing.status, 400);
  EXPECT_NE(missing.body.find("author"), std::string::npos) << missing.body;
  EXPECT_EQ(client.post("/books", "no JSON").status, 400);
  EXPECT_EQ(client.post("/books", "").status, 400);
  EXPECT_EQ(client.get("/nowhere").status, 404);
  const auto refused = client.ask("DELETE", "/books", "");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.fields.at("Allow"), "GET, POST");
  EXPECT_EQ(client.post("/messages", "{}").fields.at("Allow"), "GET");
  EXPECT_EQ(client.get("/books?page=2").body, "[]\n");
}

TYPED_TEST(http, a_field_with_a_zero_byte_is_named) {
  const auto why = [&](const std::string& target, const std::string& body) {
    const auto answer = this->own.post(target, body);
    EXPECT_EQ(answer.status, 400);
    return answer.body;
  };
  const auto of_field = [](const std::string& name) {
    return R"({"error":"$.)" + name +
           R"(: a text has no zero byte (\\u0000) here: leave it out"})"
           "\n";
  };
  EXPECT_EQ(why("/books", R"({"isbn":"1","title":"a\u0000b","author":"A"})"), of_field("title"));
  EXPECT_EQ(why("/reviewers", R"({"name":"\u0000"})"), of_field("name"));
  EXPECT_EQ(
      why("/reviews",
          R"({"book_id":"0198c0de-7b1a-7000-8000-0123456789ab","rating":1,"comment":"c\u0000",)"
          R"("reviewer_id":"0198c0de-7b1a-7000-8000-0123456789ab"})"),
      of_field("comment"));
}

TYPED_TEST(http, what_is_too_long_or_no_http_is_refused_and_the_client_let_go) {
  const auto ask_alone = [&](const std::string& bytes) {
    http_client other(this->club.port());
    other.send(bytes);
    const auto answer = other.receive();
    EXPECT_TRUE(other.is_closed());
    return answer.status;
  };
  EXPECT_EQ(ask_alone("POST /books HTTP/1.1\r\nContent-Length: 1001\r\n\r\n"), 413);
  EXPECT_EQ(ask_alone("GET /books HTTP/1.1\r\nLong: " + std::string(3000, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(ask_alone("this is not HTTP\r\n\r\n"), 400);
  EXPECT_EQ(this->own.get("/health").body, "{\"status\":\"ok\"}\n");
}

TYPED_TEST(http, a_body_that_is_held_back_is_asked_for) {
  auto& client = this->own;
  const std::string book = a_book("1");
  const auto header = [](std::size_t size, const std::string& version) {
    return "POST /books " + version +
           "\r\nHost: club\r\nExpect: 100-Continue\r\nContent-Length: " + std::to_string(size) +
           "\r\n\r\n";
  };
  client.send(header(book.size(), "HTTP/1.1"));
  EXPECT_EQ(client.receive().status, 100);
  client.send(book);
  const std::string made = id_in(client.receive());
  EXPECT_NE(client.get("/books").body.find(made), std::string::npos);
  // One that comes by itself is not asked for, and HTTP/1.0 knows no such answer.
  client.send(header(book.size(), "HTTP/1.1") + book);
  EXPECT_EQ(client.receive().status, 409);
  http_client old(this->club.port());
  old.send(header(book.size(), "HTTP/1.0"));
  old.send(book);
  EXPECT_EQ(old.receive().status, 409);
  // One that is too long is not wanted.
  client.send(header(1001, "HTTP/1.1"));
  EXPECT_EQ(client.receive().status, 413);
  EXPECT_TRUE(client.is_closed());
}

TYPED_TEST(http, a_body_that_is_too_long_and_comes_nevertheless_is_taken_and_dropped) {
  http_client other(this->club.port());
  const std::string body(4'000'000, 'x');
  other.send("POST /books HTTP/1.1\r\nHost: club\r\nContent-Length: 4000000\r\n\r\n" + body);
  EXPECT_EQ(other.receive().status, 413);
  EXPECT_TRUE(other.is_closed());
}

TYPED_TEST(http, a_request_that_names_no_host_or_two_is_refused_and_told_why) {
  const auto ask = [&](const std::string& fields, const std::string& version) {
    http_client other(this->club.port());
    other.send("GET /health " + version + "\r\n" + fields + "\r\n");
    return other.receive();
  };
  const auto none = ask("", "HTTP/1.1");
  EXPECT_EQ(none.status, 400);
  EXPECT_EQ(none.body,
            R"({"error":"the header has no Host, which HTTP/1.1 requires: send \"Host: NAME\""})"
            "\n");
  EXPECT_FALSE(none.keeps_alive);
  const auto two = ask("Host: a\r\nHost: b\r\n", "HTTP/1.1");
  EXPECT_EQ(two.status, 400);
  EXPECT_EQ(two.body, "{\"error\":\"the header has Host 2 times: send it once\"}\n");
  EXPECT_EQ(ask("Host:\r\n", "HTTP/1.1").status, 200);
  EXPECT_EQ(ask("", "HTTP/1.0").status, 200);
}

TYPED_TEST(http, T6_a_long_list_is_streamed_in_chunks) {
  constexpr int books = 450;
  for (int i = 0; i < books; ++i) {
    ASSERT_EQ(this->own.post("/books", a_book(std::to_string(i))).status, 201);
  }
  const auto list = this->own.get("/books");
  EXPECT_EQ(list.fields.at("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(list.body.starts_with("[{\"id\":"));
  EXPECT_TRUE(list.body.ends_with("}]\n"));
  EXPECT_EQ(std::ranges::count(list.body, '\n'), books);
  const auto log = this->own.get("/messages");
  EXPECT_EQ(std::ranges::count(log.body, '\n'), 2 * books);
  // HTTP/1.0 has no chunks.
  http_client old(this->club.port());
  old.send("GET /books HTTP/1.0\r\n\r\n");
  const auto whole = old.receive();
  EXPECT_FALSE(whole.fields.contains("Transfer-Encoding"));
  EXPECT_EQ(whole.body, list.body);
}

TYPED_TEST(http, T6_a_client_that_goes_while_it_is_answered_is_no_failure) {
  served_club roomy(this->storage.where());
  http_client writing(roomy.port());
  for (int i = 0; i < 120; ++i) {
    const std::string book = R"({"isbn":")" + std::to_string(i) + R"(","author":"A","title":")" +
                             std::string(60'000, 'T') + "\"}";
    ASSERT_EQ(writing.post("/books", book).status, 201);
  }
  {
    http_client going(roomy.port());
    going.send("GET /books HTTP/1.1\r\nHost: club\r\n\r\n");
    going.begin_to_receive();
  }
  EXPECT_EQ(writing.get("/health").status, 200);
  roomy.signal(SIGTERM);
  EXPECT_EQ(roomy.exit_code(), 0);
  EXPECT_EQ(roomy.errors(), "");
}

TYPED_TEST(http, B11_many_clients_on_one_thread_lose_nothing) {
  constexpr int clients = 16;
  constexpr int requests = 20;
  std::vector<std::thread> threads;
  for (int t = 0; t < clients; ++t) {
    threads.emplace_back([&, t] {
      http_client theirs(this->club.port());
      for (int i = 0; i < requests; ++i) {
        const auto made =
            theirs.post("/books", a_book(std::to_string(t) + "-" + std::to_string(i)));
        EXPECT_EQ(made.status, 201) << made.body;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(this->own.get("/books").body, '\n'), clients * requests);
}

TYPED_TEST(http, O1_metrics_are_in_the_text_of_prometheus) {
  this->own.post("/books", a_book("1"));
  const auto metrics = this->own.get("/metrics");
  EXPECT_TRUE(metrics.fields.at("Content-Type").starts_with("text/plain"));
  EXPECT_NE(metrics.body.find("messagebus_transactions_closed_total{status=\"committed\"} 1"),
            std::string::npos)
      << metrics.body;
  EXPECT_NE(metrics.body.find("messagebus_messages_processed_total{name=\"register_book\""),
            std::string::npos);
}

}  // namespace
}  // namespace http_club
