#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

namespace messagebus {

/// What went wrong, for programs; the sentence for people is in `error::what()`.
enum class errc {
  configuration = 1,       ///< the bus or a unit of work is wired wrongly
  missing_dependency,      ///< a handler needs something that nobody gave
  no_handler,              ///< a command that nobody handles
  transaction_state,       ///< an operation that the transaction's state does not allow
  usage,                   ///< the library was called in a way that cannot work
  decode,                  ///< bytes from outside are not what they should be
  encode,                  ///< a value cannot be written
  limit_exceeded,          ///< a documented limit was reached
  duplicate_message,       ///< a message id is in the log already
  conflict,                ///< another transaction was faster; a retry may succeed
  constraint,              ///< a constraint of the application's own tables was violated
  busy,                    ///< a lock was not had within the time allowed; a retry may succeed
  storage,                 ///< the database failed
  storage_full,            ///< no space left
  storage_read_only,       ///< the database cannot be written
  storage_corrupt,         ///< the database is damaged, or is no database
  storage_unavailable,     ///< the database cannot be opened or reached
  schema_too_new,          ///< the database was made by a newer version of this library
  commit_outcome_unknown,  ///< a commit may or may not have happened
  cancelled,               ///< whoever started it asked to end it; nothing was kept
};

const std::error_category& error_category() noexcept;

inline std::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

enum class retry { useless, may_help };

/// The root of everything this library throws. `what()` says where, what, and what to do.
class error : public std::runtime_error {
 public:
  error(errc code, const std::string& what, retry retry = retry::useless)
      : std::runtime_error(what), code_(make_error_code(code)), retry_(retry) {}

  const std::error_code& code() const noexcept { return code_; }
  /// True when running the whole unit of work again, unchanged, may succeed.
  bool is_retryable() const noexcept { return retry_ == retry::may_help; }

 private:
  std::error_code code_;
  retry retry_;
};

/// The bus, a dependency or a unit of work is set up wrongly; found at the latest when serving
/// starts.
class configuration_error : public error {
 public:
  explicit configuration_error(const std::string& what) : error(errc::configuration, what) {}
};

/// A handler requires a dependency that neither the bus nor the call gave (D3).
class missing_dependency_error : public error {
 public:
  explicit missing_dependency_error(const std::string& what)
      : error(errc::missing_dependency, what) {}
};

/// A command that nobody handles (B7).
class no_handler_error : public error {
 public:
  explicit no_handler_error(const std::string& what) : error(errc::no_handler, what) {}
};

/// An operation that the state of the transaction does not allow (T).
class transaction_error : public error {
 public:
  explicit transaction_error(const std::string& what) : error(errc::transaction_state, what) {}
};

/// The library was called in a way that cannot work, whatever the data.
class usage_error : public error {
 public:
  explicit usage_error(const std::string& what) : error(errc::usage, what) {}
};

/// The connection or the disk failed while a commit ran: the transaction was kept whole or not at
/// all, and nobody here knows which. Look for the message ids in the log before doing it again
/// (T9).
class commit_outcome_unknown_error : public error {
 public:
  explicit commit_outcome_unknown_error(const std::string& what)
      : error(errc::commit_outcome_unknown, what) {}
};

/// Bytes from outside are not what they should be. The message begins with the path of the field.
class decode_error : public error {
 public:
  explicit decode_error(const std::string& what, errc code = errc::decode) : error(code, what) {}
};

/// A value cannot be written: text that is not UTF-8, a number that JSON does not have.
class encode_error : public error {
 public:
  explicit encode_error(const std::string& what, errc code = errc::encode) : error(code, what) {}
};

}  // namespace messagebus

template <>
struct std::is_error_code_enum<messagebus::errc> : std::true_type {};
