// What the PostgreSQL adapter costs beside libpq in the hands of somebody who knows it well, on the
// same tables and the same server.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <messagebus/bus.hpp>
#include <messagebus/postgresql/unit_of_work.hpp>
#include <string>
#include <thread>
#include <vector>

#include "by_hand.hpp"
#include "harness/harness.hpp"

namespace {

using messagebus::sync_wait;
using messagebus::bench::by_hand;
using messagebus::bench::unit;

struct register_book {
  static constexpr auto schema = messagebus::command("register_book", 1);
  messagebus::uuid id;
  std::string isbn, title, author;
};
BOOST_DESCRIBE_STRUCT(register_book, (), (id, isbn, title, author))

struct book_registered {
  static constexpr auto schema = messagebus::event("book_registered", 1, messagebus::published);
  messagebus::uuid id;
  std::string isbn, title, author;
};
BOOST_DESCRIBE_STRUCT(book_registered, (), (id, isbn, title, author))

struct book {
  messagebus::uuid id;
  messagebus::raised_messages messages = {};
};

class books : public messagebus::repository<book> {
 public:
  explicit books(messagebus::postgresql::session& session) : session_(session) {}

  void add(const register_book& command) {
    session_.defer(
        "INSERT INTO bench.book VALUES($1,$2,$3,$4) ON CONFLICT(id) DO UPDATE SET "
        "isbn=excluded.isbn, title=excluded.title, author=excluded.author",
        command.id, command.isbn, command.title, command.author);
    see({command.id})
        .messages.add(book_registered{command.id, command.isbn, command.title, command.author});
  }

 private:
  messagebus::postgresql::session& session_;
};

struct library {
  books& shelf;
};

void on_register_book(const register_book& command, messagebus::transaction<library>& transaction) {
  transaction->shelf.add(command);
}

constexpr auto handlers = messagebus::handlers<&on_register_book>;

register_book next_book() {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return {messagebus::uuid7_source::instance().next(now), "978-1492052203", "Domain Driven Design",
          "Eric Evans"};
}

messagebus::recorded_message recorded_book() {
  messagebus::recorded_message message;
  message.name = "book_registered";
  message.published = true;
  message.payload = R"({"id":"018f6f0e-7b1a-7000-8000-0123456789ab","isbn":"978-1492052203",)"
                    R"("title":"Domain Driven Design","author":"Eric Evans"})";
  return message;
}

/// Runs `work(thread)` so many times in all, on so many threads.
template <class Work>
void share(std::size_t operations, std::size_t threads, const Work& work) {
  std::vector<std::jthread> running;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      for (std::size_t i = thread; i < operations; i += threads) work(thread);
    });
  }
}

/// The server, and both sides' connections to it.
class scene {
 public:
  static constexpr std::size_t connections_max = 16;

  explicit scene(std::string address)
      : address_(std::move(address)), database_(address_, {.schema = "bench"}) {
    database_.execute(
        "DROP TABLE IF EXISTS bench.book; CREATE TABLE bench.book(id uuid PRIMARY KEY, isbn text "
        "NOT NULL, title text NOT NULL, author text NOT NULL)");
    for (std::size_t i = 0; i < connections_max; ++i) {
      by_hand_.push_back(std::make_unique<by_hand>(address_, "bench"));
    }
  }

  void ours(std::size_t operations, std::size_t threads) {
    share(operations, threads, [&](std::size_t) { bus_.execute(unit_of_work_, next_book()); });
  }
  void limit(std::size_t operations, std::size_t threads) {
    share(operations, threads, [&](std::size_t thread) { by_hand_[thread]->unit_of_work(); });
  }

  void empty() { database_.execute("TRUNCATE bench.message, bench.book"); }
  void fill(std::size_t messages) { by_hand_[0]->copy(messages); }

  messagebus::postgresql::database& database() { return database_; }
  by_hand& hand() { return *by_hand_[0]; }

 private:
  std::string address_;
  messagebus::postgresql::database database_;
  messagebus::postgresql::unit_of_work<library, books> unit_of_work_{database_};
  messagebus::bus<library, handlers> bus_;
  std::vector<std::unique_ptr<by_hand>> by_hand_;
};

