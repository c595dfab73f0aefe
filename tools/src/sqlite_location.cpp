#include "sqlite_location.hpp"

#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/session.hpp>
#include <utility>

namespace messagebus::tool {
namespace {

class sqlite_log final : public opened_log {
 public:
  explicit sqlite_log(const std::string& path)
      : database_(path, {.read_only = true, .create = false}), log_(database_.log()) {}

  const std::string& location() const override { return database_.path(); }
  message_log& log() override { return log_; }

  void check_database(const fault_report& report, std::stop_token stop) override {
    try {
      for (auto& fault : database_.check(stop)) report(std::move(fault));
    } catch (const error&) {
      if (!stop.stop_requested()) throw;
    }
  }

 private:
  sqlite::database database_;
  sqlite::log log_;
};

class sqlite_store final : public opened_store {
 public:
  explicit sqlite_store(const std::string& path) : database_(path), log_(database_.log()) {}

  const std::string& location() const override { return database_.path(); }
  message_log& log() override { return log_; }
  std::unique_ptr<session> begin() override { return std::make_unique<sqlite::session>(database_); }

 private:
  sqlite::database database_;
  sqlite::log log_;
};

}  // namespace

std::unique_ptr<opened_log> open_sqlite_to_read(const std::string& path) {
  return std::make_unique<sqlite_log>(path);
}

std::unique_ptr<opened_store> open_sqlite_to_write(const std::string& path) {
  return std::make_unique<sqlite_store>(path);
}

}  // namespace messagebus::tool
