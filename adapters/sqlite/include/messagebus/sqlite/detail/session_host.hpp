#pragma once

#include <messagebus/ports/message_store.hpp>

namespace messagebus::sqlite {
class session;
}

namespace messagebus::sqlite::detail {

class connection;

/// Whose transaction a session is: that of one caller alone, one of a group, or a reader's.
class session_host {
 public:
  session_host() = default;
  session_host(const session_host&) = delete;
  session_host& operator=(const session_host&) = delete;
  virtual ~session_host() = default;

  virtual detail::connection& connection() noexcept = 0;
  virtual message_store& store() noexcept = 0;
  /// Ends the transaction, see `messagebus::session::commit`. The session has ended already.
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

 protected:
  /// The session gives its statements back and can do nothing any more.
  void end_session() noexcept;

 private:
  friend class sqlite::session;
  sqlite::session* session_ = nullptr;
};

}  // namespace messagebus::sqlite::detail
