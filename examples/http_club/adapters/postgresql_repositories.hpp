#pragma once

#include <http_club/service/async_club.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/service/repository.hpp>

namespace http_club {

class postgresql_books final : public async_books, public messagebus::repository<book> {
 public:
  explicit postgresql_books(messagebus::postgresql::session& session) : session_(session) {}
  task<book*> add(book added) override;
  task<bool> contains(uuid id) override;
  task<std::vector<book>> page(std::optional<uuid> after, int size_max) override;

 private:
  messagebus::postgresql::session& session_;
};

class postgresql_reviewers final : public async_reviewers, public messagebus::repository<reviewer> {
 public:
  explicit postgresql_reviewers(messagebus::postgresql::session& session) : session_(session) {}
  task<reviewer*> add(reviewer added) override;
  task<bool> contains(uuid id) override;
  task<std::vector<reviewer>> page(std::optional<uuid> after, int size_max) override;

 private:
  messagebus::postgresql::session& session_;
};

class postgresql_reviews final : public async_reviews, public messagebus::repository<review> {
 public:
  explicit postgresql_reviews(messagebus::postgresql::session& session) : session_(session) {}
  task<review*> add(review added) override;
  task<std::vector<review>> page(std::optional<uuid> after, int size_max) override;

 private:
  messagebus::postgresql::session& session_;
};

}  // namespace http_club
