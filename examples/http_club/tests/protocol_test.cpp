// HTTP as those send it who are no browser: proxies, probes, and people with bad intentions.

#include <gtest/gtest.h>

#include <string>

#include "http_client.hpp"
#include "served_club.hpp"
#include "storages.hpp"

namespace http_club {
namespace {

class http_protocol : public ::testing::Test {
 protected:
  http_answer ask(const std::string& bytes) {
    http_client other(club.port());
    other.send(bytes);
    return other.receive();
  }

  const in_sqlite storage;
  served_club club{storage.where()};
};

TEST_F(http_protocol, who_asks_for_the_head_alone_is_sent_no_body) {
  http_client client(club.port());
  client.send(
      "HEAD /books HTTP/1.1\r\nHost: club\r\n\r\nGET /health HTTP/1.1\r\nHost: club\r\n\r\n");
  const auto answers = client.receive_until("ok\"}\n");
  EXPECT_NE(answers.find("405"), std::string::npos);
  EXPECT_NE(answers.find("\r\n\r\nHTTP/1.1 200 OK\r\n"), std::string::npos) << answers;
}

TEST_F(http_protocol, a_whole_url_is_understood) {
  EXPECT_EQ(ask("GET http://club/health HTTP/1.1\r\nHost: club\r\n\r\n").status, 200);
  const auto log = ask("GET http://club:80/messages HTTP/1.1\r\nHost: club\r\n\r\n");
  EXPECT_EQ(log.fields.at("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(ask("GET http://club HTTP/1.1\r\nHost: club\r\n\r\n").status, 404);
}

TEST_F(http_protocol, a_body_whose_end_nobody_can_tell_is_refused) {
  const auto answer =
      ask("POST /books HTTP/1.1\r\nHost: club\r\nTransfer-Encoding: gzip\r\n\r\nGET /health");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("Transfer-Encoding"), std::string::npos) << answer.body;
  EXPECT_FALSE(answer.keeps_alive);
}

TEST_F(http_protocol, what_comes_with_chunks_is_bounded) {
  const std::string begin =
      "POST /books HTTP/1.1\r\nHost: club\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto extension = ask(begin + "5;" + std::string(80'000, 'x'));
  EXPECT_EQ(extension.status, 431);
  const auto trailer = ask(begin + "0\r\nTrailer: " + std::string(80'000, 'x'));
  EXPECT_EQ(trailer.status, 431);
  const std::string name = R"({"name":"Alice"})";
  EXPECT_EQ(ask("POST /reviewers HTTP/1.1\r\nHost: club\r\nTransfer-Encoding: chunked\r\n\r\n"
                "10;note=\"x\"\r\n" +
                name + "\r\n0\r\nTrailer: x\r\n\r\n")
                .status,
            201);
}

}  // namespace
}  // namespace http_club
