#pragma once

#include <concepts>
#include <messagebus/domain/raised_messages.hpp>
#include <type_traits>
#include <utility>

namespace messagebus {

/// A domain object that collects the messages it raises: any class with a member
/// `messagebus::raised_messages messages`.
template <class T>
concept model = std::is_class_v<T> && requires(T& object) {
  { (object.messages) } -> std::same_as<raised_messages&>;
};

/// A copy of the model without the messages it holds, which stay with the original. For
/// repositories that keep models as they are.
template <model Model>
Model state_of(Model& original) {
  const detail::messages_aside aside(original.messages);
  return std::as_const(original);
}

}  // namespace messagebus