// Many short runs: the processors are shared with the server and with whoever else is there, and
// what disturbs one side is to meet the other as well.
void compare_units_of_work(messagebus::bench::session& session, scene& scene) {
  for (const std::size_t threads : {1U, 4U, 16U}) {
    scene.empty();
    session.compare(
        {.name = "unit of work, " + std::to_string(threads) + " connections",
         .unit = unit::per_second,
         .operations = 1000,
         .runs = 25},
        [&](std::size_t operations) { scene.ours(operations, threads); },
        [&](std::size_t operations) { scene.limit(operations, threads); });
  }
}

/// Writers with a reader that follows, beside the same writers alone.
void compare_followed(messagebus::bench::session& session, scene& scene) {
  constexpr std::size_t threads = 4;
  scene.empty();
  session.compare(
      {.name = "unit of work, 4 connections, followed",
       .unit = unit::per_second,
       .operations = 1000,
       .runs = 25},
      [&](std::size_t operations) {
        std::jthread follower([&](const std::stop_token& stop) {
          auto log = scene.database().open_log();
          const auto last = sync_wait(log->last_position());
          log->follow(
              {.after = last}, [](auto, auto) {}, stop);
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const auto start = std::chrono::steady_clock::now();
        scene.ours(operations, threads);
        return std::chrono::steady_clock::now() - start;
      },
      [&](std::size_t operations) { scene.ours(operations, threads); });
}

/// How long after the begin of its commit a message is in a follower's hands, on an idle system: 99
/// of 100 are there within what it returns, in milliseconds.
double wait_of_follower(scene& scene, std::size_t messages) {
  std::atomic<std::size_t> handed = 0;
  auto log = scene.database().open_log();
  const auto last = sync_wait(log->last_position());
  std::jthread follower([&](const std::stop_token& stop) {
    log->follow(
        {.after = last},
        [&](auto page, auto) {
          handed += page.size();
          handed.notify_one();
        },
        stop);
  });
  std::vector<double> waits;
  messagebus::recorded_message message = recorded_book();
  for (std::size_t i = 0; i < messages; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + i % 7));
    messagebus::postgresql::session writing(scene.database());
    message.message_id = next_book().id;
    message.correlation_id = message.message_id;
    writing.store().add(message);
    const auto start = std::chrono::steady_clock::now();
    sync_wait(writing.commit());
    for (std::size_t seen = handed; seen <= i; seen = handed) handed.wait(seen);
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    waits.push_back(taken.count());
  }
  const auto percentile = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() * 99 / 100);
  std::ranges::nth_element(waits, percentile);
  return *percentile;
}

void measure_wait_of_follower(messagebus::bench::session& session, scene& scene) {
  const std::string name = "99 of 100 waits of a follower, from before the commit";
  if (!session.wants(name)) return;
  scene.empty();
  session.compare(
      {.name = name, .unit = unit::milliseconds, .runs = 5},
      [&] { return wait_of_follower(scene, session.is_quick() ? 10 : 300); }, 5.0);
}

void compare_reading(messagebus::bench::session& session, scene& scene) {
  if (!session.wants("read the log")) return;
  constexpr std::size_t messages = 200'000;
  constexpr std::size_t page = 1000;
  scene.empty();
  scene.fill(messages);
  scene.database().execute("ANALYZE bench.message");
  const auto per_second = [](std::size_t rows, auto start) {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    return static_cast<double>(rows) / taken.count();
  };
  session.compare(
      {.name = "read the log", .unit = unit::per_second},
      [&] {
        const auto start = std::chrono::steady_clock::now();
        std::size_t rows = 0;
        auto log = scene.database().open_log();
        for (const auto& message : log->read({}, page)) {
          messagebus::bench::keep(message.payload.size());
          ++rows;
        }
        return per_second(rows, start);
      },
      [&] {
        const auto start = std::chrono::steady_clock::now();
        return per_second(scene.hand().read(page), start);
      });
}

