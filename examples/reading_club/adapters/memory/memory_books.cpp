#include <reading_club/adapters/memory/memory_books.hpp>
#include <utility>

namespace reading_club {

memory_books::memory_books(messagebus::memory::session& session)
    : books_(session.table<messagebus::uuid, book>("books")),
      ids_by_isbn_(session.table<std::string, messagebus::uuid>("books by isbn")) {}

book* memory_books::add(book added) {
  if (books_.contains(added.id) || ids_by_isbn_.contains(added.isbn)) return nullptr;
  books_.insert(added.id, messagebus::state_of(added));
  ids_by_isbn_.insert(added.isbn, added.id);
  return &see(std::move(added));
}

bool memory_books::contains(messagebus::uuid id) {
  return books_.contains(id);
}

std::vector<book> memory_books::all() {
  std::vector<book> found;
  books_.for_each([&](const messagebus::uuid&, const book& row) { found.push_back(row); });
  return found;
}

}  // namespace reading_club
