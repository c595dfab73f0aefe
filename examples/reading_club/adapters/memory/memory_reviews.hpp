#pragma once

#include <messagebus/memory/session.hpp>
#include <messagebus/service/repository.hpp>
#include <reading_club/domain/review_repository.hpp>
#include <utility>

namespace reading_club {

class memory_reviews final : public review_repository, public messagebus::repository<review> {
 public:
  explicit memory_reviews(messagebus::memory::session& session);

  review* add(review added) override;
  std::vector<review> all() override;

 private:
  using book_and_reviewer = std::pair<messagebus::uuid, messagebus::uuid>;

  messagebus::memory::table<messagebus::uuid, review>& reviews_;
  messagebus::memory::table<book_and_reviewer, messagebus::uuid>& ids_by_pair_;
};

}  // namespace reading_club
