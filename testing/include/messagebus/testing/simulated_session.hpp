#pragma once

#include <memory>
#include <messagebus/memory/session.hpp>
#include <messagebus/testing/simulated_database.hpp>
#include <string_view>

namespace messagebus::testing {

/// One transaction on a `simulated_database`. Steps: every access to a table (`find in books`),
/// `add NAME to the log`, `commit`, `committed` (it is durable, and nobody has been told),
/// `roll back`.
class simulated_session final : public messagebus::session {
 public:
  explicit simulated_session(simulated_database& database);

  /// What repositories are made from.
  // NOLINTNEXTLINE(google-explicit-constructor): it stands in for the session of memory
  operator memory::session&() noexcept { return *durable_; }

  message_store& store() noexcept override { return store_; }
  /// Errors: those of `memory::session`; for a fault, `errc::busy` (retryable), `errc::storage`,
  /// `commit_outcome_unknown_error`.
  task<> commit() override;
  task<> rollback() override;

 private:
  class table_steps final : public memory::table_observer {
   public:
    explicit table_steps(simulation& simulation) : simulation_(simulation) {}
    void before(std::string_view operation, std::string_view table) override;

   private:
    simulation& simulation_;
  };

  class store_steps final : public message_store {
   public:
    store_steps(simulation& simulation, message_store& store)
        : simulation_(simulation), store_(store) {}
    void add(const recorded_message& message) override;

   private:
    simulation& simulation_;
    message_store& store_;
  };

  [[noreturn]] void commit_later();

  simulation& simulation_;
  table_steps table_steps_;
  std::shared_ptr<memory::session> durable_;  // a commit that comes late outlives this
  store_steps store_;
};

}  // namespace messagebus::testing
