// What is said when there is no connection to be had: what is wrong and what to do, without the
// password.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <messagebus/postgresql/database.hpp>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "expected_errors.hpp"
#include "own_server.hpp"
#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;

TEST(postgresql_connecting, a_server_that_is_down) {
  expect_refused("postgresql://u:secret@127.0.0.1:1/club", errc::storage_unavailable,
                 "check that the server runs", true);
}

TEST(postgresql_connecting, a_host_without_an_address) {
  expect_refused("postgresql://u:secret@nowhere.invalid/club", errc::storage_unavailable,
                 "check the name of the host", true);
}

TEST(postgresql_connecting, a_port_where_something_else_listens) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(listening, 4), 0);
  ASSERT_EQ(getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const std::jthread answering([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int client = accept(listening, nullptr, nullptr);
      if (client < 0) return;
      std::array<char, 100> asked{};
      EXPECT_GT(recv(client, asked.data(), asked.size(), 0), 0);
      constexpr std::string_view answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
      EXPECT_GT(send(client, answer.data(), answer.size(), MSG_NOSIGNAL), 0);
      close(client);
    }
  });
  const std::string where =
      "postgresql://u:secret@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/club";
  expect_refused(where, errc::storage_unavailable, "no PostgreSQL server");
  expect_refused(where + "?sslmode=disable", errc::storage_unavailable, "no PostgreSQL server");
  shutdown(listening, SHUT_RDWR);
  close(listening);
}

TEST(postgresql_connecting, a_setting_of_the_connection_that_means_nothing) {
  for (const std::string setting : {"sslmode=some", "service=none", "hostaddr=none", "port=99999",
                                    "port=many", "gssencmode=some"}) {
    expect_refused("host=127.0.0.1 password=secret " + setting, errc::storage_unavailable,
                   "check the connection string");
  }
}

TEST(postgresql_connecting, a_server_without_tls_where_it_is_wanted) {
  for (const std::string mode : {"require", "verify-ca", "verify-full"}) {
    expect_refused(as_user("messagebus:secret") + "?sslmode=" + mode, errc::storage_unavailable,
                   "sslmode=prefer");
  }
}

TEST(postgresql_connecting, a_certificate_that_cannot_be_trusted) {
  const own_server server;
  server_connection owner(server.address());
  // By the server's own hand, so that the key is its user's. The name is not that of its address.
  owner.run(
      "COPY (SELECT 1) TO PROGRAM 'openssl req -x509 -nodes -newkey ec -pkeyopt "
      "ec_paramgen_curve:prime256v1 -subj /CN=elsewhere -keyout server.key -out server.crt "
      "2>/dev/null && chmod 600 server.key && cp server.crt ..'");
  owner.run("ALTER SYSTEM SET ssl = on");
  owner.run("SELECT pg_reload_conf()");
  const std::string address = server.address() + "?connect_timeout=9&sslmode=";
  while (owner.run("SELECT setting FROM pg_settings WHERE name = 'ssl'") != "on") {
    std::this_thread::sleep_for(10ms);
  }
  expect_refused(address + "verify-full&sslrootcert=/none", errc::storage_unavailable,
                 "sslrootcert");
  const std::string trusted = (server.folder() / "server.crt").string();
  const auto with_password = "verify-full&password=secret&sslrootcert=";
  expect_refused(address + with_password + trusted, errc::storage_unavailable,
                 "the name in the server's certificate");
  expect_refused(address + with_password + server.folder().string() + "/log",
                 errc::storage_unavailable, "sslrootcert");
  EXPECT_NO_THROW(const database opened(address + "verify-ca&sslrootcert=" + trusted));
}

