#pragma once

#include <reading_club/domain/book_messages.hpp>
#include <reading_club/domain/review_messages.hpp>
#include <reading_club/domain/reviewer_messages.hpp>
#include <reading_club/service/club.hpp>

namespace reading_club {

registration on_register_book(const register_book& command, club_transaction& transaction);
registration on_create_reviewer(const create_reviewer& command, club_transaction& transaction);
reviewing on_create_review(const create_review& command, club_transaction& transaction);

}  // namespace reading_club
