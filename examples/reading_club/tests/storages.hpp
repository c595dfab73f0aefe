#pragma once

#include <gtest/gtest.h>

#include <reading_club/adapters/memory/memory_club.hpp>
#include <type_traits>

namespace reading_club {

/// The databases that every test of the club's rules runs on.
using storages = ::testing::Types<memory_club>;

struct storage_names {
  template <class Storage>
  static const char* GetName(int /*index*/) {
    return "memory";
  }
};

}  // namespace reading_club
