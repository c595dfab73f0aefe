#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/domain/type_name.hpp>
#include <messagebus/service/handler_traits.hpp>
#include <messagebus/service/participant.hpp>
#include <messagebus/service/transaction_access.hpp>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace messagebus {

/// A dependency that is handed in as something else than its own type; made by `lend`.
template <class Interface, class Implementation>
struct lent_dependency {
  Implementation& lent;
};

/// Hands a dependency in as something else than its own type: `lend<mailer>(fake)` gives a
/// `fake_mailer` to the handlers that ask for a `mailer`.
template <class Interface, std::derived_from<Interface> Implementation>
lent_dependency<Interface, Implementation> lend(Implementation& implementation) noexcept {
  return {implementation};
}

namespace detail {

using make_participant = std::function<std::unique_ptr<participant>(void*& interface)>;

/// How the bus makes a dependency, anew for every `handle` (D1).
struct dependency_provider {
  const void* key;
  std::string_view name;
  make_participant make;
};

// A factory returns the dependency, something derived from it, or a pointer that owns it; an empty
// pointer says that there is none.
template <class Interface, class Factory>
dependency_provider provider_of(Factory factory) {
  return {&type_key<Interface>, type_name<Interface>(),
          [factory = std::move(factory)](void*& interface) -> std::unique_ptr<participant> {
            using held = std::invoke_result_t<const Factory&>;
            auto made = std::make_unique<owned_participant<Interface, held>>(factory());
            interface = made->interface();
            return made;
          }};
}

/// What a factory makes, when it is registered without naming an interface.
template <class Held>
struct made_by {
  using type = Held;
};
template <class T, class Deleter>
struct made_by<std::unique_ptr<T, Deleter>> {
  using type = T;
};
template <class T>
struct made_by<std::shared_ptr<T>> {
  using type = T;
};

/// The first type of the list that is `Derived` or a base of it; void when none is.
template <class Derived, class List>
struct first_base {
  using type = void;
};
template <class Derived, class Candidate, class... Others>
struct first_base<Derived, type_list<Candidate, Others...>>
    : std::conditional_t<std::derived_from<Derived, Candidate>, std::type_identity<Candidate>,
                         first_base<Derived, type_list<Others...>>> {};

/// What an argument of `handle` is to handlers: its own type, or the interface it is lent as.
template <class Argument>
struct transient_type {
  using interface = Argument;
  static constexpr bool is_lent = false;
};
template <class Interface, class Implementation>
struct transient_type<lent_dependency<Interface, Implementation>> {
  using interface = Interface;
  static constexpr bool is_lent = true;
};

/// A dependency handed to one call of `handle` (D2), its type erased.
struct transient_dependency {
  const void* key;
  void* interface;
  void* lent;
  std::unique_ptr<participant> (*borrow)(void* lent);
};

template <class Interface, class Implementation>
transient_dependency transient_as(Implementation& lent) {
  return {&type_key<Interface>, &static_cast<Interface&>(lent), &lent,
          [](void* object) -> std::unique_ptr<participant> {
            return std::make_unique<borrowed_participant<Implementation>>(
                *static_cast<Implementation*>(object));
          }};
}
template <class Argument>
transient_dependency transient_of(Argument& argument) {
  using type = transient_type<std::remove_cv_t<Argument>>;
  if constexpr (type::is_lent) {
    return transient_as<typename type::interface>(argument.lent);
  } else {
    static_assert(!std::is_const_v<Argument>,
                  "a dependency that is handed to the bus is not const: handlers may change it");
    return transient_as<typename type::interface>(
        const_cast<std::remove_const_t<Argument>&>(argument));
  }
}

/// The dependencies of one `handle`: what was handed in wins over what the bus makes (D2), and
/// nothing is made that no handler asks for.
class dependency_scope {
 public:
  dependency_scope(std::span<const dependency_provider> providers,
                   std::span<const transient_dependency> transients,
                   transaction_access transaction) noexcept
      : providers_(providers), transients_(transients), transaction_(transaction) {}

  /// What a handler gets for this parameter. Errors: `missing_dependency_error` (D3).
  template <class Parameter>
  Parameter resolve(const message_type& handled) {
    using wanted = dependency_parameter<Parameter>;
    using type = typename wanted::type;
    auto* found = static_cast<type*>(find(&type_key<type>));
    if constexpr (wanted::required) {
      if (found == nullptr) refuse(handled, type_name<type>());
      return *found;
    } else {
      return found;
    }
  }

  /// True after `resolve` has thrown.
  bool has_refused() const noexcept { return has_refused_; }

 private:
  struct present {
    const void* key;
    void* interface;
  };

  void* find(const void* key);
  [[noreturn]] void refuse(const message_type& handled, std::string_view dependency);

  std::span<const dependency_provider> providers_;
  std::span<const transient_dependency> transients_;
  transaction_access transaction_;
  std::vector<present> present_;
  bool has_refused_ = false;
};

}  // namespace detail

}  // namespace messagebus
