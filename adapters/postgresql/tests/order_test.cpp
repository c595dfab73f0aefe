// Whether a reader that goes on from the last position it saw misses a message (E5): ours, and
// three that others use. Each of those has to fail here, or the test would prove nothing.

#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "storm.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

using ids = std::vector<std::string>;

/// What a reader has read when the writers are done, the stranger's transaction is still open, and
/// the reader had time to catch up.
struct reading {
  std::size_t missed = 0;
  std::size_t repeated = 0;
  std::size_t read = 0;
  std::size_t committed = 0;
  std::size_t read_in_the_end = 0;  // after the stranger has gone as well
};

class postgresql_order : public ::testing::Test {
 protected:
  static constexpr auto catch_up_max = 1500ms;

  /// `next` gives what the reader sees anew, an empty batch when there is nothing.
  template <class Next>
  reading read_through(const Next& next) {
    ids read;
    const auto drain = [&](clock_type::time_point until) {
      std::size_t wanted = storm_.committed().size();
      while (read.size() < wanted && clock_type::now() < until) append(read, next());
      append(read, next());
    };
    storm_.begin();
    while (!storm_.is_over()) append(read, next());
    drain(clock_type::now() + catch_up_max);
    reading result = judge(read);
    storm_.let_the_stranger_go();
    drain(clock_type::now() + catch_up_max);
    result.read_in_the_end = read.size();
    return result;
  }

  storm storm_;

 private:
  static void append(ids& read, const ids& batch) {
    read.insert(read.end(), batch.begin(), batch.end());
  }

  reading judge(const ids& read) const {
    const auto committed = storm_.committed();
    const std::set<std::string> seen(read.begin(), read.end());
    reading result;
    result.read = read.size();
    result.committed = committed.size();
    result.repeated = read.size() - seen.size();
    for (const std::string& id : committed) result.missed += seen.contains(id) ? 0U : 1U;
    return result;
  }
};

/// A reader by SQL of the test's own.
class naive_reader {
 public:
  explicit naive_reader(const storm& storm)
      : table_(storm.schema().table("message")), connection_(storm.schema().address()) {}

  struct found {
    std::int64_t position;
    std::string id;
  };
  std::vector<found> read(const std::string& condition) {
    const auto result =
        connection_.query("SELECT position, message_id FROM " + table_ + " WHERE position > " +
                          std::to_string(last) + condition + " ORDER BY position");
    std::vector<found> rows;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      rows.push_back(
          {std::stoll(PQgetvalue(result.get(), row, 0)), PQgetvalue(result.get(), row, 1)});
    }
    return rows;
  }

  std::int64_t last = 0;

 private:
  std::string table_;
  server_connection connection_;
};

TEST_F(postgresql_order, E5_a_reader_of_few_rights_that_connects_again_and_again_misses_nothing) {
  auto options = storm_.schema().options();
  options.read_only = true;
  const database opened(storm_.reader_address(), options);
  std::optional<log> log(opened.log());
  log_page page;
  log_query query;
  std::int64_t pages = 0;
  std::int64_t refused = 0;
  server_connection owner(storm_.schema().address());
  std::jthread caching([&] {
    std::this_thread::sleep_for(500ms);
    storm_.cache_for_a_while();
  });
  const auto result = read_through([&] {
    ids batch;
    if (++pages % 40 == 0) log.emplace(opened.log());
    if (pages % 100 == 0) {
      owner.run("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '" +
                storm_.schema().name() + "'");
    }
    try {
      sync_wait(log->read_page(query, page));
    } catch (const error& failed) {
      // The sequence caches for a while, and a reader that went on would miss something.
      EXPECT_EQ(failed.code(), errc::storage_corrupt) << failed.what();
      ++refused;
      return batch;
    }
    query.after = page.read_to();
    for (const auto& message : page.messages()) batch.push_back(message.message_id.to_string());
    return batch;
  });
  EXPECT_GT(result.committed, 1500U);
  EXPECT_EQ(result.missed, 0U);
  EXPECT_EQ(result.repeated, 0U);
  EXPECT_EQ(result.read, result.committed);
  EXPECT_GT(refused, 0) << "the sequence did cache";
}

TEST_F(postgresql_order, the_sequence_alone_misses_what_commits_late) {
  naive_reader reader(storm_);
  const auto result = read_through([&] {
    ids batch;
    for (const auto& row : reader.read("")) {
      batch.push_back(row.id);
      reader.last = row.position;
    }
    return batch;
  });
  EXPECT_GT(result.missed, 0U) << "the test would not notice a reader that misses";
  RecordProperty("missed", static_cast<int>(result.missed));
}

TEST_F(postgresql_order, a_filter_on_the_oldest_transaction_stalls_behind_a_stranger) {
  naive_reader reader(storm_);
  const auto result = read_through([&] {
    ids batch;
    for (const auto& row : reader.read(
             " AND xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) {
      batch.push_back(row.id);
      reader.last = row.position;
    }
    return batch;
  });
  EXPECT_GT(result.committed, 1500U);
  EXPECT_LT(result.read, result.committed / 10) << "the test would not notice a reader that stalls";
  EXPECT_GT(result.read_in_the_end, result.committed / 2);
}

TEST_F(postgresql_order, a_timer_for_gaps_misses_what_takes_longer) {
  naive_reader reader(storm_);
  std::optional<clock_type::time_point> gap_since;
  const auto result = read_through([&] {
    ids batch;
    for (const auto& row : reader.read("")) {
      if (row.position > reader.last + 1) {
        if (!gap_since) gap_since = clock_type::now();
        if (clock_type::now() - *gap_since < 1ms) return batch;
      }
      gap_since.reset();
      batch.push_back(row.id);
      reader.last = row.position;
    }
    return batch;
  });
  EXPECT_GT(result.missed, 0U) << "the test would not notice a reader that guesses";
}

}  // namespace
}  // namespace messagebus::postgresql
