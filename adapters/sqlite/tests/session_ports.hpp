#pragma once

#include <messagebus/sqlite/unit_of_work.hpp>
#include <messagebus/testing/sample_messages.hpp>

namespace messagebus::sqlite {

/// In place of repositories: shows the session itself, so that a test can run any SQL in a unit of
/// work.
struct session_access {
  explicit session_access(sqlite::session& of_transaction) : session(of_transaction) {}

  sqlite::session& session;
};

struct session_ports {
  session_access& access;
};

using session_transaction = transaction<session_ports>;
using session_unit_of_work = sqlite::unit_of_work<session_ports, session_access>;

/// Runs `work(session, transaction)` as `bus.execute` runs a handler, and commits it.
template <class Work>
void execute(session_unit_of_work& unit_of_work, Work work) {
  auto body = [&](session_transaction& running) { work(running->access.session, running); };
  unit_of_work.run_and_commit(transaction_body<session_ports>(body));
}

inline std::int64_t count_of(const database& database, std::string_view table) {
  std::int64_t count = 0;
  database.read([&](session& session) {
    const auto sql = "SELECT count(*) FROM " + std::string(table);
    count = session.query(sql).front().get<std::int64_t>(0);
  });
  return count;
}

/// A table `note` to write to, which may refer to another one at the end of the transaction.
inline void make_notes(database& database) {
  database.write([](session& session) {
    session.run_script(
        "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL, "
        "answers INTEGER REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED) STRICT");
  });
}

}  // namespace messagebus::sqlite
