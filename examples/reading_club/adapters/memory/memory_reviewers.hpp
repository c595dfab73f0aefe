#pragma once

#include <messagebus/memory/session.hpp>
#include <messagebus/service/repository.hpp>
#include <reading_club/domain/reviewer_repository.hpp>

namespace reading_club {

class memory_reviewers final : public reviewer_repository, public messagebus::repository<reviewer> {
 public:
  explicit memory_reviewers(messagebus::memory::session& session);

  reviewer* add(reviewer added) override;
  bool contains(messagebus::uuid id) override;
  std::vector<reviewer> all() override;

 private:
  messagebus::memory::table<messagebus::uuid, reviewer>& reviewers_;
};

}  // namespace reading_club
