#pragma once

#include <limits>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/domain/message.hpp>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/service/transaction.hpp>
#include <type_traits>

namespace messagebus::detail {

template <class... Types>
struct type_list {};

template <class Type, class List>
inline constexpr bool contains = false;
template <class Type, class... Types>
inline constexpr bool contains<Type, type_list<Types...>> = (std::is_same_v<Type, Types> || ...);

/// What a handler's first parameter says: which message, and whether with its header.
template <class Parameter>
struct message_parameter {
  using message = Parameter;
  static constexpr bool wants_envelope = false;
};
template <class M>
struct message_parameter<envelope<M>> {
  using message = M;
  static constexpr bool wants_envelope = true;
};

template <class Parameter>
struct transaction_parameter {
  static constexpr bool is_transaction = false;
  using ports = void;
};
template <class Ports>
struct transaction_parameter<transaction<Ports>&> {
  static constexpr bool is_transaction = true;
  using ports = Ports;
};

/// A dependency as a handler asks for it: by reference it is required, by pointer optional (D3).
template <class Parameter>
struct dependency_parameter {
  static_assert(std::is_lvalue_reference_v<Parameter> || std::is_pointer_v<Parameter>,
                "a handler takes a dependency by reference (required) or by pointer (optional)");
  using type = std::remove_cv_t<std::remove_pointer_t<std::remove_cvref_t<Parameter>>>;
  static constexpr bool required = std::is_lvalue_reference_v<Parameter>;
};

template <class Returned>
struct unwrap_task {
  using type = Returned;
};
template <class T>
struct unwrap_task<task<T>> {
  using type = T;
};

/// Whether every value of one arithmetic type is a value of the other: 1.5 is no int, and -1 no
/// unsigned.
template <class From, class To>
consteval bool holds_every() {
  using from = std::numeric_limits<From>;
  using to = std::numeric_limits<To>;
  const bool has_sign = !from::is_signed || to::is_signed;
  const bool has_fraction = from::is_integer || !to::is_integer;
  const bool is_truth = std::is_same_v<From, bool> || !std::is_same_v<To, bool>;
  return has_sign && has_fraction && is_truth && from::digits <= to::digits;
}

/// Whether what a handler returns becomes what a schema says, and stays what it was. A pointer is
/// no truth.
template <class Returned, class Result>
consteval bool is_returned_as() {
  if constexpr (std::is_arithmetic_v<Returned> && std::is_arithmetic_v<Result>) {
    return holds_every<Returned, Result>();
  } else if constexpr (std::is_pointer_v<Returned> && std::is_same_v<Result, bool>) {
    return false;
  } else {
    return std::is_convertible_v<Returned, Result>;
  }
}

template <class Returned, class... Parameters>
struct handler_signature {
  static_assert(sizeof...(Parameters) >= 2,
                "a handler takes a message and a transaction, then its dependencies");
};

template <class Returned, class Message, class Transaction, class... Dependencies>
struct handler_signature<Returned, Message, Transaction, Dependencies...> {
  using parameter = message_parameter<std::remove_cvref_t<Message>>;
  using message = typename parameter::message;
  static constexpr bool wants_envelope = parameter::wants_envelope;
  using ports = typename transaction_parameter<Transaction>::ports;
  using returned = Returned;
  using result = typename unwrap_task<Returned>::type;
  using dependencies = type_list<Dependencies...>;
  static constexpr bool is_coroutine = is_task<Returned>;

  static_assert(messagebus::message<message>,
                "the first parameter of a handler is a message: a struct with a static schema made "
                "by messagebus::command or messagebus::event");
  static_assert(has_content_form<message>,
                "a message is described: write BOOST_DESCRIBE_STRUCT(type, (), (fields, …)) behind "
                "it");
  static_assert(std::is_lvalue_reference_v<Message> &&
                    std::is_const_v<std::remove_reference_t<Message>>,
                "a handler takes its message by reference to const");
  static_assert(!is_of_another_coroutine<Returned>,
                "a handler that is a coroutine returns messagebus::task: the bus awaits no other");
  static_assert(transaction_parameter<Transaction>::is_transaction,
                "the second parameter of a handler is messagebus::transaction<Ports>&");
  static_assert(!command_message<message> ||
                    is_returned_as<std::remove_cvref_t<result>, result_of<message>>(),
                "the handler of a command returns what the schema of the command says, and no "
                "number that would become another");
};

template <class Callable>
concept has_one_call_operator = requires { &Callable::operator(); };

template <class Callable>
struct callable_signature {
  static_assert(has_one_call_operator<Callable>,
                "a handler is a function, or an object with one const call operator that is no "
                "template");
};
template <has_one_call_operator Callable>
struct callable_signature<Callable> : callable_signature<decltype(&Callable::operator())> {};
template <class Returned, class Object, class... Parameters>
struct callable_signature<Returned (Object::*)(Parameters...)> {
  static_assert(sizeof(Object) == 0,
                "the call operator of a handler is const: one bus serves many threads, so a "
                "handler's own state is guarded and `mutable`, or stands elsewhere");
};
template <class Returned, class... Parameters>
struct callable_signature<Returned (*)(Parameters...)> {
  using type = handler_signature<Returned, Parameters...>;
};
template <class Returned, class... Parameters>
struct callable_signature<Returned (*)(Parameters...) noexcept> {
  using type = handler_signature<Returned, Parameters...>;
};
template <class Returned, class Object, class... Parameters>
struct callable_signature<Returned (Object::*)(Parameters...) const> {
  using type = handler_signature<Returned, Parameters...>;
};
template <class Returned, class Object, class... Parameters>
struct callable_signature<Returned (Object::*)(Parameters...) const noexcept> {
  using type = handler_signature<Returned, Parameters...>;
};

template <class Callable>
struct checked_signature : callable_signature<Callable> {};
template <class Callable>
  requires std::is_member_function_pointer_v<Callable>
struct checked_signature<Callable> {
  static_assert(sizeof(Callable) == 0,
                "a handler is no member function, which would need its object: write a lambda that "
                "calls it");
};

/// What a handler is, read off its signature: a function pointer, or an object with one call
/// operator that is const.
template <class Callable>
using handler_traits = typename checked_signature<Callable>::type;

}  // namespace messagebus::detail
