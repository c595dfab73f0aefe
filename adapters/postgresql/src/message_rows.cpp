#include "message_rows.hpp"

#include <libpq-fe.h>

#include <array>
#include <cstring>
#include <initializer_list>
#include <messagebus/domain/error.hpp>
#include <string_view>

#include "big_endian.hpp"
#include "types.hpp"

namespace messagebus::postgresql::detail {
namespace {

constexpr std::array<std::uint32_t, 11> column_types = {
    type::int8,    type::uuid, type::timestamptz, type::int2, type::text, type::int4,
    type::boolean, type::uuid, type::uuid,        type::json, type::json};

uuid read_id(const char* bytes) noexcept {
  uuid id;
  std::memcpy(id.bytes.data(), bytes, id.bytes.size());
  return id;
}

std::int64_t position_of(const PGresult* result, int number) noexcept {
  return static_cast<std::int64_t>(read_big_endian<std::uint64_t>(PQgetvalue(result, number, 0)));
}

}  // namespace

void check_columns(const rows& from) {
  const PGresult* const result = from.native_handle();
  for (std::size_t column = 0; column < column_types.size(); ++column) {
    const int index = static_cast<int>(column);
    if (PQftype(result, index) == column_types[column]) continue;
    throw error(errc::storage_corrupt,
                "the column " + std::string(PQfname(result, index)) +
                    " of the log has another type than it was made with: somebody altered the "
                    "table; alter it back");
  }
}

// Of the columns that are never NULL as the table was made. The page is ordered by the position;
// texts are looked at where they are empty.
void refuse_null(const PGresult* result, int number, std::initializer_list<int> columns) {
  for (const int column : columns) {
    if (PQgetisnull(result, number, column) == 0) continue;
    throw error(errc::storage_corrupt,
                "position " + std::to_string(position_of(result, number)) + ": " +
                    PQfname(result, column) +
                    " is NULL: somebody altered the table; alter it back, and mend the row");
  }
}

timestamp read_instant(const PGresult* result, int number, int column) {
  const auto since =
      static_cast<std::int64_t>(read_big_endian<std::uint64_t>(PQgetvalue(result, number, column)));
  if (is_timestamp(since)) return timestamp(std::chrono::microseconds(since) + server_epoch);
  throw error(errc::storage_corrupt,
              "position " + std::to_string(position_of(result, number)) + ": " +
                  PQfname(result, column) +
                  " is infinite, or no time that a message was made at: mend the row");
}

// Straight from the result: a log is read by the million.
void read_message(const rows& from, int number, recorded_message& into) {
  const PGresult* const result = from.native_handle();
  const auto bytes = [&](int column) { return PQgetvalue(result, number, column); };
  const auto text = [&](int column) {
    return std::string_view(bytes(column),
                            static_cast<std::size_t>(PQgetlength(result, number, column)));
  };
  const auto is_null = [&](int column) { return PQgetisnull(result, number, column) != 0; };
  refuse_null(result, number, {1, 2, 3, 5, 6, 7});
  into.position = position{static_cast<std::int64_t>(read_big_endian<std::uint64_t>(bytes(0)))};
  into.message_id = read_id(bytes(1));
  into.created_at = read_instant(result, number, 2);
  into.kind = static_cast<message_kind>(read_big_endian<std::uint16_t>(bytes(3)));
  into.name.assign(text(4));
  into.schema_version = static_cast<std::int32_t>(read_big_endian<std::uint32_t>(bytes(5)));
  into.published = *bytes(6) != 0;
  into.correlation_id = read_id(bytes(7));
  if (is_null(8)) {
    into.causation_id.reset();
  } else {
    into.causation_id = read_id(bytes(8));
  }
  into.metadata.assign(is_null(9) ? std::string_view("{}") : text(9));
  into.payload.assign(text(10));
  if (into.name.empty() || into.payload.empty()) refuse_null(result, number, {4, 10});
}

}  // namespace messagebus::postgresql::detail
