#pragma once

#include <gtest/gtest.h>

#include <reading_club/service/club_bus.hpp>
#include <string>
#include <utility>
#include <vector>

#include "samples.hpp"
#include "storages.hpp"

namespace reading_club {

using names = std::vector<std::string>;
using recorded = std::vector<messagebus::recorded_message>;

/// A club with a database of its own for each test.
template <class Storage>
class club_test : public ::testing::Test {
 protected:
  template <class Command>
  auto execute(Command command) {
    return bus.execute(storage.unit_of_work(), std::move(command));
  }

  /// What a new transaction sees.
  std::vector<book> books() {
    return read([](club& club) { return club.books.all(); });
  }
  std::vector<reviewer> reviewers() {
    return read([](club& club) { return club.reviewers.all(); });
  }
  std::vector<review> reviews() {
    return read([](club& club) { return club.reviews.all(); });
  }

  recorded logged() {
    const auto log = storage.open_log();
    recorded messages;
    for (const auto& message : log->read({})) messages.push_back(message);
    return messages;
  }
  names logged_names() {
    names found;
    for (const auto& message : logged()) found.push_back(message.name);
    return found;
  }

  Storage storage;
  club_bus bus;

 private:
  template <class Read>
  auto read(const Read& read) {
    return storage.unit_of_work().transact([&](club_transaction& transaction) {
      auto found = read(*transaction);
      transaction.rollback();
      return found;
    });
  }
};

}  // namespace reading_club
