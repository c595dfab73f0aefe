#include <messagebus/sqlite/database.hpp>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/sqlite/session.hpp>
#include <utility>

#include "database_state.hpp"
#include "schema.hpp"

namespace messagebus::sqlite {

database::database(std::string path, database_options options)
    : state_(new detail::database_state{options, {path, options}, {}, nullptr}) {
  state_->channel = detail::commit_channel::of(path);
  if (options.read_only) {
    detail::require_version(state_->writer, detail::schema_migrations());
  } else {
    detail::migrate(state_->writer, detail::schema_migrations());
  }
}

database::~database() = default;

const std::string& database::path() const noexcept {
  return state_->writer.path();
}

sqlite::log database::log() const {
  return {path(), state_->options};
}

std::unique_ptr<message_log> database::open_log() const {
  return std::make_unique<sqlite::log>(path(), state_->options);
}

void database::execute(const std::string& sql) {
  session running(*this);
  state_->writer.execute(sql.c_str(), "run the given SQL");
  sync_wait(running.commit());
}

std::vector<std::string> database::check() const {
  detail::connection reader(path(), {.read_only = true});
  statement examined = reader.prepare("PRAGMA integrity_check");
  std::vector<std::string> findings;
  while (examined.step()) {
    auto finding = examined.column<std::string>(0);
    if (finding != "ok") findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace messagebus::sqlite
