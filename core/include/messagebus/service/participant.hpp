#pragma once

#include <concepts>
#include <memory>
#include <messagebus/async/task.hpp>
#include <type_traits>
#include <utility>

namespace messagebus::detail {

/// A dependency that took part in a transaction and hears of its end (D4).
class participant {
 public:
  participant() = default;
  participant(const participant&) = delete;
  participant& operator=(const participant&) = delete;
  virtual ~participant() = default;

  virtual task<> after_commit() = 0;
  virtual task<> after_rollback() = 0;
};

// A hook is a plain function or a coroutine; of a plain one nothing remains to be awaited.
template <class Call>
task<> call_hook(Call&& call) {
  if constexpr (is_task<decltype(call())>) {
    return call();
  } else {
    call();
    return {};
  }
}

template <class Dependency>
task<> tell_committed(Dependency& dependency) {
  if constexpr (requires { dependency.on_after_commit(); }) {
    return call_hook([&] { return dependency.on_after_commit(); });
  } else {
    return {};
  }
}

template <class Dependency>
task<> tell_rolled_back(Dependency& dependency) {
  if constexpr (requires { dependency.on_after_rollback(); }) {
    return call_hook([&] { return dependency.on_after_rollback(); });
  } else {
    return {};
  }
}

/// One that the bus made for this `handle`; lives until its transaction ends.
template <class Interface, class Held>
class owned_participant final : public participant {
 public:
  explicit owned_participant(Held made) : held_(std::move(made)) {}

  Interface& get() noexcept {
    if constexpr (std::derived_from<Held, Interface>) {
      return held_;
    } else {
      return *held_;
    }
  }

  task<> after_commit() override { return tell_committed(get()); }
  task<> after_rollback() override { return tell_rolled_back(get()); }

 private:
  Held held_;
};

/// One that was handed to this `handle` and belongs to the caller.
template <class Dependency>
class borrowed_participant final : public participant {
 public:
  explicit borrowed_participant(Dependency& lent) noexcept : lent_(lent) {}

  task<> after_commit() override { return tell_committed(lent_); }
  task<> after_rollback() override { return tell_rolled_back(lent_); }

 private:
  Dependency& lent_;
};

}  // namespace messagebus::detail
