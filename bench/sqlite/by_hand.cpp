#include "by_hand.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <cstring>
#include <stdexcept>

#include "harness/keep.hpp"
#include "shelf.hpp"

namespace messagebus::bench {
namespace {

constexpr std::string_view metadata =
    R"({"correlation_id":"018f6f0e-7b1a-7000-8000-0123456789ab","schema_version":1})";
constexpr std::string_view payload =
    R"({"id":"018f6f0e-7b1a-7000-8000-0123456789ab","isbn":"978-1492052203",)"
    R"("title":"Domain Driven Design","author":"Eric Evans"})";

constexpr auto message_table =
    "CREATE TABLE message(position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, created_at "
    "INTEGER "
    "NOT NULL, type TEXT NOT NULL, schema_version INTEGER NOT NULL, published INTEGER NOT NULL "
    "DEFAULT 0, metadata TEXT NOT NULL, payload TEXT NOT NULL)";

// Ids that grow, as those of version 7 do.
std::array<unsigned char, 16> id_of(std::uint64_t number) noexcept {
  std::array<unsigned char, 16> id{};
  const std::uint64_t first = __builtin_bswap64(0x018f6f0e00000000ULL + number);
  const std::uint64_t second = number * 0xD1342543DE82EF95ULL + 12345;
  std::memcpy(id.data(), &first, 8);
  std::memcpy(id.data() + 8, &second, 8);
  return id;
}

void bind(sqlite3_stmt* statement, int index, std::string_view text) noexcept {
  sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

struct parsed_book {
  std::string id, isbn, title, author;
};

// What one writes by hand to read a known struct without a document in between.
struct book_handler {
  using code = boost::system::error_code;
  using text = boost::json::string_view;
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  parsed_book book;
  std::string* field = nullptr;

  bool on_document_begin(code&) { return true; }
  bool on_document_end(code&) { return true; }
  bool on_object_begin(code&) { return true; }
  bool on_object_end(std::size_t, code&) { return true; }
  bool on_array_begin(code&) { return true; }
  bool on_array_end(std::size_t, code&) { return true; }
  bool on_key_part(text, std::size_t, code&) { return true; }
  bool on_key(text key, std::size_t, code&) {
    field = key == "id"       ? &book.id
            : key == "isbn"   ? &book.isbn
            : key == "title"  ? &book.title
            : key == "author" ? &book.author
                              : nullptr;
    if (field != nullptr) field->clear();
    return true;
  }
  bool on_string_part(text part, std::size_t, code&) { return append(part); }
  bool on_string(text part, std::size_t, code&) { return append(part); }
  bool append(text part) {
    if (field != nullptr) field->append(part.data(), part.size());
    return true;
  }
  bool on_number_part(text, code&) { return true; }
  bool on_int64(std::int64_t, text, code&) { return true; }
  bool on_uint64(std::uint64_t, text, code&) { return true; }
  bool on_double(double, text, code&) { return true; }
  bool on_bool(bool, code&) { return true; }
  bool on_null(code&) { return true; }
  bool on_comment_part(text, code&) { return true; }
  bool on_comment(text, code&) { return true; }
};

}  // namespace

by_hand::by_hand(const std::string& file, const std::string& synchronous) {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    throw std::runtime_error("cannot open " + file);
  }
  const std::string set_up =
      "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = " + synchronous +
      ";" + message_table + ";" + book_table;
  if (sqlite3_exec(handle_, set_up.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  begin_ = prepare("BEGIN IMMEDIATE");
  commit_ = prepare("COMMIT");
  upsert_ = prepare(upsert_book);
  insert_ = prepare(
      "INSERT INTO message(id, created_at, type, schema_version, metadata, payload) "
      "VALUES(?1,?2,?3,?4,?5,?6)");
  select_ = prepare(
      "SELECT position, id, created_at, type, schema_version, published, metadata, payload FROM "
      "message ORDER BY position");
}

by_hand::~by_hand() {
  for (sqlite3_stmt* statement : {begin_, commit_, upsert_, insert_, select_}) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

sqlite3_stmt* by_hand::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  return statement;
}

void by_hand::run(sqlite3_stmt* statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle_));
  sqlite3_reset(statement);
}

void by_hand::write_book() {
  const auto id = id_of(++last_id_);
  sqlite3_bind_blob(upsert_, 1, id.data(), 16, SQLITE_STATIC);
  bind(upsert_, 2, "978-1492052203");
  bind(upsert_, 3, "Domain Driven Design");
  bind(upsert_, 4, "Eric Evans");
  run(upsert_);
}

void by_hand::write_message() {
  const auto id = id_of(++last_id_);
  sqlite3_bind_blob(insert_, 1, id.data(), 16, SQLITE_STATIC);
  sqlite3_bind_int64(insert_, 2, 1'760'000'000'000'000 + static_cast<std::int64_t>(last_id_));
  bind(insert_, 3, "bookstore.BookCreated");
  sqlite3_bind_int(insert_, 4, 1);
  bind(insert_, 5, metadata);
  bind(insert_, 6, payload);
  run(insert_);
}

void by_hand::run_unit_of_work() {
  run(begin_);
  write_book();
  write_message();
  write_message();
  run(commit_);
}

void by_hand::append(std::size_t messages) {
  run(begin_);
  for (std::size_t i = 0; i < messages; ++i) write_message();
  run(commit_);
}

std::size_t by_hand::read_all() {
  boost::json::basic_parser<book_handler> parser({});
  std::size_t count = 0;
  std::uint64_t sum = 0;
  while (sqlite3_step(select_) == SQLITE_ROW) {
    sum += static_cast<std::uint64_t>(sqlite3_column_int64(select_, 0));
    sum += *static_cast<const unsigned char*>(sqlite3_column_blob(select_, 1));
    sum += static_cast<std::uint64_t>(sqlite3_column_int64(select_, 2));
    sum += *sqlite3_column_text(select_, 3);
    sum += static_cast<std::uint64_t>(sqlite3_column_int(select_, 4));
    sum += static_cast<std::uint64_t>(sqlite3_column_int(select_, 5));
    sum += *sqlite3_column_text(select_, 6);
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(select_, 7));
    boost::system::error_code failed;
    parser.reset();
    parser.write_some(false, text, static_cast<std::size_t>(sqlite3_column_bytes(select_, 7)),
                      failed);
    keep(parser.handler().book.id.data());
    ++count;
  }
  keep(sum);
  sqlite3_reset(select_);
  return count;
}

}  // namespace messagebus::bench
