#include <http_club/service/async_club.hpp>
#include <utility>

namespace http_club {

task<registration> on_register_book(const register_book& command,
                                    async_club_transaction& transaction) {
  book fresh{
      .id = command.id, .isbn = command.isbn, .title = command.title, .author = command.author};
  book* const added = co_await transaction->books.add(std::move(fresh));
  if (added == nullptr) co_return registration::integrity_error;
  added->messages.add(reading_club::book_registered{
      .id = added->id, .isbn = added->isbn, .title = added->title, .author = added->author});
  co_return registration::done;
}

task<registration> on_create_reviewer(const create_reviewer& command,
                                      async_club_transaction& transaction) {
  reviewer fresh{.id = command.id, .name = command.name};
  reviewer* const added = co_await transaction->reviewers.add(std::move(fresh));
  if (added == nullptr) co_return registration::integrity_error;
  added->messages.add(reading_club::reviewer_created{.id = added->id, .name = added->name});
  co_return registration::done;
}

task<reviewing> on_create_review(const create_review& command,
                                 async_club_transaction& transaction) {
  if (command.rating < reading_club::rating_min || command.rating > reading_club::rating_max) {
    co_return reviewing::rating_out_of_range;
  }
  const bool has_book = co_await transaction->books.contains(command.book_id);
  const bool has_reviewer = co_await transaction->reviewers.contains(command.reviewer_id);
  if (!has_book || !has_reviewer) co_return reviewing::integrity_error;
  review fresh{.id = command.id,
               .book_id = command.book_id,
               .reviewer_id = command.reviewer_id,
               .rating = command.rating,
               .comment = command.comment};
  review* const added = co_await transaction->reviews.add(std::move(fresh));
  if (added == nullptr) co_return reviewing::integrity_error;
  added->messages.add(reading_club::review_created{.id = added->id,
                                                   .book_id = added->book_id,
                                                   .reviewer_id = added->reviewer_id,
                                                   .rating = added->rating,
                                                   .comment = added->comment});
  co_return reviewing::done;
}

}  // namespace http_club
