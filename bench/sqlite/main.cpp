// What the log costs on SQLite, beside the same written by hand on its own interface.

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <temporary_folder.hpp>
#include <thread>
#include <vector>

#include "by_hand.hpp"
#include "harness/harness.hpp"
#include "shelf.hpp"

namespace {

using namespace messagebus;
using bench::by_hand;
using bench::with_library;
using tests::temporary_folder;

std::filesystem::path disk() {
  return std::filesystem::temp_directory_path();
}
constexpr const char* memory_disk = "/dev/shm";

struct setting {
  const char* name;
  std::filesystem::path below;
  sqlite::durability durability;
  const char* synchronous;
  std::size_t operations;
  int runs;
};

void measure_units_of_work(bench::session& session, const setting& setting) {
  const std::string name = std::string("unit of work, ") + setting.name;
  if (!session.wants(name)) return;
  const temporary_folder ours(setting.below);
  const temporary_folder limit(setting.below);
  with_library library(ours / "club.db", {.durability = setting.durability});
  by_hand hand(limit / "club.db", setting.synchronous);
  session.compare(
      {.name = name,
       .unit = bench::unit::per_second,
       .operations = setting.operations,
       .runs = setting.runs},
      [&](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) library.run_unit_of_work();
      },
      [&](std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) hand.run_unit_of_work();
      });
}

/// Lets many callers run units of work, and takes the longest wait of one.
class callers {
 public:
  explicit callers(std::size_t count) : count_(count) {}

