#pragma once

#include <memory>
#include <messagebus/memory/session.hpp>
#include <messagebus/service/transaction_resources.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <utility>

namespace messagebus::memory {

/// A unit of work in memory: `memory::unit_of_work<club, memory_books, memory_reviewers>`. Each
/// repository is made from a `memory::session&`, or from nothing. Lifetime: the database outlives
/// it.
template <class Ports, class... Repositories>
class unit_of_work final : public messagebus::unit_of_work<Ports> {
 public:
  explicit unit_of_work(memory::database& database, unit_of_work_options options = {})
      : messagebus::unit_of_work<Ports>(std::move(options)), database_(database) {}

  /// Messages go to a store of your own in place of the database's log; it outlives this.
  unit_of_work(memory::database& database, message_store& store, unit_of_work_options options = {})
      : messagebus::unit_of_work<Ports>(std::move(options)), database_(database), store_(&store) {}

 private:
  using resources = session_with_repositories<Ports, memory::session, Repositories...>;

  task<std::unique_ptr<transaction_resources_of<Ports>>> open() override {
    co_return std::make_unique<resources>(database_, store_);
  }

  memory::database& database_;
  message_store* store_ = nullptr;
};

}  // namespace messagebus::memory
