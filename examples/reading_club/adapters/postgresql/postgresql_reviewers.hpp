#pragma once

#include <messagebus/postgresql/session.hpp>
#include <messagebus/service/repository.hpp>
#include <reading_club/domain/reviewer_repository.hpp>

namespace reading_club {

class postgresql_reviewers final : public reviewer_repository,
                                   public messagebus::repository<reviewer> {
 public:
  explicit postgresql_reviewers(messagebus::postgresql::session& session) : session_(session) {}

  reviewer* add(reviewer added) override;
  bool contains(messagebus::uuid id) override;
  std::vector<reviewer> all() override;

 private:
  messagebus::postgresql::session& session_;
};

}  // namespace reading_club
