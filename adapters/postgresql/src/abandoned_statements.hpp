#pragma once

struct pg_conn;

namespace messagebus::postgresql::detail {

/// Has the server end statements whose answers nobody waits for any more, because the operation
/// was cancelled or dropped: they would run on, and hold their locks, until their own end. libpq's
/// request to cancel blocks, so it is left to a thread of the process, which is started by the
/// first of them. Thread safety: any number of threads.
class abandoned_statements {
 public:
  static abandoned_statements& instance();

  abandoned_statements(const abandoned_statements&) = delete;
  abandoned_statements& operator=(const abandoned_statements&) = delete;

  /// Takes the connection over, and closes it when the server has been told. Blocking: never. While
  /// many wait because a server does not answer, further ones are only closed.
  void end(pg_conn* connection) noexcept;

 private:
  struct queue;

  abandoned_statements();
  ~abandoned_statements();

  queue& queue_;
};

}  // namespace messagebus::postgresql::detail
