#include "postgresql_location.hpp"

#include <messagebus/postgresql/database.hpp>
#include <messagebus/postgresql/session.hpp>

namespace messagebus::tool {
namespace {

// A person waits: say soon that nobody answers.
constexpr std::chrono::seconds connection_wait_max{3};

postgresql::database_options options_of(bool read_only, std::string& url) {
  postgresql::database_options options;
  options.read_only = read_only;
  options.connection_wait_max = connection_wait_max;
  options.statement_wait_max = std::chrono::milliseconds(0);
  // The namespace is ours to know, and nothing that libpq takes: postgresql://host/name#schema
  if (const auto at = url.find('#'); at != std::string::npos) {
    options.schema = url.substr(at + 1);
    url.resize(at);
  }
  return options;
}

postgresql::database opened(std::string url, bool read_only) {
  auto options = options_of(read_only, url);
  return postgresql::database(url, std::move(options));
}

class postgresql_log final : public opened_log {
 public:
  explicit postgresql_log(const std::string& url)
      : database_(opened(url, true)), log_(database_.log()) {}

  const std::string& location() const override { return database_.location(); }
  message_log& log() override { return log_; }
  // The server looks after its own files.
  void check_database(const fault_report& /*report*/, std::stop_token /*stop*/) override {}

 private:
  postgresql::database database_;
  postgresql::log log_;
};

class postgresql_store final : public opened_store {
 public:
  explicit postgresql_store(const std::string& url)
      : database_(opened(url, false)), log_(database_.log()) {}

  const std::string& location() const override { return database_.location(); }
  message_log& log() override { return log_; }
  std::unique_ptr<session> begin() override {
    return std::make_unique<postgresql::session>(database_);
  }

 private:
  postgresql::database database_;
  postgresql::log log_;
};

}  // namespace

std::unique_ptr<opened_log> open_postgresql_to_read(const std::string& url) {
  return std::make_unique<postgresql_log>(url);
}

std::unique_ptr<opened_store> open_postgresql_to_write(const std::string& url) {
  return std::make_unique<postgresql_store>(url);
}

}  // namespace messagebus::tool
