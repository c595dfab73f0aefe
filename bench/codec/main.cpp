// What JSON costs: a payload of 122 bytes, as the reading club writes it, against an encoder
// written for this one struct and against simdjson on demand.

#include <messagebus/codec/json.hpp>

#include <simdjson.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "by_hand.hpp"
#include "harness/harness.hpp"

namespace {

using namespace messagebus;
using bench::registered_book;

constexpr std::string_view payload =
    R"({"id":"018f6f0e-7b1a-7000-8000-0123456789ab","isbn":"978-1492052203",)"
    R"("title":"Domain Driven Design","author":"Eric Evans"})";
static_assert(payload.size() == 122);

void decode_with_simdjson(simdjson::ondemand::parser& parser, const simdjson::padded_string& text,
                          registered_book& book) {
  auto document = parser.iterate(text);
  auto object = document.get_object();
  const auto read = [&](std::string_view name, std::string& into) {
    std::string_view found;
    if (object[name].get_string().get(found) != simdjson::SUCCESS) {
      throw std::runtime_error("simdjson finds no string");
    }
    into.assign(found);
  };
  read("id", book.id);
  read("isbn", book.isbn);
  read("title", book.title);
  read("author", book.author);
}

void check(bool is_right, const char* what) {
  if (!is_right) throw std::runtime_error(what);
}

void measure_encode(bench::session& session) {
  const auto book = codec::decode<registered_book>(payload);
  check(codec::encode(book) == payload, "the codec writes something else");
  std::string text;
  bench::encode_by_hand(book, text);
  check(text == payload, "the encoder by hand writes something else");
  session.compare(
      {.name = "encode 122 B", .operations = 2'000'000},
      [&](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) {
          text.clear();
          codec::encode(book, text);
          bench::keep_memory();
        }
      },
      [&](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) {
          text.clear();
          bench::encode_by_hand(book, text);
          bench::keep_memory();
        }
      });
}

void measure_decode(bench::session& session) {
  // simdjson reads beyond the end: its text has room there already, which a real one seldom has.
  const simdjson::padded_string padded(payload);
  simdjson::ondemand::parser parser;
  registered_book book;
  decode_with_simdjson(parser, padded, book);
  check(codec::encode(book) == payload, "simdjson reads something else");
  // A new book each time, as a handler or a reader of the log gets it.
  session.compare(
      {.name = "decode 122 B", .operations = 500'000},
      [](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) {
          bench::keep(payload);
          registered_book read;
          codec::decode_into(payload, read);
          bench::keep(read.author.front());
        }
      },
      [&](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) {
          bench::keep(padded);
          registered_book read;
          decode_with_simdjson(parser, padded, read);
          bench::keep(read.author.front());
        }
      });
}

}  // namespace

int main(int argc, char** argv) {
  bench::session session{"codec", argc, argv};
  const bench::idle_thread second_thread;
  measure_encode(session);
  measure_decode(session);
}
