#pragma once

#include <map>
#include <memory>
#include <messagebus/memory/database.hpp>
#include <messagebus/ports/session.hpp>
#include <string_view>

namespace messagebus::memory {

/// One transaction on a `memory::database`. Repositories are made from it and keep their state in
/// its tables.
class session final : public messagebus::session {
 public:
  /// Messages go to the log of the database, or to `store`, which is given them when the
  /// transaction commits. `observer` hears of what is done with the tables. Lifetime: what is
  /// pointed to outlives the session.
  explicit session(memory::database& database, message_store* store = nullptr,
                   table_observer* observer = nullptr);
  ~session() override;

  /// The table of this name, key and row. Made when it is first asked for.
  template <class Key, class Row>
  memory::table<Key, Row>& table(std::string_view name) {
    auto& committed = database_.shared_table<Key, Row>(name);
    auto& slot = tables_[&committed];
    if (slot == nullptr) {
      slot =
          std::make_unique<memory::table<Key, Row>>(committed, database_.mutex_, observer_, name);
    }
    return static_cast<memory::table<Key, Row>&>(*slot);
  }

  message_store& store() noexcept override;
  /// Errors: `errc::conflict` when another transaction changed what this one has read, retryable;
  /// `errc::duplicate_message` (E6).
  task<> commit() override;
  task<> rollback() override;

 private:
  class gathered_messages;

  void write();

  memory::database& database_;
  table_observer* observer_;
  std::map<detail::shared_table_base*, std::unique_ptr<detail::table_changes>> tables_;
  std::unique_ptr<gathered_messages> gathered_;
};

}  // namespace messagebus::memory