  void run(with_library& library, std::size_t operations) {
    std::atomic<std::size_t> left{operations};
    std::vector<std::chrono::nanoseconds> longest(count_);
    std::vector<std::thread> threads;
    for (std::size_t caller = 0; caller < count_; ++caller) {
      threads.emplace_back([&, caller] {
        while (left.fetch_sub(1, std::memory_order_relaxed) - 1 < operations) {
          const auto start = std::chrono::steady_clock::now();
          library.run_unit_of_work();
          longest[caller] = std::max<std::chrono::nanoseconds>(
              longest[caller], std::chrono::steady_clock::now() - start);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    worst_wait_ = std::max(worst_wait_, *std::max_element(longest.begin(), longest.end()));
  }

  double worst_wait_in_milliseconds() const {
    return std::chrono::duration<double, std::milli>(worst_wait_).count();
  }
  void forget_worst_wait() { worst_wait_ = {}; }

 private:
  std::size_t count_;
  std::chrono::nanoseconds worst_wait_{};
};

void measure_callers(bench::session& session, std::size_t count, std::size_t operations) {
  const std::string name = std::to_string(count) + " callers at once, full";
  const std::string wait = "worst wait of " + name;
  if (!session.wants(name)) return;
  const temporary_folder ours(disk());
  const temporary_folder alone(disk());
  with_library library(ours / "club.db", {});
  by_hand one_by_one(alone / "club.db", "FULL");
  callers many(count);
  session.compare(
      {.name = name + ", beside one by hand",
       .unit = bench::unit::per_second,
       .operations = operations},
      [&](std::size_t all) { many.run(library, all); },
      [&](std::size_t all) -> std::chrono::duration<double> {
        const std::size_t fewer = std::max<std::size_t>(1, all / count);
        const auto start = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < fewer; ++i) one_by_one.run_unit_of_work();
        return (std::chrono::steady_clock::now() - start) *
               (static_cast<double>(all) / static_cast<double>(fewer));
      });
  session.compare(
      {.name = wait, .unit = bench::unit::milliseconds},
      [&] {
        many.forget_worst_wait();
        many.run(library, session.is_quick() ? count : operations);
        return many.worst_wait_in_milliseconds();
      },
      10.0);
}

void measure_append(bench::session& session) {
  const std::string name = "append, 1000 messages a transaction";
  if (!session.wants(name)) return;
  const temporary_folder ours(disk());
  const temporary_folder limit(disk());
  with_library library(ours / "club.db", {.durability = sqlite::durability::normal});
  by_hand hand(limit / "club.db", "NORMAL");
  recorded_message message;
  message.name = "bookstore.BookCreated";
  message.payload = codec::encode(bench::sample_command());
  session.compare(
      {.name = name, .unit = bench::unit::per_second, .operations = 50'000},
      [&](std::size_t operations) {
        for (std::size_t done = 0; done < operations; done += 1000) {
          library.unit_of_work.transact([&](transaction<bench::shelf>& transaction) {
            message_store& store = transaction.store();
            for (int i = 0; i < 1000; ++i) {
              message.created_at = system_clock::instance().now();
              message.message_id = uuid7_source::instance().next(message.created_at);
              message.correlation_id = message.message_id;
              store.add(message);
            }
            transaction.commit();
          });
        }
      },
      [&](std::size_t operations) {
        for (std::size_t done = 0; done < operations; done += 1000) hand.append(1000);
      });
}

void measure_reading(bench::session& session) {
  const std::string name = "reading the log into messages";
  if (!session.wants(name)) return;
  const std::size_t units_of_work = session.is_quick() ? 1'000 : 100'000;
  const temporary_folder ours(memory_disk);
  const temporary_folder limit(memory_disk);
  with_library library(ours / "club.db", {.durability = sqlite::durability::off});
  by_hand hand(limit / "club.db", "OFF");
  for (std::size_t i = 0; i < units_of_work; ++i) {
    library.run_unit_of_work();
    hand.append(2);
  }
  session.compare(
      {.name = name, .unit = bench::unit::per_second, .operations = 2 * units_of_work},
      [&](std::size_t) {
        auto log = library.database.log();
        bench::register_book command;  // used again for all, as by hand
        bench::book_registered event;
        for (const recorded_message& message : log.read({})) {
          if (message.is<bench::register_book>()) {
            message.decode_into(command);
            bench::keep(command.id);
          } else {
            message.decode_into(event);
            bench::keep(event.id);
          }
        }
      },
      [&](std::size_t) { bench::keep(hand.read_all()); });
}

// In parts, as what a transaction changes stays in memory until it ends.
void fill(sqlite::database& database, std::int64_t messages) {
  constexpr std::int64_t part = 100'000;
  for (std::int64_t first = 1; first <= messages; first += part) {
    database.write([&](sqlite::session& session) {
      session.execute(
          "WITH RECURSIVE number(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM number WHERE n < ?2) "
          "INSERT INTO messagebus_message(message_id, created_at, kind, name, schema_version, "
          "published, correlation_id, payload) SELECT id, n, 1, 'register_book', 1, 0, id, "
          "'{\"id\":\"018f6f0e-7b1a-7000-8000-0123456789ab\",\"isbn\":\"978-1492052203\",\"title\":"
          "\"Domain Driven Design\",\"author\":\"Eric Evans\"}' FROM (SELECT n, "
          "CAST(printf('%016d', n) AS BLOB) AS id FROM number)",
          first, std::min(first + part - 1, messages));
    });
  }
}

void measure_growth(bench::session& session) {
  const std::string name = "growth: 10M messages in the log, beside 100k";
  if (!session.wants(name)) return;
  const temporary_folder large(disk());
  const temporary_folder small(disk());
  constexpr sqlite::database_options options{.durability = sqlite::durability::normal};
  with_library in_large(large / "club.db", options);
  with_library in_small(small / "club.db", options);
  fill(in_large.database, session.is_quick() ? 10'000 : 10'000'000);
  fill(in_small.database, session.is_quick() ? 1'000 : 100'000);
  const auto run = [](with_library& library) {
    return [&library](std::size_t operations) {
      for (std::size_t i = 0; i < operations; ++i) library.run_unit_of_work();
    };
  };
  session.compare({.name = name, .unit = bench::unit::per_second, .operations = 20'000},
                  run(in_large), run(in_small));
}

}  // namespace

int main(int argc, char** argv) {
  bench::session session{"sqlite", argc, argv};
  const bench::idle_thread second_thread;
  using sqlite::durability;
  // Short runs in many turns: what a disk takes drifts from one second to the next.
  measure_units_of_work(session, {"full", disk(), durability::full, "FULL", 200, 75});
  measure_units_of_work(session, {"normal", disk(), durability::normal, "NORMAL", 5'000, 25});
  measure_units_of_work(session, {"memory disk", memory_disk, durability::full, "FULL", 5'000, 25});
  measure_callers(session, 8, 8'000);
  measure_callers(session, 64, 40'000);
  measure_append(session);
  measure_reading(session);
  measure_growth(session);
}
