#pragma once

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace messagebus::bench {

/// The same work on the same tables by libpq alone, as somebody writes it who knows libpq well:
/// prepared statements, one pipeline a transaction, binary COPY.
class by_hand {
 public:
  using owned_result = std::unique_ptr<PGresult, decltype(&PQclear)>;

  by_hand(const std::string& address, const std::string& schema);

  /// Upserts a book and inserts two messages, in one round trip.
  void unit_of_work();
  /// Copies so many messages in one transaction.
  void copy(std::size_t messages);
  /// Reads the whole log in pages and touches every byte's field; the number of rows.
  std::size_t read(std::size_t page_rows);
  void begin();
  /// A round trip within a transaction. Precondition: the text is that of a prepared statement.
  owned_result query(const std::string& sql);
  void roll_back();
  void run(const char* sql);
  /// The server's process of this connection.
  int server_process() const noexcept { return PQbackendPID(connection_.get()); }

 private:
  void take(int statements);
  void wait_for_server();
  [[noreturn]] void fail(const char* doing) const;

  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  std::string copy_sql_;
  std::unordered_map<std::string, std::string> names_;
};

}  // namespace messagebus::bench
