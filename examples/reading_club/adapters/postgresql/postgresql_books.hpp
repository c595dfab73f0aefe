#pragma once

#include <messagebus/postgresql/session.hpp>
#include <messagebus/service/repository.hpp>
#include <reading_club/domain/book_repository.hpp>

namespace reading_club {

/// Waits for the server by blocking its thread, as the ports of the club are plain functions.
class postgresql_books final : public book_repository, public messagebus::repository<book> {
 public:
  explicit postgresql_books(messagebus::postgresql::session& session) : session_(session) {}

  book* add(book added) override;
  bool contains(messagebus::uuid id) override;
  std::vector<book> all() override;

 private:
  messagebus::postgresql::session& session_;
};

}  // namespace reading_club
