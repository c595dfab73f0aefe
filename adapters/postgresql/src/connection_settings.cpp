#include "connection_settings.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <messagebus/domain/error.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "conninfo.hpp"
#include "errors.hpp"

namespace messagebus::postgresql::detail {
namespace {

conninfo parse(const std::string& where) {
  char* said = nullptr;
  conninfo parsed(PQconninfoParse(where.c_str(), &said));
  const std::unique_ptr<char, decltype(&PQfreemem)> message(said, &PQfreemem);
  if (parsed == nullptr) {
    throw error(errc::storage_unavailable,
                "the connection string cannot be understood (" +
                    without_quoted_text(said == nullptr ? "out of memory" : said) +
                    "); write postgresql://user@host:port/database or host=… dbname=…");
  }
  return parsed;
}

// libpq takes a URL with another scheme for parameters, and then complains of its @ and /.
void refuse_capital_scheme(std::string_view where) {
  const std::string_view given = where.substr(0, where.find("://"));
  std::string scheme(given);
  for (char& c : scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool is_ours = scheme == "postgresql" || scheme == "postgres";
  if (!is_ours || scheme == given || given == where) return;
  throw error(errc::storage_unavailable,
              "the connection string begins with " + std::string(given) +
                  "://, which libpq knows in small letters alone; write " + scheme + "://…");
}

// libpq takes the first @ for the end of user and password, and the first / for the end of the
// host. When the password has one of these, the rest of it would be shown as host, port or
// database.
bool may_show_password(std::string_view where) {
  const bool is_url = where.starts_with("postgresql://") || where.starts_with("postgres://");
  // As a value of another form, a URL is the name of a database.
  if (!is_url) return where.find("://") != std::string_view::npos;
  std::string_view rest = where.substr(where.find("://") + 3);
  const auto end_of_user = rest.find_first_of("@/");
  if (end_of_user != std::string_view::npos && rest[end_of_user] == '@') {
    rest.remove_prefix(end_of_user + 1);
  }
  return rest.substr(0, rest.find('?')).find('@') != std::string_view::npos;
}

void refuse_to_show_password(std::string_view where) {
  if (!may_show_password(where)) return;
  throw error(errc::storage_unavailable,
              "the connection string cannot be understood; write postgresql://user@host:port/"
              "database, with @ / : ? # % of a user or a password as %40 %2F %3A %3F %23 %25");
}

std::vector<std::string> given_keywords(const conninfo& given) {
  std::vector<std::string> keywords;
  for (auto* option = given.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) keywords.emplace_back(option->keyword);
  }
  return keywords;
}

// As a URL has them: an address of IPv6 in brackets, so that its end shows.
std::string hosts_in_url(std::string_view hosts) {
  std::string text;
  while (true) {
    const auto end = hosts.find(',');
    const std::string_view host = hosts.substr(0, end);
    const bool is_socket = host.starts_with('/') || host.starts_with('@');
    const bool is_ipv6 = !is_socket && host.find(':') != std::string_view::npos;
    text.append(is_ipv6 ? "[" : "").append(host).append(is_ipv6 ? "]" : "");
    if (end == std::string_view::npos) return text;
    text += ',';
    hosts.remove_prefix(end + 1);
  }
}

// What is given, then the environment, then libpq's defaults.
std::string location_of(const conninfo& given) {
  std::map<std::string, std::string> known;
  const conninfo defaults(PQconndefaults());
  for (const auto& source : {&defaults, &given}) {
    for (auto* option = source->get(); option != nullptr && option->keyword != nullptr; ++option) {
      if (option->val != nullptr) known[option->keyword] = option->val;
    }
  }
  // Where a service is stands in a file that is read when it is connected to.
  const auto keywords = given_keywords(given);
  const auto says = [&](const char* keyword) {
    return std::ranges::find(keywords, keyword) != keywords.end();
  };
  if (says("service") && !says("host") && !says("hostaddr")) {
    return "postgresql://?service=" + known["service"];
  }
  const std::string host = known["host"].empty() ? known["hostaddr"] : known["host"];
  std::string text = "postgresql://";
  if (!known["user"].empty()) text += known["user"] + "@";
  text += host.empty() ? "localhost" : hosts_in_url(host);
  if (!known["port"].empty()) text += ":" + known["port"];
  return text + "/" + (known["dbname"].empty() ? known["user"] : known["dbname"]);
}

void require(bool holds, const std::string& sentence) {
  if (!holds) throw configuration_error("postgresql::database_options: " + sentence);
}

void check(const database_options& options) {
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  require(!options.schema.empty() && options.schema.size() < 64 &&
              std::ranges::all_of(options.schema, is_letter),
          "schema is \"" + options.schema + "\", and takes 1 to 63 letters, digits and _");
  require(options.connections_max > 0, "connections_max is 0, and has to be 1 or more");
  require(options.connect_attempt_max >= std::chrono::seconds(1),
          "connect_attempt_max is below one second");
  require(options.reconnect_pause_first.count() > 0 &&
              options.reconnect_pause_longest >= options.reconnect_pause_first,
          "reconnect_pause_first is above 0 and at most reconnect_pause_longest");
  require(options.connection_wait_max.count() >= 0, "connection_wait_max is negative");
  require(options.statement_wait_max.count() >= 0, "statement_wait_max is negative");
  require(options.statement_wait_max.count() <= std::numeric_limits<std::int32_t>::max(),
          "statement_wait_max is above 2147483647 ms, the most that a server takes; zero sets no "
          "limit");
}

// A wait of a century is one without end, and overflows nothing that it is added to.
void bound_waits(database_options& options) {
  for (auto* const wait :
       {&options.connection_wait_max, &options.connect_attempt_max, &options.reconnect_pause_first,
        &options.reconnect_pause_longest, &options.idle_check_after}) {
    *wait = std::min<std::chrono::milliseconds>(*wait, std::chrono::years(100));
  }
}

}  // namespace

connection_settings::connection_settings(const std::string& where, database_options given)
    : options(std::move(given)), schema("\"" + options.schema + "\"") {
  check(options);
  bound_waits(options);
  refuse_capital_scheme(where);
  refuse_to_show_password(where);
  const conninfo parsed = parse(where);
  location = location_of(parsed);
  const auto add = [this](const char* keyword, std::string value) {
    keywords.emplace_back(keyword);
    values.push_back(std::move(value));
  };
  for (auto* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || std::string(option->keyword) == "client_encoding") continue;
    add(option->keyword, option->val);
  }
  add("client_encoding", "UTF8");
  add("fallback_application_name", "messagebus");
}

}  // namespace messagebus::postgresql::detail
