#pragma once

#include <array>
#include <string_view>

namespace messagebus::postgresql::detail {

// How the table of messages is made, and what is asked of the catalog to compare it.

/// A column as the migrations make it.
struct known_column {
  std::string_view name;
  std::string_view type;
  bool is_not_null;
};

inline constexpr std::array<known_column, 11> known_columns = {{
    {"position", "bigint", true},
    {"message_id", "uuid", true},
    {"created_at", "timestamp with time zone", true},
    {"kind", "smallint", true},
    {"name", "text", true},
    {"schema_version", "integer", true},
    {"published", "boolean", true},
    {"correlation_id", "uuid", true},
    {"causation_id", "uuid", false},
    {"metadata", "json", false},
    {"payload", "json", true},
}};

inline constexpr std::string_view unique_id = "message_id_is_unique";
inline constexpr std::string_view made_unique_id =
    "CONSTRAINT message_id_is_unique UNIQUE (message_id)";

/// What a relation that `pg_class.relkind` says this of is dropped as.
constexpr std::string_view kind_in_sql(std::string_view kind) noexcept {
  if (kind == "v") return "VIEW";
  if (kind == "m") return "MATERIALIZED VIEW";
  if (kind == "f") return "FOREIGN TABLE";
  if (kind == "i" || kind == "I") return "INDEX";
  if (kind == "c") return "TYPE";
  return kind == "S" ? "SEQUENCE" : "TABLE";
}

// The statements; the table comes behind.

inline constexpr auto table_like = R"sql(
  SELECT relkind::text, relpersistence::text, relrowsecurity,
    EXISTS(SELECT FROM pg_inherits WHERE inhparent = pg_class.oid)
  FROM pg_class WHERE oid = )sql";

// Without the quotation marks that quote_all_identifiers sets.
inline constexpr auto columns_of = R"sql(
  SELECT attname::text, replace(format_type(atttypid, atttypmod), '"', ''), attnotnull,
    attidentity::text, quote_ident(attname), attgenerated::text
  FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid = )sql";

inline constexpr auto constraints_of = R"sql(
  SELECT c.conname::text, quote_ident(c.conname), c.contype::text,
    array_to_string(ARRAY(
      SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
      ORDER BY k.place), ','),
    coalesce(i.indisvalid, true), c.condeferrable
  FROM pg_constraint c LEFT JOIN pg_index i ON i.indexrelid = c.conindid
  WHERE c.contype IN ('p', 'u', 'c', 'f', 'x') AND c.conrelid = )sql";

// Without those that belong to constraints.
inline constexpr auto indexes_of = R"sql(
  SELECT c.relname::text, quote_ident(c.relname), i.indisunique, i.indisvalid,
    i.indnatts = 1
      AND replace(pg_get_indexdef(i.indexrelid, 1, true), '"', '') = 'correlation_id'
      AND replace(coalesce(pg_get_expr(i.indpred, i.indrelid), ''), '"', '')
        = '(correlation_id <> message_id)'
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE NOT EXISTS (
      SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
    AND i.indrelid = )sql";

inline constexpr auto triggers_of = R"sql(
  SELECT 'trigger ' || quote_ident(tgname), 'DROP TRIGGER ' || quote_ident(tgname)
  FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid = )sql";
inline constexpr auto rules_of = R"sql(
  UNION ALL SELECT 'rule ' || quote_ident(rulename), 'DROP RULE ' || quote_ident(rulename)
  FROM pg_rewrite WHERE rulename <> '_RETURN' AND ev_enabled <> 'D' AND ev_class = )sql";

}  // namespace messagebus::postgresql::detail
