#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <reading_club/adapters/memory/memory_club.hpp>
#include <reading_club/adapters/sqlite/sqlite_club.hpp>
#include <string>
#include <temporary_folder.hpp>
#include <type_traits>

#ifdef READING_CLUB_WITH_POSTGRESQL
#include "in_postgresql.hpp"
#endif

namespace reading_club {

using in_memory = memory_club;

/// The club in a file that is new for each test.
class in_sqlite {
 public:
  messagebus::unit_of_work<club>& unit_of_work() { return club_.unit_of_work(); }
  std::unique_ptr<messagebus::message_log> open_log() const { return club_.open_log(); }

 private:
  messagebus::tests::temporary_folder folder_;
  sqlite_club club_{folder_ / "club.db"};
};

/// The databases that every test of the club's rules runs on.
#ifdef READING_CLUB_WITH_POSTGRESQL
using storages = ::testing::Types<in_memory, in_sqlite, in_postgresql>;
#else
using storages = ::testing::Types<in_memory, in_sqlite>;
#endif

struct storage_names {
  template <class Storage>
  static const char* GetName(int /*index*/) {
    if (std::is_same_v<Storage, in_memory>) return "memory";
    return std::is_same_v<Storage, in_sqlite> ? "sqlite" : "postgresql";
  }
};

}  // namespace reading_club
