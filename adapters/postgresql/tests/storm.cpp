#include "storm.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/id_source.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>

namespace messagebus::postgresql {

using namespace std::chrono_literals;

namespace {

std::string new_id() {
  return uuid7_source::instance()
      .next(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()))
      .to_string();
}

}  // namespace

storm::storm() {
  auto options = schema_.options();
  options.connections_max = 8;
  database_ = std::make_unique<database>(schema_.address(), options);
  database_->execute("CREATE TABLE " + schema_.table("other") + "(number int)");
  database_->execute("CREATE ROLE " + schema_.name() + " LOGIN");
  database_->execute("GRANT USAGE ON SCHEMA " + schema_.name() + " TO " + schema_.name());
  database_->execute("GRANT SELECT ON " + schema_.table("message") + ", " +
                     schema_.table("schema_version") + " TO " + schema_.name());
}

storm::~storm() {
  threads_.clear();
  stranger_.reset();
  database_->execute("DROP OWNED BY " + schema_.name() + "; DROP ROLE " + schema_.name());
}

std::string storm::reader_address() const {
  const std::string& address = schema_.address();
  const auto name = address.find("messagebus@");
  return address.substr(0, name) + schema_.name() + address.substr(name + 10);
}

void storm::begin() {
  stranger_ = std::make_unique<server_connection>(schema_.address());
  stranger_->run("BEGIN; INSERT INTO " + schema_.table("other") + " VALUES (1)");
  for (int writer = 0; writer < 3; ++writer) start_writer_by_library();
  const auto member = [this](void (storm::*method)(server_connection&, int)) {
    return [this, method](server_connection& connection, int round) {
      (this->*method)(connection, round);
    };
  };
  start(60, member(&storm::write_late));
  start(60, member(&storm::write_late));
  start(100, member(&storm::write_and_roll_back));
  start(60, member(&storm::write_prepared));
  start(60, member(&storm::write_prepared));
  start(20, member(&storm::write_and_be_killed));
  start(60, member(&storm::burn_numbers));
}

void storm::start(int rounds, work doing) {
  ++writing_;
  threads_.emplace_back([this, rounds, doing = std::move(doing)] {
    auto connection = std::make_unique<server_connection>(schema_.address());
    for (int round = 0; round < rounds; ++round) {
      try {
        doing(*connection, round);
      } catch (const std::exception&) {  // it was killed
        connection = std::make_unique<server_connection>(schema_.address());
      }
    }
    --writing_;
  });
}

void storm::start_writer_by_library() {
  ++writing_;
  threads_.emplace_back([this] {
    for (int round = 0; round < 400; ++round) {
      session writing(*database_);
      std::vector<std::string> ids;
      for (int message = 0; message <= round % 4; ++message) {
        const auto sample = testing::sample_message();
        ids.push_back(sample.message_id.to_string());
        writing.store().add(sample);
      }
      if (round % 10 == 0) {
        sync_wait(writing.rollback());
        continue;
      }
      sync_wait(writing.commit());
      for (const std::string& id : ids) note_committed(id);
    }
    --writing_;
  });
}

std::string storm::insert(const std::string& id) const {
  return "INSERT INTO " + schema_.table("message") +
         "(message_id, created_at, kind, name, schema_version, published, correlation_id, payload) "
         "VALUES ('" +
         id + "', now(), 2, 'late', 1, false, '" + id + "', '{}')";
}

void storm::write_late(server_connection& connection, int round) {
  const std::string id = new_id();
  connection.run("BEGIN; " + insert(id));
  std::this_thread::sleep_for(std::chrono::milliseconds(1 + round * 7 % 50));
  connection.run("COMMIT");
  note_committed(id);
}

void storm::write_and_roll_back(server_connection& connection, int round) {
  connection.run("BEGIN; " + insert(new_id()));
  std::this_thread::sleep_for(std::chrono::milliseconds(round % 20));
  connection.run("ROLLBACK");
}

void storm::write_prepared(server_connection& connection, int round) {
  const std::string id = new_id();
  connection.run("BEGIN; " + insert(id));
  std::this_thread::sleep_for(std::chrono::milliseconds(round % 5));
  connection.run("PREPARE TRANSACTION '" + id + "'");
  std::this_thread::sleep_for(std::chrono::milliseconds(5 + round * 3 % 30));
  const bool is_kept = round % 4 != 0;
  connection.run((is_kept ? "COMMIT PREPARED '" : "ROLLBACK PREPARED '") + id + "'");
  if (is_kept) note_committed(id);
}

void storm::write_and_be_killed(server_connection& connection, int round) {
  connection.run("BEGIN; " + insert(new_id()));
  std::this_thread::sleep_for(std::chrono::milliseconds(10 + round));
  server_connection(schema_.address())
      .run("SELECT pg_terminate_backend(" + std::to_string(connection.process()) + ")");
  connection.run("COMMIT");
  ADD_FAILURE() << "it was not killed";
}

void storm::burn_numbers(server_connection& connection, int round) {
  connection.run("BEGIN; SELECT nextval(pg_get_serial_sequence('" + schema_.table("message") +
                 "', 'position'))");
  std::this_thread::sleep_for(std::chrono::milliseconds(round * 3 % 40));
  connection.run("COMMIT");
}

void storm::cache_for_a_while() {
  server_connection owner(schema_.address());
  const std::string sequence =
      owner.run("SELECT pg_get_serial_sequence('" + schema_.table("message") + "', 'position')");
  owner.run("ALTER SEQUENCE " + sequence + " CACHE 20");
  std::this_thread::sleep_for(100ms);
  owner.run("ALTER SEQUENCE " + sequence + " CACHE 1");
}

void storm::let_the_stranger_go() {
  stranger_->run("COMMIT");
}

void storm::note_committed(const std::string& id) {
  const std::lock_guard lock(mutex_);
  committed_.insert(id);
}

std::set<std::string> storm::committed() const {
  const std::lock_guard lock(mutex_);
  return committed_;
}

}  // namespace messagebus::postgresql
