#pragma once

#include <messagebus/service/repository.hpp>
#include <messagebus/sqlite/session.hpp>
#include <reading_club/domain/review_repository.hpp>

namespace reading_club {

class sqlite_reviews final : public review_repository, public messagebus::repository<review> {
 public:
  explicit sqlite_reviews(messagebus::sqlite::session& session) : session_(session) {}

  review* add(review added) override;
  std::vector<review> all() override;

 private:
  messagebus::sqlite::session& session_;
};

}  // namespace reading_club