void compare_bulk(messagebus::bench::session& session, scene& scene) {
  scene.empty();
  messagebus::recorded_message message = recorded_book();
  session.compare(
      {.name = "bulk append", .unit = unit::per_second, .operations = 20'000},
      [&](std::size_t operations) {
        messagebus::postgresql::session writing(scene.database());
        for (std::size_t i = 0; i < operations; ++i) {
          message.message_id = next_book().id;
          message.correlation_id = message.message_id;
          writing.store().add(message);
        }
        sync_wait(writing.commit());
      },
      [&](std::size_t operations) { scene.fill(operations); });
}

/// A log of its own beside the same table of books.
class grown_log {
 public:
  grown_log(const std::string& address, const std::string& schema, std::size_t messages)
      : database_(address, {.schema = schema}) {
    constexpr std::size_t at_once = 100'000;
    database_.execute("TRUNCATE " + schema + ".message");
    by_hand filling(address, schema);
    for (std::size_t filled = 0; filled < messages; filled += at_once) {
      filling.copy(std::min(at_once, messages - filled));
    }
    database_.execute("ANALYZE " + schema + ".message");
    // What filling has left to the server would be paid by whoever is measured next.
    database_.execute("CHECKPOINT");
  }

  void write(std::size_t operations) {
    for (std::size_t i = 0; i < operations; ++i) bus_.execute(unit_of_work_, next_book());
  }

  /// Each time the newest 100 messages.
  void read_at_the_end(std::size_t operations) {
    auto log = database_.open_log();
    const auto last = sync_wait(log->last_position());
    for (std::size_t i = 0; i < operations; ++i) {
      for (const auto& message : log->read({.after = {last.value - 100}})) {
        messagebus::bench::keep(message.payload.size());
      }
    }
  }

 private:
  messagebus::postgresql::database database_;
  messagebus::postgresql::unit_of_work<library, books> unit_of_work_{database_};
  messagebus::bus<library, handlers> bus_;
};

void compare_growth(messagebus::bench::session& session, const std::string& address) {
  const std::string name = "growth: 10M messages in the log, beside 100k";
  const std::string write = name + ", write";
  const std::string read = name + ", read at the end";
  if (!session.wants(write) && !session.wants(read)) return;
  grown_log large(address, "bench_large", session.is_quick() ? 10'000 : 10'000'000);
  grown_log small(address, "bench_small", session.is_quick() ? 1'000 : 100'000);
  session.compare(
      {.name = write, .unit = unit::per_second, .operations = 1000, .runs = 25},
      [&](std::size_t operations) { large.write(operations); },
      [&](std::size_t operations) { small.write(operations); });
  session.compare(
      {.name = read, .unit = unit::per_second, .operations = 500},
      [&](std::size_t operations) { large.read_at_the_end(operations); },
      [&](std::size_t operations) { small.read_at_the_end(operations); });
}

// Client and server on one processor: else it is measured how fast the other one wakes, which
// differs by half from run to run.
void compare_round_trip(messagebus::bench::session& session, scene& scene) {
  session.compare(
      {.name = "round trip, blocking through the one source",
       .unit = unit::microseconds,
       .operations = 1000,
       .runs = 25},
      [&](std::size_t operations) {
        messagebus::postgresql::session asking(scene.database());
        const auto server = sync_wait(asking.query("SELECT pg_backend_pid()")).front().get<int>(0);
        const messagebus::bench::pinned_to_one_processor pinned({server});
        for (std::size_t i = 0; i < operations; ++i) {
          messagebus::bench::keep(sync_wait(asking.query("SELECT 1")).size());
        }
      },
      [&](std::size_t operations) {
        scene.hand().begin();
        const messagebus::bench::pinned_to_one_processor pinned({scene.hand().server_process()});
        for (std::size_t i = 0; i < operations; ++i) {
          messagebus::bench::keep(PQntuples(scene.hand().query("SELECT 1").get()));
        }
        scene.hand().roll_back();
      });
}

}  // namespace

int main(int argc, char** argv) {
  messagebus::bench::session session{"postgresql", argc, argv};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread yet
  const char* const address = std::getenv("MESSAGEBUS_TEST_POSTGRESQL");
  if (address == nullptr) {
    std::fputs("postgresql: MESSAGEBUS_TEST_POSTGRESQL is not set; ./dev bench sets it\n", stderr);
    return 1;
  }
  scene scene(address);
  compare_units_of_work(session, scene);
  compare_followed(session, scene);
  measure_wait_of_follower(session, scene);
  compare_reading(session, scene);
  compare_bulk(session, scene);
  compare_round_trip(session, scene);
  compare_growth(session, address);
}
