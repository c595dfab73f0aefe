#include "by_hand.hpp"

#include <endian.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <messagebus/domain/id_source.hpp>

#include "harness/keep.hpp"

namespace messagebus::bench {
namespace {

constexpr std::string_view payload =
    R"({"id":"018f6f0e-7b1a-7000-8000-0123456789ab","isbn":"978-1492052203",)"
    R"("title":"Domain Driven Design","author":"Eric Evans"})";

uuid new_id() {
  return uuid7_source::instance().next(
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

template <class Number>
void append(std::string& bytes, Number big_endian) {
  bytes.append(reinterpret_cast<const char*>(&big_endian), sizeof big_endian);
}

void append_field(std::string& bytes, std::string_view field) {
  append(bytes, htobe32(static_cast<std::uint32_t>(field.size())));
  bytes += field;
}

std::string_view bytes_of(const uuid& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace

by_hand::by_hand(const std::string& address, const std::string& schema)
    : connection_(PQconnectdb(address.c_str()), &PQfinish),
      copy_sql_("COPY " + schema +
                ".message(message_id, created_at, kind, name, schema_version, published, "
                "correlation_id, causation_id, metadata, payload) FROM STDIN BINARY") {
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail("connect");
  const auto prepare = [&](const char* name, const std::string& sql) {
    PQclear(PQprepare(connection_.get(), name, sql.c_str(), 0, nullptr));
  };
  prepare("begin", "BEGIN");
  prepare("commit", "COMMIT");
  prepare("upsert", "INSERT INTO " + schema +
                        ".book VALUES($1,$2,$3,$4) ON CONFLICT(id) DO UPDATE SET "
                        "isbn=excluded.isbn, title=excluded.title, author=excluded.author");
  prepare("message", "INSERT INTO " + schema +
                         ".message(message_id, created_at, kind, name, schema_version, published, "
                         "correlation_id, causation_id, metadata, payload) "
                         "VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)");
  names_["SELECT 1"] = "one";
  prepare("one", "SELECT 1");
  prepare("page",
          "SELECT position, message_id, created_at, kind, name, schema_version, published, "
          "correlation_id, causation_id, metadata, payload FROM " +
              schema + ".message WHERE position > $1 ORDER BY position LIMIT $2");
}

void by_hand::fail(const char* doing) const {
  throw std::runtime_error(std::string("by hand: cannot ") + doing + ": " +
                           PQerrorMessage(connection_.get()));
}

void by_hand::take(int statements) {
  PGconn* const open = connection_.get();
  for (int statement = 0; statement < statements; ++statement) {
    PGresult* const result = PQgetResult(open);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
      fail("run a statement");
    }
    PQclear(result);
    PQgetResult(open);
  }
  PQclear(PQgetResult(open));
}

void by_hand::unit_of_work() {
  PGconn* const open = connection_.get();
  if (PQpipelineStatus(open) == PQ_PIPELINE_OFF) PQenterPipelineMode(open);
  const std::string book = new_id().to_string();
  const std::string first = new_id().to_string();
  const std::string second = new_id().to_string();
  const std::array<const char*, 4> upsert{book.c_str(), "978-1492052203", "Domain Driven Design",
                                          "Eric Evans"};
  std::array<const char*, 10> message{first.c_str(), "2026-01-02T03:04:05.123456Z",
                                      "1",           "register_book",
                                      "1",           "f",
                                      first.c_str(), nullptr,
                                      nullptr,       payload.data()};
  PQsendQueryPrepared(open, "begin", 0, nullptr, nullptr, nullptr, 0);
  PQsendQueryPrepared(open, "upsert", 4, upsert.data(), nullptr, nullptr, 0);
  PQsendQueryPrepared(open, "message", 10, message.data(), nullptr, nullptr, 0);
  message[0] = second.c_str();
  message[2] = "2";
  message[3] = "book_registered";
  message[7] = first.c_str();
  PQsendQueryPrepared(open, "message", 10, message.data(), nullptr, nullptr, 0);
  PQsendQueryPrepared(open, "commit", 0, nullptr, nullptr, nullptr, 0);
  PQpipelineSync(open);
  take(5);
}

void by_hand::copy(std::size_t messages) {
  PGconn* const open = connection_.get();
  if (PQpipelineStatus(open) != PQ_PIPELINE_OFF) PQexitPipelineMode(open);
  PQclear(PQexec(open, "BEGIN"));
  PQclear(PQexec(open, copy_sql_.c_str()));
  std::string bytes("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  for (std::size_t message = 0; message < messages; ++message) {
    const uuid id = new_id();
    append(bytes, htobe16(10));
    append_field(bytes, bytes_of(id));
    append(bytes, htobe32(8));
    append(bytes, htobe64(820000000000000ULL + message));
    append(bytes, htobe32(2));
    append(bytes, htobe16(2));
    append_field(bytes, "book_registered");
    append(bytes, htobe32(4));
    append(bytes, htobe32(1));
    append_field(bytes, std::string_view("\1", 1));
    append_field(bytes, bytes_of(id));
    append(bytes, ~std::uint32_t{0});
    append(bytes, ~std::uint32_t{0});
    append_field(bytes, payload);
    if (bytes.size() > 60000) {
      PQputCopyData(open, bytes.data(), static_cast<int>(bytes.size()));
      bytes.clear();
    }
  }
  append(bytes, std::uint16_t{0xffff});
  PQputCopyData(open, bytes.data(), static_cast<int>(bytes.size()));
  PQputCopyEnd(open, nullptr);
  PGresult* const copied = PQgetResult(open);
  if (PQresultStatus(copied) != PGRES_COMMAND_OK) fail("copy");
  PQclear(copied);
  PQclear(PQgetResult(open));
  PQclear(PQexec(open, "COMMIT"));
}

std::size_t by_hand::read(std::size_t page_rows) {
  PGconn* const open = connection_.get();
  if (PQpipelineStatus(open) != PQ_PIPELINE_OFF) PQexitPipelineMode(open);
  std::size_t count = 0;
  std::uint64_t position = 0;
  for (int rows = static_cast<int>(page_rows); rows == static_cast<int>(page_rows);) {
    const std::string after = std::to_string(position);
    const std::string limit = std::to_string(page_rows);
    const std::array<const char*, 2> values{after.c_str(), limit.c_str()};
    PGresult* const page = PQexecPrepared(open, "page", 2, values.data(), nullptr, nullptr, 1);
    rows = PQntuples(page);
    int sum = 0;
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < 11; ++column) {
        sum += *PQgetvalue(page, row, column) + PQgetlength(page, row, column);
      }
    }
    keep(sum);
    if (rows > 0) {
      std::memcpy(&position, PQgetvalue(page, rows - 1, 0), sizeof position);
      position = be64toh(position);
    }
    count += static_cast<std::size_t>(rows);
    PQclear(page);
  }
  return count;
}

void by_hand::begin() {
  PGconn* const open = connection_.get();
  if (PQpipelineStatus(open) == PQ_PIPELINE_OFF) PQenterPipelineMode(open);
  PQsendQueryPrepared(open, "begin", 0, nullptr, nullptr, nullptr, 0);
  PQpipelineSync(open);
  take(1);
}

// As a session by hand does it that knows statements by their text and waits for no server without
// end: libpq's own wait, in PQgetResult, has no limit.
by_hand::owned_result by_hand::query(const std::string& sql) {
  PGconn* const open = connection_.get();
  const char* const name = names_.at(sql).c_str();
  if (PQsendQueryPrepared(open, name, 0, nullptr, nullptr, nullptr, 1) == 0) fail("send");
  if (PQpipelineSync(open) == 0) fail("send");
  owned_result rows(nullptr, &PQclear);
  for (bool is_synced = false; !is_synced;) {
    while (!is_synced && PQisBusy(open) == 0) {
      owned_result taken(PQgetResult(open), &PQclear);
      if (taken == nullptr) continue;  // the end of the statement's results
      switch (PQresultStatus(taken.get())) {
        case PGRES_PIPELINE_SYNC:
          is_synced = true;
          break;
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
          rows = std::move(taken);
          break;
        default:
          fail("run a statement");
      }
    }
    if (!is_synced) wait_for_server();
  }
  return rows;
}

void by_hand::wait_for_server() {
  constexpr std::chrono::seconds wait_max{32};
  PGconn* const open = connection_.get();
  const int unsent = PQflush(open);
  if (unsent < 0) fail("send");
  pollfd socket{};
  socket.fd = PQsocket(open);
  socket.events = static_cast<short>(unsent == 0 ? POLLIN : POLLIN | POLLOUT);
  const auto deadline = std::chrono::steady_clock::now() + wait_max;
  int ready = 0;
  do {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    ready = poll(&socket, 1, static_cast<int>(left.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready != 1 || PQconsumeInput(open) == 0) fail("wait for the server");
}

void by_hand::roll_back() {
  PGconn* const open = connection_.get();
  PQexitPipelineMode(open);
  PQclear(PQexec(open, "ROLLBACK"));
}

void by_hand::run(const char* sql) {
  if (PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF) PQexitPipelineMode(connection_.get());
  PGresult* const result = PQexec(connection_.get(), sql);
  const auto status = PQresultStatus(result);
  PQclear(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(sql);
}

}  // namespace messagebus::bench
