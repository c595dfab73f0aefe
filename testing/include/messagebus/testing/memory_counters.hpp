#pragma once

#include <messagebus/memory/session.hpp>
#include <messagebus/service/repository.hpp>
#include <messagebus/testing/counting.hpp>
#include <string>
#include <utility>

namespace messagebus::testing {

/// The counters of the contract suites in the tables of `memory`, and so in a simulation too.
class memory_counters final : public counter_repository, public repository<counter> {
 public:
  explicit memory_counters(memory::session& session)
      : table_(session.table<std::string, counter>("counters")) {}

  counter* add(counter added) override {
    if (!table_.insert(added.name, state_of(added))) return nullptr;
    return &see(std::move(added));
  }

  counter* load(const std::string& name) override {
    if (counter* seen = find_seen([&](const counter& model) { return model.name == name; })) {
      return seen;
    }
    const counter* stored = table_.find(name);
    return stored == nullptr ? nullptr : &see(*stored);
  }

  void save(counter& changed) override { table_.put(changed.name, state_of(changed)); }

 private:
  memory::table<std::string, counter>& table_;
};

}  // namespace messagebus::testing