TEST(postgresql_connecting, a_user_that_is_not_there_or_not_let_in) {
  expect_refused(as_user("nobody_here:secret"), errc::storage_unavailable,
                 "check that there is such a user");
  const own_server server;
  server_connection owner(server.address());
  owner.run("CREATE DATABASE club");
  owner.run(
      "COPY (SELECT 'host postgres messagebus 127.0.0.1/32 trust') TO PROGRAM 'cat > "
      "pg_hba.conf'; SELECT pg_reload_conf()");
  for (int look = 0; look < 500; ++look) {
    try {
      server_connection(server.address("club"));
      std::this_thread::sleep_for(10ms);
    } catch (const std::runtime_error&) {
      break;
    }
  }
  expect_refused(server.address("club"), errc::storage_unavailable, "pg_hba.conf allows");
}

TEST(postgresql_connecting, a_wrong_password) {
  server_connection(server_address())
      .run(
          "DO $$ BEGIN CREATE ROLE with_password LOGIN PASSWORD 'right'; "
          "EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  expect_refused(as_user("with_password:secret"), errc::storage_unavailable,
                 "check user and password");
}

TEST(postgresql_connecting, a_database_that_is_not_there) {
  expect_refused(as_user("messagebus:secret", "nowhere"), errc::storage_unavailable, "createdb");
}

TEST(postgresql_connecting, what_waiting_cannot_help_is_told_at_once) {
  const auto start = std::chrono::steady_clock::now();
  const database_options patient{.connection_wait_max = 30s};
  expect_error(errc::storage_unavailable, "createdb", false,
               [&] { const database opened(as_user("messagebus", "nowhere"), patient); });
  EXPECT_LT(std::chrono::steady_clock::now() - start, 15s);
}

TEST(postgresql_connecting, a_connection_string_that_means_nothing) {
  expect_refused("postgresql://u:\"secret\"@[/club", errc::storage_unavailable,
                 "postgresql://user@");
  expect_refused("password='secret", errc::storage_unavailable, "cannot be understood");
  expect_refused("secret", errc::storage_unavailable,
                 "cannot be understood (missing \"…\" in connection info string);");
}

TEST(postgresql_connecting, a_password_that_was_not_escaped) {
  for (const std::string where :
       {"postgresql://u:se@secret@127.0.0.1:1/club", "postgresql://u:secret/x@127.0.0.1:1/club",
        "postgresql://u@h:secret@127.0.0.1:1", "postgres://secret/@127.0.0.1:1/club?port=1",
        "dbname=postgresql://u:secret@127.0.0.1:1/club"}) {
    expect_refused(where, errc::storage_unavailable, "%40");
  }
  expect_refused("postgresql://u:%40secret%2F@127.0.0.1:1/club%40?user=a@b",
                 errc::storage_unavailable, "check that the server runs", true);
}

TEST(postgresql_connecting, an_option_out_of_its_range) {
  expect_refused(server_address(), errc::configuration, "connections_max", false,
                 {.connections_max = 0});
  expect_refused(server_address(), errc::configuration, "letters", false, {.schema = "a\"; DROP"});
}

TEST(postgresql_connecting, what_the_server_only_notes_is_not_written_to_standard_error) {
  server_connection owner(server_address());
  if (std::stoi(owner.run("SHOW server_version_num")) < 150000) {
    GTEST_SKIP() << "before version 15 there is nothing to warn of";
  }
  owner.run("DROP DATABASE IF EXISTS noting");
  owner.run("CREATE DATABASE noting");
  // As after an upgrade of the system: each connection is warned.
  owner.run("UPDATE pg_database SET datcollversion = 'old' WHERE datname = 'noting'");
  ::testing::internal::CaptureStderr();
  { const database opened(as_user("messagebus", "noting")); }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  owner.run("DROP DATABASE noting WITH (FORCE)");
}

TEST(postgresql_connecting, too_many_connections) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  opened.execute("CREATE ROLE " + schema.name() + " LOGIN CONNECTION LIMIT 0");
  expect_refused(as_user(schema.name()), errc::storage_unavailable, "CONNECTION LIMIT of the role",
                 true);
  opened.execute("DROP ROLE " + schema.name());
}

}  // namespace
}  // namespace messagebus::postgresql
