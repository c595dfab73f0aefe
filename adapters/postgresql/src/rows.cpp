#include <libpq-fe.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/rows.hpp>

#include "big_endian.hpp"
#include "types.hpp"

namespace messagebus::postgresql {

using detail::read_big_endian;
namespace type = detail::type;

void rows::freed::operator()(pg_result* result) const noexcept {
  PQclear(result);
}

std::size_t rows::size() const noexcept {
  return static_cast<std::size_t>(PQntuples(result_.get()));
}

std::int64_t rows::affected() const {
  std::int64_t count = 0;
  const std::string_view text = PQcmdTuples(result_.get());
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

namespace {

void require_column(const PGresult* result, int index) {
  if (index >= 0 && index < PQnfields(result)) return;
  throw usage_error("column " + std::to_string(index) + " of a result with " +
                    std::to_string(PQnfields(result)) +
                    " columns was asked for: they are counted from 0");
}

}  // namespace

std::string_view row::field(int index) const {
  const PGresult* const result = rows_->native_handle();
  require_column(result, index);
  if (PQgetisnull(result, number_, index) != 0) {
    throw usage_error("column \"" + std::string(PQfname(result, index)) +
                      "\" is NULL: read it as an optional");
  }
  return {PQgetvalue(result, number_, index),
          static_cast<std::size_t>(PQgetlength(result, number_, index))};
}

bool row::is_null(int index) const {
  require_column(rows_->native_handle(), index);
  return PQgetisnull(rows_->native_handle(), number_, index) != 0;
}

namespace {

std::uint32_t type_of(const rows& rows, int index) {
  return PQftype(rows.native_handle(), index);
}

}  // namespace

bool row::boolean(int index) const {
  const std::string_view bytes = field(index);
  if (type_of(*rows_, index) != type::boolean) throw_other_type(index, "a bool");
  return bytes[0] != 0;
}

std::int64_t row::integer(int index) const {
  const std::string_view bytes = field(index);
  switch (type_of(*rows_, index)) {
    case type::int2:
      return static_cast<std::int16_t>(read_big_endian<std::uint16_t>(bytes.data()));
    case type::int4:
      return static_cast<std::int32_t>(read_big_endian<std::uint32_t>(bytes.data()));
    case type::oid:
      return read_big_endian<std::uint32_t>(bytes.data());
    case type::int8:
      return static_cast<std::int64_t>(read_big_endian<std::uint64_t>(bytes.data()));
    default:
      throw_other_type(index, "an integer");
  }
}

double row::real(int index) const {
  const std::string_view bytes = field(index);
  switch (type_of(*rows_, index)) {
    case type::float4:
      return std::bit_cast<float>(read_big_endian<std::uint32_t>(bytes.data()));
    case type::float8:
      return std::bit_cast<double>(read_big_endian<std::uint64_t>(bytes.data()));
    default:
      return static_cast<double>(integer(index));
  }
}

std::string_view row::text(int index) const {
  const std::string_view bytes = field(index);
  switch (type_of(*rows_, index)) {
    case type::text:
    case type::varchar:
    case type::bpchar:
    case type::name:
    case type::json:
    case type::unknown:
      return bytes;
    case type::jsonb:  // after the version of its binary form
      return bytes.substr(1);
    default:
      throw_other_type(index, "text");
  }
}

std::span<const std::byte> row::bytes(int index) const {
  const std::string_view bytes = field(index);
  if (type_of(*rows_, index) != type::bytea) throw_other_type(index, "bytes");
  return std::as_bytes(std::span(bytes.data(), bytes.size()));
}

uuid row::id(int index) const {
  const std::string_view bytes = field(index);
  if (type_of(*rows_, index) != type::uuid) throw_other_type(index, "a uuid");
  uuid id;
  std::memcpy(id.bytes.data(), bytes.data(), id.bytes.size());
  return id;
}

timestamp row::instant(int index) const {
  const std::string_view bytes = field(index);
  const std::uint32_t type = type_of(*rows_, index);
  if (type != type::timestamptz && type != type::timestamp) throw_other_type(index, "a timestamp");
  const auto since = static_cast<std::int64_t>(read_big_endian<std::uint64_t>(bytes.data()));
  if (!detail::is_timestamp(since)) {
    throw usage_error("column \"" + std::string(PQfname(rows_->native_handle(), index)) +
                      "\" is infinite, or too far away for a timestamp: cast it in the statement "
                      "(::text), or leave such rows out (isfinite)");
  }
  return timestamp(std::chrono::microseconds(since) + detail::server_epoch);
}

void row::throw_out_of_range(int index) const {
  throw usage_error("column \"" + std::string(PQfname(rows_->native_handle(), index)) + "\" is " +
                    std::to_string(integer(index)) +
                    ", which the type it is read as does not have: read it as std::int64_t");
}

void row::throw_out_of_float(int index) const {
  throw usage_error("column \"" + std::string(PQfname(rows_->native_handle(), index)) +
                    "\" is larger than any float: read it as double");
}

void row::throw_other_type(int index, std::string_view wanted) const {
  throw usage_error("column \"" + std::string(PQfname(rows_->native_handle(), index)) +
                    "\" has the type with the object id " + std::to_string(type_of(*rows_, index)) +
                    " (see pg_type) and cannot be read as " + std::string(wanted) +
                    ": read it as what it is, or cast it in the statement (::text)");
}

}  // namespace messagebus::postgresql
