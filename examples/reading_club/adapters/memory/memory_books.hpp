#pragma once

#include <messagebus/memory/session.hpp>
#include <messagebus/service/repository.hpp>
#include <reading_club/domain/book_repository.hpp>
#include <string>

namespace reading_club {

class memory_books final : public book_repository, public messagebus::repository<book> {
 public:
  explicit memory_books(messagebus::memory::session& session);

  book* add(book added) override;
  bool contains(messagebus::uuid id) override;
  std::vector<book> all() override;

 private:
  messagebus::memory::table<messagebus::uuid, book>& books_;
  messagebus::memory::table<std::string, messagebus::uuid>& ids_by_isbn_;
};

}  // namespace reading_club
