#include "postgresql_location.hpp"

#include <algorithm>
#include <cctype>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/database.hpp>
#include <messagebus/postgresql/session.hpp>
#include <string_view>
#include <utility>

namespace messagebus::tool {
namespace {

// A person waits: say soon that nobody answers.
constexpr std::chrono::seconds connection_wait_max{3};

// What the command line says, taken apart.
struct taken_location {
  std::string address;
  postgresql::database_options options;
};

void check_schema(std::string_view schema, bool is_url) {
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  constexpr std::size_t letters_max = 63;
  if (!schema.empty() && schema.size() <= letters_max && std::ranges::all_of(schema, is_letter)) {
    return;
  }
  // Not what it is: that may be the end of a password.
  throw error(errc::storage_unavailable,
              std::string("what stands behind # names no schema of a log; write 1 to 63 letters, "
                          "digits and _, and a # that is part of the address ") +
                  (is_url ? "as %23" : "within quotes, as in password='a #b'"));
}

taken_location take(const given_location& location) {
  taken_location taken{.address = location.text, .options = {}};
  taken.options.connection_wait_max = connection_wait_max;
  taken.options.statement_wait_max = std::chrono::milliseconds(0);
  if (location.is_pooler) taken.options.pooling = postgresql::pooling::by_transaction;
  // The schema is ours to know, and nothing that libpq takes: postgresql://host/name#schema, or
  // host=… dbname=… #schema. A # with more of the address behind it is part of that, of a password
  // say.
  const auto at = taken.address.rfind('#');
  if (at == std::string::npos) return taken;
  const std::string_view schema = std::string_view(taken.address).substr(at + 1);
  const bool is_url = taken.address.find("://") < at;
  const bool is_apart = is_url || at == 0 || taken.address[at - 1] == ' ';
  if (!is_apart || schema.find_first_of("@/?&=' ") != std::string_view::npos) return taken;
  check_schema(schema, is_url);
  taken.options.schema = schema;
  taken.address.resize(at);
  return taken;
}

class opened_database {
 public:
  explicit opened_database(const taken_location& taken)
      : database_(taken.address, taken.options), location_(database_.location()) {
    const auto& schema = taken.options.schema;
    if (schema != postgresql::database_options().schema) location_ += "#" + schema;
  }

  /// As it may be shown, and given to another command.
  const std::string& location() const noexcept { return location_; }
  postgresql::database& operator*() noexcept { return database_; }

 private:
  postgresql::database database_;
  std::string location_;
};

taken_location take_to_read(const given_location& location) {
  auto taken = take(location);
  taken.options.read_only = true;
  return taken;
}

class postgresql_log final : public opened_log {
 public:
  explicit postgresql_log(const given_location& location)
      : database_(take_to_read(location)), log_((*database_).log()) {}

  const std::string& location() const override { return database_.location(); }
  message_log& log() override { return log_; }
  // The server looks after its own files. What is asked takes a moment: not to be stopped.
  void check_database(const fault_report& report, std::stop_token /*stop*/) override {
    for (auto& fault : sync_wait((*database_).check())) report(std::move(fault));
  }

 private:
  opened_database database_;
  postgresql::log log_;
};

class postgresql_store final : public opened_store {
 public:
  explicit postgresql_store(const given_location& location)
      : database_(take(location)), log_((*database_).log()) {}

  const std::string& location() const override { return database_.location(); }
  message_log& log() override { return log_; }
  std::unique_ptr<session> begin() override {
    return std::make_unique<postgresql::session>(*database_);
  }

 private:
  opened_database database_;
  postgresql::log log_;
};

}  // namespace

std::unique_ptr<opened_log> open_postgresql_to_read(const given_location& location) {
  return std::make_unique<postgresql_log>(location);
}

std::unique_ptr<opened_store> open_postgresql_to_write(const given_location& location) {
  return std::make_unique<postgresql_store>(location);
}

}  // namespace messagebus::tool
