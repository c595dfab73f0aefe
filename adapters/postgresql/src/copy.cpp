// The half of a connection that copies data in, which libpq does outside of a pipeline.

#include <libpq-fe.h>

#include <utility>

#include "connection.hpp"

namespace messagebus::postgresql::detail {

task<std::optional<exchange_failure>> connection::copy_in(
    const std::string& sql, std::function<std::string_view()> next_piece) {
  std::optional<exchange_failure> failure;
  co_await leave_pipeline();
  is_exchanging_ = true;
  const auto refused = [&](pg_result* result) {
    if (result == nullptr || failure) return;
    failure.emplace(exchange_failure{.refused = refusal_of(result), .sql = sql});
  };
  if (PQsendQuery(handle_, sql.c_str()) == 0) {
    lose(failure, PQerrorMessage(handle_));
    co_return failure;
  }
  pg_result* answer = nullptr;
  co_await take_result_of_copy(answer, failure);
  rows first(answer);
  if (!is_broken_ && PQresultStatus(answer) == PGRES_COPY_IN) {
    for (auto piece = next_piece(); !piece.empty() && !is_broken_; piece = next_piece()) {
      co_await put_copy_data(piece, failure);
    }
    if (!is_broken_ && PQputCopyEnd(handle_, nullptr) < 0) lose(failure, PQerrorMessage(handle_));
  } else if (!is_broken_) {
    refused(answer);
  }
  while (!is_broken_) {
    co_await take_result_of_copy(answer, failure);
    const rows next(answer);
    if (answer == nullptr) break;
    if (PQresultStatus(answer) != PGRES_COMMAND_OK) refused(answer);
  }
  if (!is_broken_) enter_pipeline();
  is_exchanging_ = false;
  co_return failure;
}

task<> connection::take_result_of_copy(pg_result*& result,
                                       std::optional<exchange_failure>& failure) {
  result = nullptr;
  while (!is_broken_ && (PQflush(handle_) == 1 || PQisBusy(handle_) != 0)) {
    co_await wait_for_server(failure);
  }
  if (!is_broken_) result = PQgetResult(handle_);
  if (!is_broken_ && PQstatus(handle_) != CONNECTION_OK) lose(failure, PQerrorMessage(handle_));
}

task<> connection::put_copy_data(std::string_view piece, std::optional<exchange_failure>& failure) {
  while (!is_broken_) {
    const int put = PQputCopyData(handle_, piece.data(), static_cast<int>(piece.size()));
    if (put == 1) co_return;
    if (put < 0) {
      lose(failure, PQerrorMessage(handle_));
    } else {
      co_await wait_for_server(failure);
    }
  }
}

}  // namespace messagebus::postgresql::detail
