#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <messagebus/async/task.hpp>
#include <messagebus/async/wake_descriptor.hpp>
#include <mutex>
#include <vector>

#include "connection.hpp"

namespace messagebus::postgresql::detail {

/// The connections of a database, each lent to one transaction at a time. Who comes while all are
/// lent waits in line: first come, first served.
class connection_pool : public std::enable_shared_from_this<connection_pool> {
 public:
  connection_pool(std::shared_ptr<const connection_settings> settings, socket_waiter& waiter);

  /// Errors: `errc::busy` when none came back in time, or that of connecting; both retryable where
  /// waiting longer may help.
  task<std::unique_ptr<connection>> take();
  /// A connection that does not count among those of the pool, with the same patience.
  task<std::unique_ptr<connection>> connect_outside();
  void give_back(std::unique_ptr<connection> returned) noexcept;

 private:
  using time_point = std::chrono::steady_clock::time_point;

  // Somebody in line. Served: it was given a connection, or with none the right to make one. It
  // leaves the line, or gives back what it got, also when its coroutine is dropped.
  class waiting {
   public:
    explicit waiting(connection_pool& pool) noexcept : pool_(pool) {}
    waiting(const waiting&) = delete;
    waiting& operator=(const waiting&) = delete;
    ~waiting();

    bool is_left_waiting() const noexcept;
    /// False: it is in line no more, and nobody else touches it.
    bool leave() noexcept;
    std::unique_ptr<connection> take_given() noexcept;

    wake_descriptor woken;
    std::unique_ptr<connection> given;
    bool is_in_line = false;
    bool is_served = false;

   private:
    connection_pool& pool_;
  };

  // The place of a connection that is not in its user's hands yet, given up by whatever goes wrong,
  // also when the coroutine is dropped.
  class held_place {
   public:
    explicit held_place(connection_pool& pool) noexcept : pool_(pool) {}
    held_place(const held_place&) = delete;
    held_place& operator=(const held_place&) = delete;
    ~held_place();

    void hold() noexcept { is_held_ = true; }
    void hand_over() noexcept { is_held_ = false; }

   private:
    connection_pool& pool_;
    bool is_held_ = false;
  };

  task<std::unique_ptr<connection>> take_in_line(time_point deadline);
  task<std::unique_ptr<connection>> connect(time_point deadline);
  task<bool> shows_life(connection& idle);

  std::shared_ptr<const connection_settings> settings_;
  socket_waiter* waiter_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<connection>> idle_;
  std::deque<waiting*> line_;
  std::size_t places_taken_ = 0;  // lent, or being made
};

}  // namespace messagebus::postgresql::detail
