#pragma once

#include <messagebus/service/repository.hpp>
#include <messagebus/sqlite/session.hpp>
#include <reading_club/domain/book_repository.hpp>

namespace reading_club {

class sqlite_books final : public book_repository, public messagebus::repository<book> {
 public:
  explicit sqlite_books(messagebus::sqlite::session& session) : session_(session) {}

  book* add(book added) override;
  bool contains(messagebus::uuid id) override;
  std::vector<book> all() override;

 private:
  messagebus::sqlite::session& session_;
};

}  // namespace reading_club
