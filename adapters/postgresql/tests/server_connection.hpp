#pragma once

#include <libpq-fe.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace messagebus::postgresql {

/// A connection beside the library: for what strangers do to the database.
class server_connection {
 public:
  explicit server_connection(const std::string& address)
      : handle_(PQconnectdb(address.c_str()), &PQfinish) {
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
      throw std::runtime_error(PQerrorMessage(handle_.get()));
    }
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
  }

  /// Runs statements; the first field of the last result, or empty text.
  std::string run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(handle_.get(), sql.c_str()),
                                                               &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      throw std::runtime_error(sql + ": " + PQerrorMessage(handle_.get()));
    }
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
  }

  /// Rows, as text.
  std::unique_ptr<PGresult, decltype(&PQclear)> query(const std::string& sql) {
    std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(handle_.get(), sql.c_str()),
                                                         &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
      throw std::runtime_error(sql + ": " + PQerrorMessage(handle_.get()));
    }
    return result;
  }

  /// How many notifications have come since this was asked last.
  int notifications() {
    run("SELECT 1");
    int count = 0;
    while (PGnotify* const notification = PQnotifies(handle_.get())) {
      PQfreemem(notification);
      ++count;
    }
    return count;
  }

  int process() const noexcept { return PQbackendPID(handle_.get()); }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> handle_;
};

}  // namespace messagebus::postgresql
