#include <reading_club/service/handlers.hpp>

namespace reading_club {

registration on_register_book(const register_book& command, club_transaction& transaction) {
  book* added = transaction->books.add(
      {.id = command.id, .isbn = command.isbn, .title = command.title, .author = command.author});
  if (added == nullptr) return registration::integrity_error;
  added->messages.add(book_registered{
      .id = added->id, .isbn = added->isbn, .title = added->title, .author = added->author});
  return registration::done;
}

registration on_create_reviewer(const create_reviewer& command, club_transaction& transaction) {
  reviewer* added = transaction->reviewers.add({.id = command.id, .name = command.name});
  if (added == nullptr) return registration::integrity_error;
  added->messages.add(reviewer_created{.id = added->id, .name = added->name});
  return registration::done;
}

reviewing on_create_review(const create_review& command, club_transaction& transaction) {
  if (command.rating < rating_min || command.rating > rating_max) {
    return reviewing::rating_out_of_range;
  }
  if (!transaction->books.contains(command.book_id) ||
      !transaction->reviewers.contains(command.reviewer_id)) {
    return reviewing::integrity_error;
  }
  review* added = transaction->reviews.add({.id = command.id,
                                            .book_id = command.book_id,
                                            .reviewer_id = command.reviewer_id,
                                            .rating = command.rating,
                                            .comment = command.comment});
  if (added == nullptr) return reviewing::integrity_error;
  added->messages.add(review_created{.id = added->id,
                                     .book_id = added->book_id,
                                     .reviewer_id = added->reviewer_id,
                                     .rating = added->rating,
                                     .comment = added->comment});
  return reviewing::done;
}

}  // namespace reading_club
