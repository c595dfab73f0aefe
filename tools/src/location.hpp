#pragma once

#include <functional>
#include <memory>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/ports/session.hpp>
#include <stop_token>
#include <string>
#include <string_view>

namespace messagebus::tool {

/// Where a log is, as the command line says it.
struct given_location {
  std::string text;
  /// It is the address of a pooler that lends a connection for each transaction.
  bool is_pooler = false;
};

/// A log that stands at a location, opened to be read: nothing is written, nothing made, nothing
/// migrated.
class opened_log {
 public:
  opened_log() = default;
  opened_log(const opened_log&) = delete;
  opened_log& operator=(const opened_log&) = delete;
  virtual ~opened_log() = default;

  /// Where it is, without the password of an address.
  virtual const std::string& location() const = 0;
  virtual message_log& log() = 0;

  /// What the database has to say against itself, a sentence a call.
  using fault_report = std::function<void(std::string fault)>;
  virtual void check_database(const fault_report& report, std::stop_token stop) = 0;
};

/// A log that stands at a location, opened to be written; made when it is not there.
class opened_store {
 public:
  opened_store() = default;
  opened_store(const opened_store&) = delete;
  opened_store& operator=(const opened_store&) = delete;
  virtual ~opened_store() = default;

  /// Where it is, without the password of an address.
  virtual const std::string& location() const = 0;
  virtual message_log& log() = 0;
  virtual std::unique_ptr<session> begin() = 0;
};

// What a location is: the path of a file, an address of PostgreSQL, or text that begins with the
// `scheme://` of somebody else. This is the one place that chooses.

/// Errors: those of the adapter; `errc::storage_unavailable` for a scheme that nobody serves, and
/// for a pooler in front of a file.
std::unique_ptr<opened_log> open_to_read(const given_location& location);
std::unique_ptr<opened_store> open_to_write(const given_location& location);

}  // namespace messagebus::tool
