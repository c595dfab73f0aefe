#pragma once

#include <messagebus/bus.hpp>
#include <messagebus/sqlite/unit_of_work.hpp>
#include <string>

namespace messagebus::bench {

// The work of these benchmarks: a command with a payload of 122 bytes writes one book and raises an
// event with the same content.

struct register_book {
  static constexpr auto schema = command("register_book", 1);
  uuid id;
  std::string isbn, title, author;
};
BOOST_DESCRIBE_STRUCT(register_book, (), (id, isbn, title, author))

struct book_registered {
  static constexpr auto schema = event("book_registered", 1, published);
  uuid id;
  std::string isbn, title, author;
};
BOOST_DESCRIBE_STRUCT(book_registered, (), (id, isbn, title, author))

struct book {
  uuid id;
  std::string isbn, title, author;
  raised_messages messages = {};
};

inline constexpr auto book_table =
    "CREATE TABLE book(id BLOB PRIMARY KEY, isbn TEXT NOT NULL, title TEXT NOT NULL, author TEXT "
    "NOT NULL, version INTEGER NOT NULL)";
inline constexpr auto upsert_book =
    "INSERT INTO book VALUES(?1,?2,?3,?4,1) ON CONFLICT(id) DO UPDATE SET isbn = excluded.isbn, "
    "title = excluded.title, author = excluded.author, version = version + 1";

class books : public repository<book> {
 public:
  explicit books(sqlite::session& session) : session_(session) {}

  book& put(book changed) {
    session_.execute(upsert_book, changed.id, changed.isbn, changed.title, changed.author);
    return see(std::move(changed));
  }

 private:
  sqlite::session& session_;
};

struct shelf {
  bench::books& books;
};

inline void on_register_book(const register_book& command, transaction<shelf>& transaction) {
  book& put = transaction->books.put(
      {.id = command.id, .isbn = command.isbn, .title = command.title, .author = command.author});
  put.messages.add(book_registered{command.id, command.isbn, command.title, command.author});
}

inline constexpr auto shelf_handlers = handlers<&on_register_book>;

inline register_book sample_command() {
  return {uuid7_source::instance().next(system_clock::instance().now()), "978-1492052203",
          "Domain Driven Design", "Eric Evans"};
}

/// The work done with the library.
class with_library {
 public:
  with_library(const std::string& file, sqlite::database_options options)
      : database(file, options) {
    database.write([](sqlite::session& session) { session.run_script(book_table); });
  }

  void run_unit_of_work() { bus.execute(unit_of_work, sample_command()); }

  sqlite::database database;
  sqlite::unit_of_work<shelf, books> unit_of_work{database};
  messagebus::bus<shelf, shelf_handlers> bus;
};

}  // namespace messagebus::bench
