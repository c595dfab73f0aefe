#include <bit>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/parameters.hpp>

#include "big_endian.hpp"
#include "types.hpp"

namespace messagebus::postgresql {

namespace {

// What the server allows to a field.
constexpr std::size_t value_bytes_max = (std::size_t{1} << 30U) - 1;

// As the statement names the parameter that is added next.
std::string name_of_next(const parameters& values) {
  return "$" + std::to_string(values.size() + 1);
}

std::int32_t checked_bytes(std::size_t bytes, const parameters& values) {
  if (bytes > value_bytes_max) {
    throw encode_error("the parameter " + name_of_next(values) + " has " + std::to_string(bytes) +
                           " bytes, and PostgreSQL keeps at most 1 GB in a field: divide it, or "
                           "make a large object of it",
                       errc::limit_exceeded);
  }
  return static_cast<std::int32_t>(bytes);
}

}  // namespace

template <class Unsigned>
void parameters::add_big_endian(std::uint32_t type, Unsigned number) {
  values_.push_back({type, static_cast<std::int32_t>(sizeof number), bytes_.size(), true});
  detail::append_big_endian(bytes_, number);
}

void parameters::add_boolean(bool truth) {
  add_big_endian(detail::type::boolean, static_cast<std::uint8_t>(truth ? 1 : 0));
}

void parameters::add_float8(double number) {
  add_big_endian(detail::type::float8, std::bit_cast<std::uint64_t>(number));
}

void parameters::add_int2(std::int16_t number) {
  add_big_endian(detail::type::int2, static_cast<std::uint16_t>(number));
}

void parameters::add_int4(std::int32_t number) {
  add_big_endian(detail::type::int4, static_cast<std::uint32_t>(number));
}

void parameters::add_int8(std::int64_t number) {
  add_big_endian(detail::type::int8, static_cast<std::uint64_t>(number));
}

void parameters::add_unsigned(std::uint64_t number) {
  if (number > static_cast<std::uint64_t>(INT64_MAX)) {
    throw usage_error("the parameter " + name_of_next(*this) + " is " + std::to_string(number) +
                      ", and PostgreSQL's largest integer is 9223372036854775807: pass it as text "
                      "and cast it, " +
                      name_of_next(*this) + "::numeric");
  }
  add_int8(static_cast<std::int64_t>(number));
}

// Text goes in text form, where libpq looks for its end by a zero byte.
void parameters::add(std::string_view text) {
  const std::int32_t bytes = checked_bytes(text.size(), *this);
  if (text.find('\0') != std::string_view::npos) {
    throw encode_error("the text parameter " + name_of_next(*this) +
                       " has a zero byte, which PostgreSQL keeps in bytea alone: leave it out, or "
                       "pass bytes");
  }
  values_.push_back({0, bytes, bytes_.size(), false});
  bytes_.append(text).push_back('\0');
}

void parameters::add_binary(std::uint32_t type, std::string_view bytes) {
  values_.push_back({type, checked_bytes(bytes.size(), *this), bytes_.size(), true});
  bytes_.append(bytes);
}

void parameters::add(std::span<const std::byte> bytes) {
  add_binary(detail::type::bytea, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void parameters::add(const uuid& id) {
  add_binary(detail::type::uuid, {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
}

void parameters::add(timestamp at) {
  // The server takes its smallest number for -infinity.
  if (at <= timestamp::min() + detail::server_epoch) {
    throw usage_error("the parameter " + name_of_next(*this) +
                      " is a timestamp before those of PostgreSQL, which begin in 4713 BC: pass "
                      "an optional without a value, or '-infinity' as text");
  }
  const auto since = at.time_since_epoch() - detail::server_epoch;
  add_big_endian(detail::type::timestamptz, static_cast<std::uint64_t>(since.count()));
}

}  // namespace messagebus::postgresql
