#include <messagebus/domain/clock.hpp>
#include <messagebus/domain/id_source.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <set>
#include <thread>
#include <vector>

namespace {

using messagebus::timestamp;
using messagebus::uuid;
using messagebus::uuid7_source;
using namespace std::chrono_literals;

timestamp now() {
  return messagebus::system_clock::instance().now();
}

std::int64_t milliseconds_of(const uuid& id) {
  std::int64_t milliseconds = 0;
  for (int i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id.bytes[static_cast<unsigned>(i)];
  return milliseconds;
}

TEST(id_source, M2_makes_uuids_of_version_7_and_the_variant_of_the_rfc) {
  for (int i = 0; i < 1000; ++i) {
    const uuid id = uuid7_source::instance().next(now());
    EXPECT_EQ(id.bytes[6] >> 4, 7) << id.to_string();
    EXPECT_EQ(id.bytes[8] >> 6, 2) << id.to_string();
  }
}

TEST(id_source, M2_an_application_gets_ids_of_the_same_source) {
  const uuid before = uuid7_source::instance().next(now());
  const uuid made = messagebus::new_uuid();
  EXPECT_GT(made, before);
  EXPECT_GT(uuid7_source::instance().next(now()), made);
}

TEST(id_source, M2_an_id_begins_with_the_milliseconds_since_1970) {
  // Ahead of the last one, so that this is no id that only counts on from it.
  const auto milliseconds = milliseconds_of(uuid7_source::instance().next(now())) + 5;
  const timestamp then(std::chrono::milliseconds(milliseconds) + 123us);
  EXPECT_EQ(milliseconds_of(uuid7_source::instance().next(then)), milliseconds);
}

TEST(id_source, M2_ids_go_up_when_the_clock_stands_still_or_goes_back) {
  auto& source = uuid7_source::instance();
  timestamp clock = now() + 2h;
  uuid last = source.next(clock);
  for (int i = 0; i < 10'000; ++i) {
    if (i == 5'000) clock -= 24h;
    const uuid next = source.next(clock);
    ASSERT_LT(last, next);
    last = next;
  }
  EXPECT_LT(last, source.next(timestamp(-1us)));
}

std::uint64_t end_of(const uuid& id) {
  std::uint64_t end = 0;
  for (unsigned i = 8; i < 16; ++i) end = end << 8 | id.bytes[i];
  return end << 2 >> 2;
}

TEST(id_source, M2_the_ends_of_ids_of_one_millisecond_are_random_and_of_the_next_anew) {
  auto& source = uuid7_source::instance();
  std::set<std::uint64_t> steps;
  int anew_count = 0;
  uuid last = source.next(now() + 26h);
  constexpr int ids_count = 20'000;
  for (int i = 0; i < ids_count; ++i) {
    const uuid next = source.next(timestamp(0us));
    const std::uint64_t step = (end_of(next) - end_of(last)) << 2 >> 2;
    EXPECT_NE(step, 0U);
    steps.insert(step);
    if (step > std::uint64_t{1} << 32) {
      ++anew_count;
    } else {
      EXPECT_EQ(milliseconds_of(next), milliseconds_of(last));
    }
    last = next;
  }
  // Ids that only count on fill four milliseconds; more are anew where random bytes were fetched.
  EXPECT_GE(anew_count, ids_count / 4096);
  // Of that many numbers of 32 bits hardly one comes twice.
  EXPECT_GT(steps.size(), static_cast<std::size_t>(ids_count - 10));
}

TEST(id_source, M2_ids_of_many_threads_are_distinct_and_go_up_for_each) {
  constexpr std::size_t threads_count = 8;
  constexpr std::size_t ids_each = 20'000;
  std::vector<std::vector<uuid>> made(threads_count);
  std::barrier start(threads_count);
  {
    std::vector<std::jthread> threads;
    for (auto& ids : made) {
      threads.emplace_back([&ids, &start] {
        ids.reserve(ids_each);
        start.arrive_and_wait();
        for (std::size_t i = 0; i < ids_each; ++i) {
          ids.push_back(uuid7_source::instance().next(now()));
        }
      });
    }
  }
  std::vector<uuid> all;
  for (const auto& ids : made) {
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    all.insert(all.end(), ids.begin(), ids.end());
  }
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  EXPECT_EQ(all.size(), threads_count * ids_each);
}

TEST(id_source, M2_an_id_made_after_that_of_another_thread_is_greater) {
  uuid last = uuid7_source::instance().next(now());
  for (int i = 0; i < 200; ++i) {
    uuid next;
    std::thread([&next] { next = uuid7_source::instance().next(now()); }).join();
    EXPECT_LT(last, next);
    last = next;
  }
}

// The id that a child makes, read through a pipe.
uuid id_of_child(timestamp clock) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const uuid id = uuid7_source::instance().next(clock);
    const auto written = write(ends[1], id.bytes.data(), id.bytes.size());
    _exit(written == static_cast<ssize_t>(id.bytes.size()) ? 0 : 1);
  }
  uuid id;
  EXPECT_EQ(read(ends[0], id.bytes.data(), id.bytes.size()), static_cast<ssize_t>(id.bytes.size()));
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  close(ends[0]);
  close(ends[1]);
  return id;
}

TEST(id_source, M2_children_make_other_ids_than_their_parent_and_one_another) {
  // One instant for all, and each continues from the same last id: chance alone tells them apart.
  const timestamp clock = now() + 3h;
  std::set<uuid> ids{uuid7_source::instance().next(clock)};
  for (int i = 0; i < 5; ++i) ids.insert(id_of_child(clock));
  ids.insert(uuid7_source::instance().next(clock));
  EXPECT_EQ(ids.size(), 7U);
}

}  // namespace
