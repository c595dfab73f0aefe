#pragma once

#include <messagebus/postgresql/session.hpp>
#include <messagebus/service/repository.hpp>
#include <reading_club/domain/review_repository.hpp>

namespace reading_club {

class postgresql_reviews final : public review_repository, public messagebus::repository<review> {
 public:
  explicit postgresql_reviews(messagebus::postgresql::session& session) : session_(session) {}

  review* add(review added) override;
  std::vector<review> all() override;

 private:
  messagebus::postgresql::session& session_;
};

}  // namespace reading_club
