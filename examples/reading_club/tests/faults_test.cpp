// What the club keeps when the machine fails it, at every step of registering and reviewing.

#include <gtest/gtest.h>

#include <algorithm>
#include <messagebus/testing/scenario.hpp>
#include <reading_club/adapters/memory/memory_books.hpp>
#include <reading_club/adapters/memory/memory_reviewers.hpp>
#include <reading_club/adapters/memory/memory_reviews.hpp>
#include <reading_club/service/club_bus.hpp>
#include <vector>

#include "samples.hpp"

namespace reading_club {
namespace {

using messagebus::testing::every_step;

/// The club as one process that the simulator takes down.
struct simulated_club {
  explicit simulated_club(messagebus::testing::simulated_database& database)
      : unit_of_work(database, {.retry = {.attempts_max = 3}}) {}

  messagebus::testing::simulated_unit_of_work<club, memory_books, memory_reviewers, memory_reviews>
      unit_of_work;
  club_bus bus;
};

template <class Model>
std::vector<messagebus::uuid> ids_of(const std::vector<Model>& models) {
  std::vector<messagebus::uuid> ids;
  for (const Model& model : models) ids.push_back(model.id);
  return ids;
}

/// The ids that facts of one kind tell of, in order.
template <class Fact>
std::vector<messagebus::uuid> ids_told(messagebus::message_log& log) {
  std::vector<messagebus::uuid> ids;
  for (const auto& message : log.read({})) {
    if (message.is<Fact>()) ids.push_back(message.as<Fact>().id);
  }
  std::ranges::sort(ids);
  return ids;
}

/// Whatever is there was told, and whatever was told is there.
void state_and_log_agree(simulated_club& club, messagebus::message_log& log) {
  club.unit_of_work.transact([&](club_transaction& transaction) {
    EXPECT_EQ(ids_of(transaction->books.all()), ids_told<book_registered>(log));
    EXPECT_EQ(ids_of(transaction->reviewers.all()), ids_told<reviewer_created>(log));
    EXPECT_EQ(ids_of(transaction->reviews.all()), ids_told<review_created>(log));
    transaction.rollback();
  });
}

class faults_test : public ::testing::Test,
                    protected messagebus::testing::scenario<simulated_club> {};

TEST_F(faults_test, T5_a_book_is_registered_whole_or_not_at_all_wherever_the_process_ends) {
  when(register_domain_driven_design());
  crash_at(every_step);
  then(state_and_log_agree);
}

TEST_F(faults_test, T5_a_review_is_kept_whole_or_not_at_all_wherever_the_process_ends) {
  given(register_domain_driven_design(), create_alice());
  when(review_of(20, domain_driven_design, alice));
  crash_at(every_step);
  then(state_and_log_agree);
}

TEST_F(faults_test, T3_nothing_remains_of_what_failed_at_any_step) {
  given(register_domain_driven_design(), create_alice());
  when(review_of(20, domain_driven_design, alice), register_architecture_patterns());
  fail_at(every_step);
  then(state_and_log_agree);
}

TEST_F(faults_test, T9_a_book_whose_commit_was_not_answered_is_registered_once) {
  when(register_domain_driven_design());
  lose_answer_at("commit");
  lose_answer_at("committed");
  then(state_and_log_agree);
}

TEST_F(faults_test, T9_a_commit_without_answer_and_then_anything_else_is_done_once) {
  given(register_domain_driven_design(), create_alice());
  when(review_of(20, domain_driven_design, alice));
  meet(messagebus::testing::fault_set::all(), every_step);
  faults_a_run(2);
  then(state_and_log_agree);
}

TEST_F(faults_test, B10_a_book_that_two_register_at_once_is_there_once) {
  register_book same_isbn = register_architecture_patterns();
  same_isbn.isbn = register_domain_driven_design().isbn;
  when(register_domain_driven_design(), same_isbn);
  crash_at(every_step);
  on_seeds(20);
  then([](simulated_club& club, messagebus::message_log& log) {
    state_and_log_agree(club, log);
    EXPECT_LE(ids_told<book_registered>(log).size(), 1U);
  });
}

TEST_F(faults_test, T5_a_busy_club_keeps_state_and_log_together_whatever_happens) {
  given(register_domain_driven_design(), create_alice());
  when(create_bob(), register_architecture_patterns(), review_of(20, domain_driven_design, alice),
       review_of(21, architecture_patterns, alice), review_of(22, domain_driven_design, bob));
  by_chance(500);
  then(state_and_log_agree);
}

}  // namespace
}  // namespace reading_club
