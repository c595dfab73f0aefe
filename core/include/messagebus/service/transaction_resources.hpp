#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <messagebus/domain/message_queue.hpp>
#include <messagebus/ports/session.hpp>
#include <messagebus/service/repository.hpp>
#include <type_traits>
#include <utility>

namespace messagebus {

/// What one transaction holds: the session of a database, and the repositories that write through
/// it.
class transaction_resources {
 public:
  transaction_resources() = default;
  transaction_resources(const transaction_resources&) = delete;
  transaction_resources& operator=(const transaction_resources&) = delete;
  virtual ~transaction_resources() = default;

  virtual messagebus::session& session() noexcept = 0;
  /// Moves the messages that models have raised to the end of `queue` (R4).
  virtual void collect(message_queue& queue) = 0;
};

/// The same, with the ports that handlers see.
template <class Ports>
class transaction_resources_of : public transaction_resources {
 public:
  virtual Ports& ports() noexcept = 0;
};

namespace detail {

// A repository where it will stand, without a move: repositories are pinned by their watches.
// The number keeps two of one type apart.
template <std::size_t Number, class Repository, class Session>
struct held_repository {
  explicit held_repository(Session& session)
      : repository([&]() -> Repository {
          if constexpr (std::is_constructible_v<Repository, Session&>) {
            return Repository(session);
          } else {
            static_assert(std::is_default_constructible_v<Repository>,
                          "a repository is made from the session, or from nothing");
            return Repository();
          }
        }()) {}

  void collect(message_queue& queue) {
    if constexpr (requires { repository.collect(queue); }) {
      repository.collect(queue);
    } else {
      static_assert(!std::is_base_of_v<repository_mark, Repository>,
                    "a repository derives from messagebus::repository publicly and once: otherwise "
                    "the messages that its models raise are lost");
    }
  }

  Repository repository;
};

// Bases, because they are made in the order in which they are written; the elements of a tuple are
// not.
template <class Numbers, class Session, class... Repositories>
struct held_repositories;
template <std::size_t... Number, class Session, class... Repositories>
struct held_repositories<std::index_sequence<Number...>, Session, Repositories...>
    : held_repository<Number, Repositories, Session>... {
  explicit held_repositories(Session& session)
      : held_repository<Number, Repositories, Session>(session)... {}

  template <class Ports>
  Ports ports() {
    static_assert(
        requires { Ports{std::declval<Repositories&>()...}; },
        "the repositories fill the members of the ports, each the one at its place: name "
        "them in the order of those members, one for each");
    return Ports{held_repository<Number, Repositories, Session>::repository...};
  }

  void collect(message_queue& queue) {
    (held_repository<Number, Repositories, Session>::collect(queue), ...);
  }
};

}  // namespace detail

/// A session, its repositories, and the aggregate `Ports` of references to them. Repositories are
/// made from the session, in the order of `Repositories`; each fills the member of `Ports` at its
/// place, which is also the order of collecting (R4).
template <class Ports, class Session, class... Repositories>
class session_with_repositories final : public transaction_resources_of<Ports> {
 public:
  /// The arguments are those of `Session`'s constructor.
  template <class... SessionArguments>
  explicit session_with_repositories(SessionArguments&&... arguments)
      : session_(std::forward<SessionArguments>(arguments)...),
        repositories_(session_),
        ports_(repositories_.template ports<Ports>()) {}

  Session& session() noexcept override { return session_; }
  Ports& ports() noexcept override { return ports_; }
  void collect(message_queue& queue) override { repositories_.collect(queue); }

 private:
  Session session_;
  detail::held_repositories<std::index_sequence_for<Repositories...>, Session, Repositories...>
      repositories_;
  Ports ports_;
};

}  // namespace messagebus
