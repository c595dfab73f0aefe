#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <messagebus/domain/error.hpp>
#include <string>
#include <temporary_folder.hpp>
#include <text_file.hpp>
#include <vector>

#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

constexpr int messages_count = 40;
constexpr std::size_t page_bytes = 4096;

int byte_at(const std::string& file, std::size_t at) {
  return static_cast<unsigned char>(file.at(at));
}

/// Where the file keeps the position of a message in one byte: behind the length of its row, in the
/// leaf of the table that holds it.
std::size_t place_of_position(const std::string& file, int position) {
  constexpr int leaf_of_a_table = 0x0d;
  for (std::size_t page = page_bytes; page < file.size(); page += page_bytes) {
    if (byte_at(file, page) != leaf_of_a_table) continue;
    const int rows = byte_at(file, page + 3) * 256 + byte_at(file, page + 4);
    for (int row = 0; rows > 2 && row < rows; ++row) {
      const std::size_t pointer = page + 8 + 2 * static_cast<std::size_t>(row);
      std::size_t at = page + static_cast<std::size_t>(byte_at(file, pointer)) * 256 +
                       static_cast<std::size_t>(byte_at(file, pointer + 1));
      while (byte_at(file, at) >= 0x80) ++at;
      if (byte_at(file, ++at) == position) return at;
    }
  }
  ADD_FAILURE() << "no row has the position " << position;
  return 0;
}

class damaged_order : public ::testing::TestWithParam<log_order> {
 protected:
  void SetUp() override {
    database made(path_);
    session writing(made);
    for (int i = 0; i < messages_count; ++i) writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
  }

  /// In the file, the message gets another position.
  void overwrite(int position, int other) const {
    std::string bytes = tests::read_text(path_);
    bytes.at(place_of_position(bytes, position)) = static_cast<char>(other);
    tests::write_text(path_, bytes);
  }

  /// Changes the log by SQL that its triggers refuse.
  void change(const std::string& script) const {
    database opened(path_);
    opened.write([&](session& session) {
      std::string triggers;
      for (const row& row :
           session.query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")) {
        session.run_script("DROP TRIGGER " + row.get<std::string>(0));
        triggers += row.get<std::string>(1) + ";";
      }
      session.run_script(script + ";" + triggers);
    });
  }

  std::size_t read(std::size_t messages_max) const {
    const database opened(path_, {.read_only = true});
    auto log = opened.log();
    return testing::read_all(log, {.order = GetParam()}, messages_max).size();
  }

  void expect_refused() const {
    for (const std::size_t messages_max : {std::size_t{3}, std::size_t{100}}) {
      try {
        ADD_FAILURE() << read(messages_max) << " messages were read";
      } catch (const error& refused) {
        EXPECT_EQ(refused.code(), errc::storage_corrupt) << refused.what();
        EXPECT_NE(std::string(refused.what()).find(path_), std::string::npos) << refused.what();
      }
    }
  }

  tests::temporary_folder folder_;
  std::string path_ = folder_ / "club.db";
};

// The reading ends at the row that claims to be behind all others.
TEST_P(damaged_order, E5_a_position_far_ahead_is_no_end_of_the_log) {
  overwrite(20, 120);
  expect_refused();
}

TEST_P(damaged_order, E5_a_position_far_behind_is_no_end_of_the_log) {
  overwrite(20, 0);
  expect_refused();
}

TEST_P(damaged_order, E5_a_position_that_comes_twice_is_an_error) {
  overwrite(20, 21);
  expect_refused();
}

TEST_P(damaged_order, E5_what_was_deleted_by_hand_is_no_damage) {
  {
    database opened(path_);
    opened.write([](session& session) {
      session.run_script("DELETE FROM messagebus_message WHERE position < 5 OR position % 3 = 0");
    });
  }
  EXPECT_EQ(read(3), 24U);
  EXPECT_EQ(read(100), 24U);
}

// As many empty pages as fit into the numbers would be read for years.
TEST_P(damaged_order, E5_a_gap_as_long_as_the_numbers_is_leapt_over) {
  for (const char* far : {"9000000000000000000", "9223372036854775807"}) {
    change("UPDATE messagebus_message SET position = " + std::string(far) +
           " WHERE position = (SELECT max(position) FROM messagebus_message)");
    EXPECT_EQ(read(3), 40U);
    EXPECT_EQ(read(100), 40U);
    const database opened(path_, {.read_only = true});
    auto log = opened.log();
    EXPECT_EQ(testing::read_all(log, {.schema_version = 77, .order = GetParam()}, 10).size(), 0U);
    EXPECT_EQ(
        testing::read_all(log, {.up_to = position{1'000'000}, .order = GetParam()}, 10).size(),
        39U);
    EXPECT_EQ(
        testing::read_all(log, {.after = position{1'000'000}, .order = GetParam()}, 10).size(), 1U);
  }
}

TEST_P(damaged_order, E5_nothing_is_added_where_no_position_is_left) {
  change(
      "UPDATE messagebus_message SET position = 9223372036854775807 "
      "WHERE position = (SELECT max(position) FROM messagebus_message)");
  database opened(path_);
  session writing(opened);
  try {
    writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
    ADD_FAILURE() << "it was added";
  } catch (const error& refused) {
    EXPECT_EQ(refused.code(), errc::storage_corrupt) << refused.what();
    EXPECT_NE(std::string(refused.what()).find("9223372036854775807"), std::string::npos)
        << refused.what();
  }
  EXPECT_EQ(read(100), 40U);
}

TEST_P(damaged_order, E5_what_no_reader_sees_as_it_is_is_found_by_a_check) {
  const database opened(path_);
  EXPECT_EQ(opened.check(), std::vector<std::string>{});
  change(
      "UPDATE messagebus_message SET position = -5 WHERE position = 7;"
      "UPDATE messagebus_message SET published = 5 WHERE position = 8");
  const auto findings = opened.check();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_NE(findings[0].find("below 1"), std::string::npos) << findings[0];
  EXPECT_NE(findings[1].find("position 8"), std::string::npos) << findings[1];
}

INSTANTIATE_TEST_SUITE_P(reading, damaged_order,
                         ::testing::Values(log_order::oldest_first, log_order::newest_first),
                         [](const auto& order) {
                           return order.param == log_order::oldest_first ? std::string("forwards")
                                                                         : std::string("backwards");
                         });

}  // namespace
}  // namespace messagebus::sqlite
