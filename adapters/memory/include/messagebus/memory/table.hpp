#pragma once

#include <cstdint>
#include <map>
#include <messagebus/memory/table_observer.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace messagebus::memory {

namespace detail {

/// What all transactions share of one table; guarded by the mutex of the database.
class shared_table_base {
 public:
  shared_table_base() = default;
  shared_table_base(const shared_table_base&) = delete;
  shared_table_base& operator=(const shared_table_base&) = delete;
  virtual ~shared_table_base() = default;
};

template <class Key, class Row>
class shared_table final : public shared_table_base {
 public:
  struct versioned_row {
    Row row;
    std::uint64_t version;
  };
  std::map<Key, versioned_row> rows;
};

/// What one transaction has read and changed of one table.
class table_changes {
 public:
  table_changes() = default;
  table_changes(const table_changes&) = delete;
  table_changes& operator=(const table_changes&) = delete;
  virtual ~table_changes() = default;

  /// True when every row that was read is as it was. Called under the mutex, as are the next two.
  virtual bool still_holds() const = 0;
  /// Gets the memory that `apply` needs, which cannot fail then.
  virtual void prepare() = 0;
  virtual void apply(std::uint64_t version) noexcept = 0;
};

}  // namespace detail

/// A table as one transaction sees it: its own changes, and what others committed. Changes last
/// when the transaction commits; when another has committed a change of a row that this one has
/// read, the commit fails with `errc::conflict`, and running the unit of work again helps. `Row` is
/// copied; a model that holds messages is copied by `state_of`.
template <class Key, class Row>
class table final : public detail::table_changes {
 public:
  using shared = detail::shared_table<Key, Row>;

  /// `observer` may be null; its `name` is not kept then.
  table(shared& committed, std::mutex& mutex, table_observer* observer, std::string_view name)
      : committed_(committed), mutex_(mutex), observer_(observer) {
    if (observer_ != nullptr) name_ = name;
  }

  /// The row, or null. Valid until this transaction changes the row or ends.
  const Row* find(const Key& key) {
    observe("find in");
    const std::optional<Row>& row = read(key).row;
    return row ? &*row : nullptr;
  }

  bool contains(const Key& key) { return find(key) != nullptr; }

  /// False when there is a row of this key already.
  bool insert(const Key& key, Row row) {
    observe("insert into");
    entry& here = read(key);
    if (here.row) return false;
    here.row.emplace(std::move(row));
    here.is_changed = true;
    return true;
  }

  /// Adds the row or takes the place of the one that is there.
  void put(const Key& key, Row row) {
    observe("put into");
    entry& here = read(key);
    here.row.emplace(std::move(row));
    here.is_changed = true;
  }

  /// False when there is no such row.
  bool erase(const Key& key) {
    observe("erase from");
    entry& here = read(key);
    if (!here.row) return false;
    here.row.reset();
    here.is_changed = true;
    return true;
  }

  /// Calls `visit(key, row)` for all rows, in the order of their keys.
  template <class Visit>
  void for_each(const Visit& visit) {
    observe("walk");
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [key, committed] : committed_.rows) {
        entries_.try_emplace(key, entry{committed.row, committed.version, false});
      }
    }
    for (const auto& [key, here] : entries_) {
      if (here.row) visit(key, *here.row);
    }
  }

  bool still_holds() const override {
    for (const auto& [key, here] : entries_) {
      const auto at = committed_.rows.find(key);
      const std::uint64_t version = at == committed_.rows.end() ? 0 : at->second.version;
      if (version != here.version_read) return false;
    }
    return true;
  }

  // New rows are put into nodes of their own, so that it is a matter of pointers to add them.
  void prepare() override {
    for (auto& [key, here] : entries_) {
      if (!here.is_changed || !here.row || committed_.rows.contains(key)) continue;
      fresh_.insert_or_assign(key, typename shared::versioned_row{std::move(*here.row), 0});
      here.is_changed = false;
    }
  }

  void apply(std::uint64_t version) noexcept override {
    for (auto& [key, added] : fresh_) added.version = version;
    committed_.rows.merge(fresh_);
    for (auto& [key, here] : entries_) {
      if (!here.is_changed) continue;
      const auto at = committed_.rows.find(key);
      if (at == committed_.rows.end()) continue;
      if (here.row) {
        at->second = {std::move(*here.row), version};
      } else {
        committed_.rows.erase(at);
      }
    }
  }

 private:
  struct entry {
    std::optional<Row> row;
    std::uint64_t version_read = 0;  // zero: there was none
    bool is_changed = false;
  };

  void observe(std::string_view operation) {
    if (observer_ != nullptr) observer_->before(operation, name_);
  }

  entry& read(const Key& key) {
    const auto known = entries_.find(key);
    if (known != entries_.end()) return known->second;
    entry fresh;
    {
      const std::lock_guard lock(mutex_);
      const auto at = committed_.rows.find(key);
      if (at != committed_.rows.end()) {
        fresh.row.emplace(at->second.row);
        fresh.version_read = at->second.version;
      }
    }
    return entries_.emplace(key, std::move(fresh)).first->second;
  }

  shared& committed_;
  std::mutex& mutex_;
  table_observer* observer_;
  std::string name_;
  std::map<Key, entry> entries_;
  std::map<Key, typename shared::versioned_row> fresh_;
};

}  // namespace messagebus::memory
