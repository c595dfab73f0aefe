#pragma once

#include <memory>
#include <messagebus/service/transaction_access.hpp>
#include <messagebus/service/transaction_resources.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/detail/group_member.hpp>
#include <messagebus/sqlite/session.hpp>
#include <optional>
#include <utility>

namespace messagebus::sqlite {

/// A unit of work on a SQLite database: `sqlite::unit_of_work<club, sqlite_books,
/// sqlite_reviewers>`. Each repository is made from a `sqlite::session&`, or from nothing.
/// Lifetime: the database outlives it.
///
/// Transactions take turns. Those of `bus.execute` that threads run at the same time are committed
/// together: one of the threads runs all of them one after the other, each in a savepoint, commits
/// once, and hands the lead on. So a handler may run on the thread of another caller; what it
/// throws reaches its own caller, and no other. When the common commit fails, all of them fail.
/// `database_options::group_commit = false` keeps every unit of work on its own thread, in a commit
/// of its own.
template <class Ports, class... Repositories>
class unit_of_work final : public messagebus::unit_of_work<Ports> {
 public:
  explicit unit_of_work(sqlite::database& database, unit_of_work_options options = {})
      : messagebus::unit_of_work<Ports>(std::move(options)), database_(database) {}

  /// Messages go to stores of your own in place of the database's log. What became of a commit of
  /// unknown outcome (T9) they alone know, and it is not tried again.
  unit_of_work(sqlite::database& database, store_factory make_store,
               unit_of_work_options options = {})
      : messagebus::unit_of_work<Ports>(std::move(options)),
        database_(database),
        make_store_(std::move(make_store)) {}

  void run_and_commit(const transaction_body<Ports>& body) override {
    if (!database_.options().group_commit) {
      messagebus::unit_of_work<Ports>::run_and_commit(body);
      return;
    }
    member joining(*this, body);
    joining.take_part();
    joining.end();
  }

  task<bool> has_message(uuid message_id) override {
    // The log of the database has none of them, and a retry would do again what was kept.
    if (make_store_) return messagebus::unit_of_work<Ports>::has_message(message_id);
    return log_has(message_id);
  }

 private:
  task<bool> log_has(uuid message_id) { co_return database_.has_message(message_id); }

  using resources = session_with_repositories<Ports, sqlite::session, Repositories...>;

  class member final : public detail::group_member {
   public:
    member(unit_of_work& unit_of_work, const transaction_body<Ports>& body) noexcept
        : group_member(unit_of_work.database_.writer()), unit_of_work_(unit_of_work), body_(body) {}

    /// Ends the transaction, on the thread of its caller.
    void end() { group_member::end(transaction_ ? &*transaction_ : nullptr); }

   private:
    void run() override {
      constexpr int nobody_asks = 0;  // `end` ends it in any case
      transaction_.emplace(std::make_unique<resources>(static_cast<detail::session_host&>(*this),
                                                       unit_of_work_.make_store_),
                           unit_of_work_.options(), nobody_asks);
      body_(*transaction_);
      messagebus::detail::transaction_access(*transaction_).require_committable();
    }

    unit_of_work& unit_of_work_;
    const transaction_body<Ports>& body_;
    std::optional<transaction<Ports>> transaction_;
  };

  task<std::unique_ptr<transaction_resources_of<Ports>>> open() override {
    co_return std::make_unique<resources>(database_, make_store_);
  }

  sqlite::database& database_;
  store_factory make_store_;
};

}  // namespace messagebus::sqlite
