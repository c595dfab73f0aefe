#pragma once

#include <messagebus/service/repository.hpp>
#include <messagebus/sqlite/session.hpp>
#include <reading_club/domain/reviewer_repository.hpp>

namespace reading_club {

class sqlite_reviewers final : public reviewer_repository, public messagebus::repository<reviewer> {
 public:
  explicit sqlite_reviewers(messagebus::sqlite::session& session) : session_(session) {}

  reviewer* add(reviewer added) override;
  bool contains(messagebus::uuid id) override;
  std::vector<reviewer> all() override;

 private:
  messagebus::sqlite::session& session_;
};

}  // namespace reading_club
