#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <messagebus/domain/message_queue.hpp>
#include <messagebus/ports/session.hpp>
#include <tuple>
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

// Makes a repository where it will stand, without a move: repositories are pinned by their watches.
template <class Repository, class Session>
struct repository_in {
  explicit repository_in(Session& session)
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
    if constexpr (requires { repository.collect(queue); }) repository.collect(queue);
  }

  Repository repository;
};

}  // namespace detail

/// A session, its repositories, and the aggregate `Ports` of references to them. Repositories are
/// made from the session, in the order of `Repositories`; each fills the member of `Ports` at its
/// place, which is also the order of collecting (R4).
template <class Ports, class Session, class... Repositories>
class session_with_repositories final : public transaction_resources_of<Ports> {
 public:
  /// Session arguments are those of `Session`'s constructor.
  template <class... SessionArguments>
  explicit session_with_repositories(SessionArguments&&... arguments)
      : session_(std::forward<SessionArguments>(arguments)...),
        repositories_((static_cast<void>(sizeof(Repositories)), session_)...),
        ports_(std::apply([](auto&... held) { return Ports{held.repository...}; }, repositories_)) {
  }

  Session& session() noexcept override { return session_; }
  Ports& ports() noexcept override { return ports_; }

  void collect(message_queue& queue) override {
    std::apply([&](auto&... held) { (held.collect(queue), ...); }, repositories_);
  }

 private:
  Session session_;
  std::tuple<detail::repository_in<Repositories, Session>...> repositories_;
  Ports ports_;
};

}  // namespace messagebus
