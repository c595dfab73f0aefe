#pragma once

#include <list>
#include <messagebus/domain/model.hpp>
#include <messagebus/domain/raised_messages.hpp>
#include <utility>

namespace messagebus {

namespace detail {
/// Tells a repository, also one that hides it behind a private base.
struct repository_mark {};
}  // namespace detail

/// What every repository of models needs: it remembers the models it has *seen*, added or loaded
/// for change, and hands their messages to the bus (R2). Derive the implementation of your own port
/// from it, and call `see` once the model is known to be kept: a model whose add failed is not
/// seen.
///
/// It owns what it has seen until its transaction ends, so that a message raised after the add is
/// still collected (R3), and no pointer dangles when the handler returns.
template <class Model>
class repository : private detail::repository_mark {
  static_assert(model<Model>,
                "a repository keeps models: classes with a last member "
                "`messagebus::raised_messages messages = {};`");

 public:
  repository() = default;
  repository(const repository&) = delete;
  repository& operator=(const repository&) = delete;

  /// Moves the models' messages to the end of `queue`: models in the order in which they were seen,
  /// messages in the order in which they were raised. Called by the unit of work.
  void collect(message_queue& queue) { watch_.collect(queue); }

  /// All models seen in this transaction, in order.
  const std::list<Model>& seen() const noexcept { return seen_; }

 protected:
  ~repository() = default;

  /// Takes a model over. The reference is valid until the transaction ends.
  Model& see(Model&& seen) {
    Model& kept = seen_.emplace_back(std::move(seen));
    watch_.watch(kept.messages);
    return kept;
  }
  Model& see(const Model& seen) { return see(Model(seen)); }

  /// The first seen model of which `matches` is true, or null. A repository asks here before it
  /// loads, so that one transaction has one object a model.
  template <class Predicate>
  Model* find_seen(const Predicate& matches) {
    for (Model& model : seen_) {
      if (matches(std::as_const(model))) return &model;
    }
    return nullptr;
  }

 private:
  std::list<Model> seen_;
  raised_messages_watch watch_;
};

}  // namespace messagebus
