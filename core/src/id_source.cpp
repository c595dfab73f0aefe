#include <messagebus/domain/id_source.hpp>

#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <messagebus/domain/clock.hpp>
#include <system_error>

namespace messagebus {
namespace {

// A child has a copy of every buffer of its parent; a new generation makes it fetch its own bytes.
std::atomic<unsigned> process_generation{1};

void watch_forks() {
  static const bool watched = [] {
    const int failure = pthread_atfork(
        nullptr, nullptr, [] { process_generation.fetch_add(1, std::memory_order_relaxed); });
    if (failure != 0) throw std::system_error(failure, std::generic_category(), "pthread_atfork");
    return true;
  }();
  static_cast<void>(watched);
}

// The random ends of the ids of one thread. The operating system's bytes are dear, so only the
// first id of a millisecond takes all its bits from them; the next ones count on from it by 32
// random bits each (method 2 of section 6.2 of the RFC). One system call serves about a thousand
// ids. Trivially destructible, so that ids can be made while a thread ends.
struct random_ends {
  static constexpr std::size_t bytes_max = 4096;
  static constexpr std::uint64_t no_milliseconds = ~0ULL;

  alignas(8) unsigned char bytes[bytes_max];
  std::size_t used;
  unsigned generation;         // 0: never filled
  std::uint64_t milliseconds;  // of the last end
  std::uint64_t last;

  std::uint64_t next(std::uint64_t milliseconds_now) {
    if (used + sizeof(std::uint64_t) > bytes_max ||
        generation != process_generation.load(std::memory_order_relaxed)) [[unlikely]] {
      fill();
    }
    if (milliseconds != milliseconds_now) {
      last = take<std::uint64_t>();
      milliseconds = milliseconds_now;
    } else {
      last += take<std::uint32_t>() + 1ULL;
    }
    return last;
  }

  template <class Bits>
  Bits take() noexcept {
    Bits bits;
    std::memcpy(&bits, bytes + used, sizeof bits);
    used += sizeof bits;
    return bits;
  }

  void fill() {
    watch_forks();
    const auto current = process_generation.load(std::memory_order_relaxed);
    generation = 0;
    std::size_t filled = 0;
    while (filled < bytes_max) {
      const auto got = getrandom(bytes + filled, bytes_max - filled, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        throw std::system_error(errno, std::generic_category(), "no random bytes for message ids");
      }
      filled += static_cast<std::size_t>(got);
    }
    used = 0;
    // A child must not count on from the end that its parent counts on from.
    milliseconds = no_milliseconds;
    generation = current;
  }
};

constinit thread_local random_ends ends_of_this_thread{};

constexpr std::uint64_t milliseconds_max = (1ULL << 48) - 1;
constexpr std::uint64_t order_max = (1ULL << 60) - 1;

// Milliseconds in 48 bits, then the rest of the millisecond in 12.
std::uint64_t order_at(timestamp now) noexcept {
  const auto micros = std::max<std::int64_t>(now.time_since_epoch().count(), 0);
  const auto since_epoch = static_cast<std::uint64_t>(micros);
  const auto milliseconds = std::min(since_epoch / 1000, milliseconds_max);
  return milliseconds << 12 | since_epoch % 1000 * 4096 / 1000;
}

std::atomic<std::uint64_t> last_order{0};

// Greater than every number that was given out before.
std::uint64_t next_order(timestamp now) noexcept {
  const auto wanted = order_at(now);
  auto last = last_order.load(std::memory_order_relaxed);
  std::uint64_t order;
  do {
    order = std::min(std::max(wanted, last + 1), order_max);
  } while (!last_order.compare_exchange_weak(last, order, std::memory_order_relaxed));
  return order;
}

void store_big_endian(std::uint8_t* bytes, std::uint64_t value) noexcept {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
}

}  // namespace

uuid7_source& uuid7_source::instance() noexcept {
  static uuid7_source the_source;
  return the_source;
}

uuid uuid7_source::next(timestamp now) {
  constexpr std::uint64_t version = 0x7000;
  constexpr std::uint64_t variant = 0x8000'0000'0000'0000;
  constexpr std::uint64_t end_max = (1ULL << 62) - 1;
  const auto order = next_order(now);
  const auto end = ends_of_this_thread.next(order >> 12);
  uuid id;
  store_big_endian(id.bytes.data(), order >> 12 << 16 | version | (order & 0xfff));
  store_big_endian(id.bytes.data() + 8, variant | (end & end_max));
  return id;
}

uuid new_uuid() {
  return uuid7_source::instance().next(system_clock::instance().now());
}

}  // namespace messagebus
