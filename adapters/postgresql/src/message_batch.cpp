#include "message_batch.hpp"

#include <algorithm>

#include "big_endian.hpp"
#include "types.hpp"

namespace messagebus::postgresql::detail {
namespace {

constexpr std::size_t message_bytes_usual = 256;

}  // namespace

void message_batch::add(const recorded_message& message) {
  // Most transactions have a command and an event or two.
  if (empty()) fields_.reserve(3 * written_columns_count, 3 * message_bytes_usual);
  fields_.add(message.message_id);
  fields_.add(message.created_at);
  fields_.add(static_cast<std::int16_t>(message.kind));
  fields_.add_binary(type::text, message.name);
  fields_.add(std::int32_t{message.schema_version});
  fields_.add(message.published);
  fields_.add(message.correlation_id);
  fields_.add(message.causation_id);
  // Most messages have no metadata of the application's own: NULL takes no room.
  if (message.metadata == "{}") {
    fields_.add(nullptr);
  } else {
    fields_.add_binary(type::json, message.metadata);
  }
  fields_.add_binary(type::json, message.payload);
}

namespace {

std::string insert_of(const std::string& table, const std::string& question, std::size_t messages) {
  std::string sql = "INSERT INTO " + table + "(";
  sql.append(written_columns).append(") VALUES ");
  std::size_t parameter = 0;
  for (std::size_t message = 0; message < messages; ++message) {
    sql += message == 0 ? "(" : ",(";
    for (std::size_t column = 0; column < written_columns_count; ++column) {
      if (column > 0) sql += ',';
      // What may be NULL comes without a type then.
      sql += '$' + std::to_string(++parameter);
      if (column == 8) sql += "::json";
    }
    sql += ')';
  }
  if (!question.empty()) sql += " RETURNING (" + question + ")";
  return sql;
}

}  // namespace

insert_statements::insert_statements(const std::string& table, const std::string& question)
    : many_(insert_of(table, question, many)) {
  for (std::size_t messages = 1; messages <= few_max; ++messages) {
    few_[messages] = insert_of(table, question, messages);
  }
}

insert_statements::part insert_statements::next(std::size_t left) const noexcept {
  if (left >= many) return {many_, many};
  const std::size_t few = std::min(left, few_max);
  return {few_[few], few};
}

std::string_view copy_pieces::next() {
  piece_.clear();
  if (has_ended_) return piece_;
  if (copied_ == 0) {
    // The signature, no flags, no extension.
    piece_.append(std::string_view("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19));
  }
  while (copied_ < batch_->size() && piece_.size() < piece_bytes) append_message(copied_++);
  if (copied_ == batch_->size()) {
    append_big_endian(piece_, static_cast<std::uint16_t>(-1));
    has_ended_ = true;
  }
  return piece_;
}

void copy_pieces::append_message(std::size_t message) {
  append_big_endian(piece_, static_cast<std::uint16_t>(written_columns_count));
  const auto fields =
      batch_->fields().values().subspan(message * written_columns_count, written_columns_count);
  for (const parameters::slot& field : fields) {
    append_big_endian(piece_, static_cast<std::uint32_t>(field.bytes));
    if (field.bytes >= 0) piece_.append(batch_->fields().field(field));
  }
}

}  // namespace messagebus::postgresql::detail
