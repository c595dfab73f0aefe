#pragma once

#include <concepts>
#include <memory>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <messagebus/testing/counting.hpp>

namespace messagebus::testing {

/// What an adapter claims. The contract suites test what is claimed, and skip, saying so, what is
/// not.
struct capabilities {
  /// Adding a message id a second time is refused (E6).
  bool refuses_duplicates = true;
  /// A transaction may begin while another thread has one open.
  bool has_concurrent_transactions = true;
  /// What was committed is there after `reopen`.
  bool survives_reopen = true;
  /// `wait_behind` is woken by a commit.
  bool wakes_followers = true;
};

/// What a contract suite needs of the adapter under test: an object that is made for each test and
/// gives an empty database.
template <class Fixture>
concept adapter_fixture = std::default_initializable<Fixture> && requires(Fixture& fixture) {
  { Fixture::claims } -> std::convertible_to<capabilities>;
  { fixture.unit_of_work() } -> std::convertible_to<messagebus::unit_of_work<counting_ports>&>;
  { fixture.open_log() } -> std::convertible_to<std::unique_ptr<message_log>>;
  fixture.reopen();  // may do nothing where `survives_reopen` is not claimed
};

}  // namespace messagebus::testing
