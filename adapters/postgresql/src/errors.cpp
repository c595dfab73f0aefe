#include "errors.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/constraint_error.hpp>

namespace messagebus::postgresql::detail {
namespace {

struct translation {
  std::string_view sqlstate;  // or the beginning of it
  errc code;
  retry again;
  std::string_view advice;
};

// The first that fits.
constexpr std::array<translation, 32> translations = {{
    {"40001", errc::conflict, retry::may_help, "run the unit of work again"},
    {"40P01", errc::conflict, retry::may_help,
     "two transactions waited for each other: run the unit of work again"},
    {"55P03", errc::busy, retry::may_help, "another transaction holds the lock: try again"},
    {"57014", errc::busy, retry::may_help,
     "it was cancelled, or took longer than statement_wait_max: try again or raise that"},
    {"53100", errc::storage_full, retry::may_help,
     "the server's disk is full: make room, then run the unit of work again"},
    {"53300", errc::storage_unavailable, retry::may_help,
     "too many connections: raise the server's max_connections, or the CONNECTION LIMIT of the "
     "role or the database where it says so, or lower connections_max"},
    {"53", errc::storage, retry::may_help, "the server lacks resources: see its log"},
    {"25006", errc::storage_read_only, retry::useless,
     "it is a standby, or default_transaction_read_only is set: connect to the primary "
     "(target_session_attrs=read-write)"},
    {"25P02", errc::storage, retry::useless,
     "an earlier statement of the transaction failed: roll back"},
    {"28P01", errc::storage_unavailable, retry::useless,
     "check user and password (the connection string, PGPASSWORD, ~/.pgpass)"},
    {"28", errc::storage_unavailable, retry::useless,
     "check that there is such a user, and what the server's pg_hba.conf allows it, with TLS "
     "(sslmode) or without"},
    {"3D000", errc::storage_unavailable, retry::useless,
     "create the database (createdb), or name another"},
    {"3F000", errc::storage, retry::useless,
     "check the name; if it is the log's, somebody has renamed or dropped it: name it back, or "
     "restore a backup"},
    {"42501", errc::storage, retry::useless, "grant the user this privilege, or take another user"},
    {"42P01", errc::storage, retry::useless,
     "check the name, and that the table was made; if it is the log's, somebody has renamed or "
     "dropped it or its schema: name it back, or restore a backup"},
    {"42703", errc::storage, retry::useless,
     "check the name; if it is one of the log's, somebody altered the table: alter it back"},
    {"22021", errc::encode, retry::useless, "a text is not UTF-8: convert it, or pass bytes"},
    {"22P05", errc::encode, retry::useless,
     "the database does not keep all characters: make one with ENCODING 'UTF8', and take the log "
     "over by messagebus export and import"},
    {"26000", errc::storage, retry::useless,
     "a statement prepared on this connection is gone: behind a pooler by transaction, set pooling "
     "to by_transaction (--pooler)"},
    {"42P05", errc::storage, retry::useless,
     "another client has prepared a statement on this connection: behind a pooler by transaction, "
     "set pooling to by_transaction (--pooler)"},
    {"57P01", errc::storage_unavailable, retry::may_help,
     "the server shuts down, or an administrator has ended the connection: try again"},
    {"57P02", errc::storage_unavailable, retry::may_help, "the server has crashed: try again"},
    {"57P03", errc::storage_unavailable, retry::may_help,
     "the server is starting or stopping: try again"},
    {"57P04", errc::storage_unavailable, retry::useless, "the database was dropped"},
    {"57P05", errc::storage_unavailable, retry::may_help,
     "the connection was idle longer than idle_session_timeout: try again"},
    {"25P03", errc::storage_unavailable, retry::may_help,
     "the transaction was idle longer than idle_in_transaction_session_timeout: run the unit of "
     "work again, and wait less in it"},
    {"08", errc::storage_unavailable, retry::may_help, "the connection failed: try again"},
    {"XX001", errc::storage_corrupt, retry::useless, "the database is damaged: restore a backup"},
    {"XX002", errc::storage_corrupt, retry::useless, "an index is damaged: REINDEX it"},
    {"58030", errc::storage, retry::may_help, "the server cannot read or write: check its disk"},
    {"0A000", errc::storage, retry::useless, ""},
    {"", errc::storage, retry::useless, ""},
}};

// What libpq says by itself comes without a code; in another language none of these may fit.
struct saying {
  std::string_view words;
  retry again;
  std::string_view advice;
};

constexpr std::string_view server_advice = "check that the server runs, and host and port";
constexpr std::string_view not_a_server_advice =
    "what listens there is no PostgreSQL server: check host and port";
constexpr std::string_view tls_advice =
    "check sslmode, sslrootcert, and that host is the name in the server's certificate; for a "
    "certificate of the client, sslcert and sslkey";
constexpr std::string_view string_advice =
    "check the connection string, and the environment (PGHOST, PGPORT, PGSERVICE, …)";
constexpr std::string_view attributes_advice =
    "name a server that is as target_session_attrs wants it";

// The first that is said.
constexpr std::array<saying, 16> sayings = {{
    // The connection broke while TLS was begun.
    {"SSL SYSCALL", retry::may_help, server_advice},
    {"SSL connection has been closed", retry::may_help, server_advice},
    {"unexpected eof", retry::may_help, server_advice},
    {"invalid response to SSL", retry::useless, not_a_server_advice},
    {"expected authentication request", retry::useless, not_a_server_advice},
    {"SSL was required", retry::useless,
     "turn TLS on at the server (ssl = on), or go without it by sslmode=prefer"},
    {"root certificate", retry::useless,
     "give the certificate that the server's is signed by: sslrootcert, or ~/.postgresql/root.crt"},
    {"certificate", retry::useless, tls_advice},
    {"SSL", retry::useless, tls_advice},
    {"GSSAPI", retry::useless, "check gssencmode and the Kerberos ticket"},
    {"translate host name", retry::may_help, "check the name of the host, and the name service"},
    {"network address", retry::useless, string_advice},
    {"definition of service", retry::useless, string_advice},
    {"hot standby mode", retry::may_help, attributes_advice},
    {"read-only", retry::may_help, attributes_advice},
    {"invalid ", retry::useless, string_advice},
}};

// Names of hosts and files say nothing here.
std::string without_quoted_names(std::string_view said) {
  std::string words;
  bool is_quoted = false;
  for (const char c : said) {
    if (c == '"') is_quoted = !is_quoted;
    if (!is_quoted) words.push_back(c);
  }
  return words;
}

saying saying_in(std::string_view said) {
  const std::string words = without_quoted_names(said);
  const auto known = std::ranges::find_if(sayings, [&](const saying& candidate) {
    return words.find(candidate.words) != std::string::npos;
  });
  return known == sayings.end() ? saying{{}, retry::may_help, server_advice} : *known;
}

const translation& translation_of(std::string_view sqlstate) {
  return *std::ranges::find_if(translations, [&](const translation& candidate) {
    return sqlstate.starts_with(candidate.sqlstate);
  });
}

std::string text_of(const PGresult* result, int field) {
  const char* const text = PQresultErrorField(result, field);
  return text == nullptr ? std::string() : std::string(text);
}

std::string text_of(const refusal& refused, const std::string& location, std::string_view doing) {
  std::string text = location + ": cannot " + std::string(doing) + ": " + refused.sentence;
  if (!refused.detail.empty()) text += " (" + refused.detail + ")";
  if (!refused.hint.empty()) text += "; the server's hint: " + refused.hint;
  return text;
}

std::string with_advice(std::string sentence, std::string_view advice) {
  if (!advice.empty()) sentence.append("; ").append(advice);
  return sentence;
}

// Verbose messages of libpq have it: "FATAL:  28P01: password authentication failed …".
std::string sqlstate_in(std::string_view said) {
  for (std::size_t at = said.find(":  "); at != std::string_view::npos;
       at = said.find(":  ", at + 1)) {
    const std::string_view state = said.substr(at + 3, 5);
    const bool is_state = state.size() == 5 && said.substr(at + 8, 2) == ": " &&
                          std::ranges::all_of(state, [](unsigned char c) {
                            return std::isdigit(c) || std::isupper(c);
                          });
    if (is_state) return std::string(state);
  }
  return {};
}

// Of a verbose message the line with the sentence; of libpq's own all of it.
std::string sentence_in(const std::string& said, const std::string& sqlstate) {
  if (sqlstate.empty()) return tidy(said);
  const auto begin = said.find(sqlstate + ": ") + sqlstate.size() + 2;
  return tidy(std::string_view(said).substr(begin, said.find('\n', begin) - begin));
}

// Of a connection that the server has refused or ended, where it has said why.
void throw_if_known(const std::string& sqlstate, const std::string& text) {
  if (sqlstate.empty()) return;
  const translation& known = translation_of(sqlstate);
  const errc code = known.code == errc::storage ? errc::storage_unavailable : known.code;
  throw error(code, with_advice(text, known.advice), known.again);
}

}  // namespace

std::string tidy(std::string_view said) {
  std::string line;
  for (const char c : said) {
    const bool is_space = c == '\n' || c == '\t' || c == ' ';
    if (!is_space) {
      line.push_back(c);
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string shortened(std::string_view sql) {
  constexpr std::size_t bytes_max = 72;
  std::string line = tidy(sql);
  if (line.size() <= bytes_max) return line;
  auto end = bytes_max;
  // Not in the middle of a character of UTF-8.
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) --end;
  return line.substr(0, end) + "…";
}

std::string without_quoted_text(std::string_view said) {
  // From the first to the last: what is quoted may have quotation marks of its own.
  const auto first = said.find('"');
  const auto last = said.rfind('"');
  if (first == last) return tidy(said.substr(0, first));
  const std::string_view rest = said.substr(last + 1);
  return tidy(said.substr(0, first)) + " \"…\"" + (rest.starts_with(' ') ? " " : "") + tidy(rest);
}

bool is_last_word(const PGresult* said) noexcept {
  const char* const text = PQresultErrorField(said, PG_DIAG_SEVERITY_NONLOCALIZED);
  const std::string_view severity = text == nullptr ? "" : text;
  return severity == "FATAL" || severity == "PANIC";
}

refusal refusal_of(const PGresult* result) {
  refusal refused;
  refused.sqlstate = text_of(result, PG_DIAG_SQLSTATE);
  refused.sentence = text_of(result, PG_DIAG_MESSAGE_PRIMARY);
  refused.detail = text_of(result, PG_DIAG_MESSAGE_DETAIL);
  refused.hint = text_of(result, PG_DIAG_MESSAGE_HINT);
  refused.schema = text_of(result, PG_DIAG_SCHEMA_NAME);
  refused.table = text_of(result, PG_DIAG_TABLE_NAME);
  refused.column = text_of(result, PG_DIAG_COLUMN_NAME);
  refused.constraint = text_of(result, PG_DIAG_CONSTRAINT_NAME);
  // Its code is that of all that is not supported.
  refused.is_plan_outdated = text_of(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery";
  refused.is_fatal = is_last_word(result);
  if (refused.sentence.empty()) refused.sentence = tidy(PQresultErrorMessage(result));
  return refused;
}

void throw_refused(const refusal& refused, const std::string& location, std::string_view doing) {
  std::string text = text_of(refused, location, doing);
  if (refused.sqlstate.starts_with("23")) {
    throw constraint_error(refused.sqlstate, text, refused.constraint);
  }
  if (refused.is_plan_outdated) {
    throw postgresql_error(errc::conflict, refused.sqlstate,
                           text +
                               "; the table was altered after the statement was prepared: run "
                               "the unit of work again",
                           retry::may_help);
  }
  const translation& known = translation_of(refused.sqlstate);
  throw postgresql_error(known.code, refused.sqlstate, with_advice(std::move(text), known.advice),
                         known.again);
}

void throw_refused_by_log(const refusal& refused, const std::string& location,
                          const std::string& table) {
  std::string advice = "the table of the log was altered: messagebus verify tells how to mend it";
  const std::string change = "ALTER TABLE " + table + " ALTER COLUMN position ";
  if (refused.sqlstate == "23502" && refused.column == "position") {
    advice = "the column has lost its identity: " + change +
             "ADD GENERATED ALWAYS AS IDENTITY (START WITH n), where n is the newest position + 1";
  } else if (refused.sqlstate == "23505" && refused.constraint == "message_pkey") {
    advice = "the sequence stands behind the newest position: " + change +
             "RESTART WITH n, where n is the newest position + 1";
  }
  throw postgresql_error(errc::storage_corrupt, refused.sqlstate,
                         with_advice(text_of(refused, location, "commit"), advice));
}

void throw_not_connected(const PGconn* failed, const std::string& location) {
  const std::string said = failed == nullptr ? "out of memory" : PQerrorMessage(failed);
  const std::string sqlstate = sqlstate_in(said);
  const std::string text = location + ": cannot connect: " + sentence_in(said, sqlstate);
  throw_if_known(sqlstate, text);
  if (failed != nullptr && PQconnectionNeedsPassword(failed) != 0) {
    throw error(errc::storage_unavailable, text + "; give the password by PGPASSWORD or ~/.pgpass");
  }
  const saying known = saying_in(said);
  throw error(errc::storage_unavailable, with_advice(text, known.advice), known.again);
}

void throw_connection_lost(const std::string& said, const std::string& location,
                           std::string_view doing) {
  const std::string sqlstate = sqlstate_in(said);
  const std::string text =
      location + ": cannot " + std::string(doing) + ": " + sentence_in(said, sqlstate);
  // The server's last word says why, and libpq adds to it only that the connection has ended.
  throw_if_known(sqlstate, text);
  throw error(errc::storage_unavailable,
              text + "; the transaction was not kept: run the unit of work again", retry::may_help);
}

void throw_outcome_unknown(const std::string& said, const std::string& location) {
  throw commit_outcome_unknown_error(
      location + ": the connection was lost while the commit ran: " + tidy(said) +
      "; whether it was kept shows in the log: look for the message ids, or run the unit of work "
      "again with the same ids, which is refused as a duplicate if it was");
}

}  // namespace messagebus::postgresql::detail
