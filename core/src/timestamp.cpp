#include <messagebus/domain/error.hpp>
#include <messagebus/domain/timestamp.hpp>

namespace messagebus {
namespace {

namespace chrono = std::chrono;

constexpr timestamp first_instant = chrono::sys_days{chrono::year{1} / 1 / 1};
constexpr timestamp end_of_calendar = chrono::sys_days{chrono::year{10000} / 1 / 1};

bool is_in_calendar(timestamp instant) noexcept {
  return instant >= first_instant && instant < end_of_calendar;
}

char* write_number(char* text, unsigned value, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i) {
    text[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return text + digits;
}

// Takes fixed pieces off the front of a text, and remembers when one was missing.
class pieces {
 public:
  explicit pieces(std::string_view text) noexcept : rest_(text) {}

  int number(std::size_t digits) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    return value;
  }

  void expect(char character) noexcept {
    if (!take(character)) failed_ = true;
  }

  bool take(char character) noexcept {
    if (rest_.empty() || rest_.front() != character) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool next_is_digit() const noexcept {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }

  bool is_complete() const noexcept { return !failed_ && rest_.empty(); }

 private:
  int digit() noexcept {
    if (!next_is_digit()) {
      failed_ = true;
      return 0;
    }
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool failed_ = false;
};

// 1 to 9 digits after the point, as microseconds.
int read_fraction(pieces& text) noexcept {
  int micros = text.number(1) * 100'000;
  int place = 10'000;
  for (int digits = 1; digits < 9 && text.next_is_digit(); ++digits) {
    micros += text.number(1) * place;
    place /= 10;
  }
  return micros;
}

struct offset {
  int minutes = 0;
  bool is_valid = true;
};

offset read_offset(pieces& text) noexcept {
  if (text.take('Z')) return {};
  const bool behind = text.take('-');
  if (!behind) text.expect('+');
  const int hours = text.number(2);
  text.expect(':');
  const int minutes = text.number(2);
  const int all = hours * 60 + minutes;
  return {behind ? -all : all, hours <= 23 && minutes <= 59};
}

}  // namespace

char* format_timestamp(timestamp instant, char* text) noexcept {
  if (!is_in_calendar(instant)) return nullptr;
  const auto day = chrono::floor<chrono::days>(instant);
  const chrono::year_month_day date{day};
  const auto since_midnight = (instant - day).count();
  const auto second = static_cast<unsigned>(since_midnight / 1'000'000);
  const auto micros = static_cast<unsigned>(since_midnight % 1'000'000);

  text = write_number(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  *text++ = '-';
  text = write_number(text, static_cast<unsigned>(date.month()), 2);
  *text++ = '-';
  text = write_number(text, static_cast<unsigned>(date.day()), 2);
  *text++ = 'T';
  text = write_number(text, second / 3600, 2);
  *text++ = ':';
  text = write_number(text, second / 60 % 60, 2);
  *text++ = ':';
  text = write_number(text, second % 60, 2);
  if (micros != 0) {
    *text++ = '.';
    text = write_number(text, micros, 6);
  }
  for (const char character : {'+', '0', '0', ':', '0', '0'}) *text++ = character;
  return text;
}

std::string format_timestamp(timestamp instant) {
  char text[timestamp_text_bytes_max];
  const char* end = format_timestamp(instant, text);
  if (end == nullptr) {
    throw encode_error("a timestamp outside the years 1 to 9999 has no ISO 8601 text: " +
                       std::to_string(instant.time_since_epoch().count()) +
                       " microseconds since 1970");
  }
  return std::string(text, static_cast<std::size_t>(end - text));
}

std::optional<timestamp> parse_timestamp(std::string_view text) noexcept {
  pieces rest(text);
  const int year = rest.number(4);
  rest.expect('-');
  const int month = rest.number(2);
  rest.expect('-');
  const int day = rest.number(2);
  rest.expect('T');
  const int hour = rest.number(2);
  rest.expect(':');
  const int minute = rest.number(2);
  rest.expect(':');
  const int second = rest.number(2);
  const int micros = rest.take('.') ? read_fraction(rest) : 0;
  const auto zone = read_offset(rest);
  if (!rest.is_complete() || !zone.is_valid) return std::nullopt;

  const chrono::year_month_day date{chrono::year{year}, chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (year < 1 || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const timestamp instant = chrono::sys_days{date} + chrono::hours{hour} +
                            chrono::minutes{minute - zone.minutes} + chrono::seconds{second} +
                            chrono::microseconds{micros};
  if (!is_in_calendar(instant)) return std::nullopt;
  return instant;
}

}  // namespace messagebus
