#pragma once

#include <concepts>
#include <memory>
#include <messagebus/async/task.hpp>
#include <type_traits>
#include <utility>

namespace messagebus::detail {

/// Which object of the caller's a participant stands for; none for what the bus made.
struct lent_object {
  const void* object = nullptr;
  const void* type = nullptr;

  friend bool operator==(const lent_object&, const lent_object&) = default;
};

/// Names a type at run time, by an address.
template <class T>
inline constexpr char type_key = 0;

/// A dependency that took part in a transaction and hears of its end (D4).
class participant {
 public:
  participant() = default;
  participant(const participant&) = delete;
  participant& operator=(const participant&) = delete;
  virtual ~participant() = default;

  virtual task<> after_commit() = 0;
  virtual task<> after_rollback() = 0;
  virtual lent_object lent() const noexcept { return {}; }
};

// A hook is a plain function or a coroutine; of a plain one nothing remains to be awaited.
template <class Call>
task<> call_hook(Call&& call) {
  if constexpr (is_task<decltype(call())>) {
    return call();
  } else {
    static_assert(!is_of_another_coroutine<decltype(call())>,
                  "a hook that is a coroutine returns messagebus::task<>: nobody awaits another");
    call();
    return {};
  }
}

struct hook_names {
  int on_after_commit;
  int on_after_rollback;
};
// Where the dependency has a member of that name too, private or not, the name is ambiguous.
template <class Dependency>
struct beside_hook_names : Dependency, hook_names {};

template <class Dependency>
concept has_hook_on_commit = requires(Dependency& dependency) { dependency.on_after_commit(); };
template <class Dependency>
concept has_hook_on_rollback = requires(Dependency& dependency) { dependency.on_after_rollback(); };

/// A hook that cannot be called would be passed over without a word, and a mail never be sent.
template <class Dependency>
consteval void require_callable_hooks() {
  if constexpr (std::is_class_v<Dependency> && !std::is_final_v<Dependency>) {
    using beside = beside_hook_names<Dependency>;
    static_assert(
        has_hook_on_commit<Dependency> || requires { &beside::on_after_commit; },
        "the hook on_after_commit of this dependency cannot be called: make it public, "
        "without parameters");
    static_assert(
        has_hook_on_rollback<Dependency> || requires { &beside::on_after_rollback; },
        "the hook on_after_rollback of this dependency cannot be called: make it public, "
        "without parameters");
  } else if constexpr (std::is_class_v<Dependency>) {
    // Beside a final class no name can be put: what is seen is a public hook of one signature.
    static_assert(
        has_hook_on_commit<Dependency> || !requires { &Dependency::on_after_commit; },
        "the hook on_after_commit of this dependency cannot be called: declare it without "
        "parameters");
    static_assert(
        has_hook_on_rollback<Dependency> || !requires { &Dependency::on_after_rollback; },
        "the hook on_after_rollback of this dependency cannot be called: declare it without "
        "parameters");
  }
}

template <class Dependency>
task<> tell_committed(Dependency& dependency) {
  require_callable_hooks<Dependency>();
  if constexpr (has_hook_on_commit<Dependency>) {
    return call_hook([&] { return dependency.on_after_commit(); });
  } else {
    return {};
  }
}

template <class Dependency>
task<> tell_rolled_back(Dependency& dependency) {
  if constexpr (has_hook_on_rollback<Dependency>) {
    return call_hook([&] { return dependency.on_after_rollback(); });
  } else {
    return {};
  }
}

/// One that the bus made for this `handle`; lives until its transaction ends. `Held` is the
/// dependency, or a pointer that owns it; its own hooks are called, known to `Interface` or not.
template <class Interface, class Held>
class owned_participant final : public participant {
 public:
  explicit owned_participant(Held held) : held_(std::move(held)) {}

  /// Null when the factory returned an empty pointer.
  Interface* interface() noexcept {
    if constexpr (is_pointer) {
      return held_ ? &*held_ : nullptr;
    } else {
      return &held_;
    }
  }

  task<> after_commit() override { return tell_committed(dependency()); }
  task<> after_rollback() override { return tell_rolled_back(dependency()); }

 private:
  static constexpr bool is_pointer = !std::derived_from<Held, Interface>;

  auto& dependency() noexcept {
    if constexpr (is_pointer) {
      return *held_;
    } else {
      return held_;
    }
  }

  Held held_;
};

/// One that was handed to this `handle` and belongs to the caller.
template <class Dependency>
class borrowed_participant final : public participant {
 public:
  explicit borrowed_participant(Dependency& lent) noexcept : lent_(lent) {}

  task<> after_commit() override { return tell_committed(lent_); }
  task<> after_rollback() override { return tell_rolled_back(lent_); }
  lent_object lent() const noexcept override { return {&lent_, &type_key<Dependency>}; }

 private:
  Dependency& lent_;
};

}  // namespace messagebus::detail
