#include "sqlite_location.hpp"

#include <filesystem>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/session.hpp>
#include <system_error>
#include <utility>

namespace messagebus::tool {
namespace {

std::string checked(const std::string& path) {
  std::error_code failed;
  const auto kind = std::filesystem::status(path, failed).type();
  if (kind == std::filesystem::file_type::directory) {
    throw error(errc::storage_unavailable, path + " is a folder; give the path of a database file");
  }
  if (kind == std::filesystem::file_type::none) {
    throw error(errc::storage_unavailable,
                path + ": " + failed.message() + "; give the path of a database file");
  }
  // To open a pipe would wait for whoever writes into it.
  if (kind != std::filesystem::file_type::regular &&
      kind != std::filesystem::file_type::not_found) {
    throw error(errc::storage_unavailable,
                path + " is a device or a pipe; give the path of a database file");
  }
  return path;
}

class sqlite_log final : public opened_log {
 public:
  explicit sqlite_log(const std::string& path)
      : database_(checked(path), {.read_only = true, .create = false}), log_(database_.log()) {}

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
  explicit sqlite_store(const std::string& path)
      : database_(checked(path)), log_(database_.log()) {}

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
