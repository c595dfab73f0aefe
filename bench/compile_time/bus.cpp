// A user's file with handlers and a bus.

#include <messagebus/bus.hpp>

#include "messages.hpp"

class book_repository {
 public:
  virtual ~book_repository() = default;
  virtual book* add(book added) = 0;
};

struct club {
  book_repository& books;
};
using club_transaction = messagebus::transaction<club>;

inline registration on_register_book(const register_book& command, club_transaction& transaction) {
  book* added = transaction->books.add(
      {.id = command.id, .isbn = command.isbn, .title = command.title, .author = command.author});
  if (added == nullptr) return registration::exists_already;
  added->messages.add(book_registered{
      .id = command.id, .isbn = command.isbn, .title = command.title, .author = command.author});
  return registration::done;
}

inline void on_book_registered(const book_registered& /*event*/,
                               club_transaction& /*transaction*/) {}

constexpr auto club_handlers = messagebus::handlers<&on_register_book, &on_book_registered>;

registration register_one(messagebus::unit_of_work<club>& work) {
  messagebus::bus<club, club_handlers> bus;
  return bus.execute(work, register_book{{}, "978-1492052203", "Domain Driven Design", "Evans"});
}
