#pragma once

#include <messagebus/service/transaction.hpp>
#include <reading_club/domain/book_repository.hpp>
#include <reading_club/domain/review_repository.hpp>
#include <reading_club/domain/reviewer_repository.hpp>

namespace reading_club {

/// What the handlers work with. The order of the members is the order in which the messages of
/// their models are collected.
struct club {
  book_repository& books;
  reviewer_repository& reviewers;
  review_repository& reviews;
};

using club_transaction = messagebus::transaction<club>;

}  // namespace reading_club
