#pragma once

#include <array>
#include <cstddef>
#include <messagebus/domain/recorded_message.hpp>
#include <messagebus/postgresql/parameters.hpp>
#include <string>
#include <string_view>

namespace messagebus::postgresql::detail {

/// The columns of a message that its writer gives, in this order.
inline constexpr std::string_view written_columns =
    "message_id, created_at, kind, name, schema_version, published, correlation_id, causation_id, "
    "metadata, payload";
inline constexpr std::size_t written_columns_count = 10;

/// Messages on their way to the server, already in its binary form.
class message_batch {
 public:
  void add(const recorded_message& message);
  void clear() noexcept { fields_.clear(); }

  std::size_t size() const noexcept { return fields_.size() / written_columns_count; }
  bool empty() const noexcept { return fields_.size() == 0; }
  const parameters& fields() const noexcept { return fields_; }

 private:
  parameters fields_;
};

/// Statements that insert a number of messages at once. Few different ones, so that each connection
/// prepares few.
class insert_statements {
 public:
  /// Each returns, in every row, what `question` selects; nothing when there is none.
  insert_statements(const std::string& table, const std::string& question);

  struct part {
    std::string_view sql;
    std::size_t messages;
  };
  /// The statement for the next messages when so many are left.
  part next(std::size_t left) const noexcept;

 private:
  static constexpr std::size_t few_max = 8;
  static constexpr std::size_t many = 64;

  std::array<std::string, few_max + 1> few_;
  std::string many_;
};

/// The data of a binary COPY of a batch, a piece a call; the last is empty.
class copy_pieces {
 public:
  explicit copy_pieces(const message_batch& batch) noexcept : batch_(&batch) {}

  std::string_view next();

 private:
  static constexpr std::size_t piece_bytes = 64 * 1024;

  void append_message(std::size_t message);

  const message_batch* batch_;
  std::string piece_;
  std::size_t copied_ = 0;
  bool has_ended_ = false;
};

}  // namespace messagebus::postgresql::detail
