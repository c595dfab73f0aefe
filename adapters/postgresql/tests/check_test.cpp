// What `database::check` finds, and that it finds nothing where nothing is wrong.

#include <gtest/gtest.h>

#include <atomic>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using findings = std::vector<std::string>;

void add_messages(database& club, int count) {
  session writing(club);
  for (int i = 0; i < count; ++i) writing.store().add(testing::sample_message());
  sync_wait(writing.commit());
}

std::string replaced(std::string text, const std::string& placeholder, const std::string& by) {
  for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at)) {
    text.replace(at, placeholder.size(), by);
  }
  return text;
}

class check_test : public ::testing::Test {
 protected:
  /// `{t}` is the table of messages, `{s}` the namespace.
  std::string in_schema(const std::string& sql) const {
    return replaced(replaced(sql, "{t}", schema_.table("message")), "{s}", schema_.name());
  }
  void damage(const std::string& sql) { database_.execute(in_schema(sql)); }
  findings check() { return sync_wait(database_.check()); }

  test_schema schema_;
  database database_{schema_.address(), schema_.options()};
};

TEST_F(check_test, finds_nothing_in_a_log_that_is_new_used_or_read_behind_a_pooler) {
  EXPECT_EQ(check(), findings{});
  add_messages(database_, 3);
  EXPECT_EQ(check(), findings{});
  // A server that writes names in its own way.
  database quoting(schema_.address() + "?options=-cquote_all_identifiers%3Don", schema_.options());
  EXPECT_EQ(sync_wait(quoting.check()), findings{});
  // What comes to nothing: a policy that is not enabled, and a default of a column that is written
  // always.
  damage("CREATE POLICY mine ON {t} USING (published)");
  damage("ALTER TABLE {t} ALTER COLUMN metadata SET DEFAULT '{}'");
  add_messages(database_, 1);
  EXPECT_EQ(check(), findings{});
  // Numbers that were rolled back, and an index and a reference of the application's own.
  damage("SELECT nextval(pg_get_serial_sequence('{t}', 'position'))");
  damage("CREATE INDEX by_name ON {t}(name)");
  damage("CREATE TABLE {s}.letter(message_id uuid REFERENCES {t}(message_id))");
  EXPECT_EQ(check(), findings{});
  auto pooled = schema_.options();
  pooled.pooling = pooling::by_transaction;
  pooled.read_only = true;
  database behind_pooler(address_of("MESSAGEBUS_TEST_PGBOUNCER"), pooled);
  EXPECT_EQ(sync_wait(behind_pooler.check()), findings{});
}

TEST_F(check_test, finds_nothing_while_others_write) {
  std::atomic<bool> is_over = false;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&] {
      while (!is_over) add_messages(database_, 2);
    });
  }
  for (int look = 0; look < 50; ++look) EXPECT_EQ(check(), findings{});
  is_over = true;
}

struct damage_case {
  const char* name;
  const char* sql;
  /// What the finding says, and what to do; `{t}` and `{s}` as in the SQL.
  const char* says;
  /// Whether what to do is SQL.
  bool is_mended_by_advice = true;
};

std::ostream& operator<<(std::ostream& out, const damage_case& damage) {
  return out << damage.name;
}

class damaged_log : public check_test, public ::testing::WithParamInterface<damage_case> {
 protected:
  /// As the findings write a table.
  std::string as_told(const std::string& text) const {
    const std::string schema = "\"" + schema_.name() + "\"";
    return replaced(replaced(text, "{t}", schema + ".message"), "{s}", schema);
  }
};

TEST_P(damaged_log, is_found_and_mended_by_what_the_finding_says) {
  add_messages(database_, 3);
  damage(GetParam().sql);
  const findings found = check();
  ASSERT_EQ(found.size(), 1U) << ::testing::PrintToString(found);
  const std::string says = as_told(GetParam().says);
  EXPECT_EQ(found.front().substr(0, says.size()), says) << found.front();
  if (!GetParam().is_mended_by_advice) return;
  database_.execute(found.front().substr(found.front().find(": ") + 2));
  EXPECT_EQ(check(), findings{});
  add_messages(database_, 1);
  EXPECT_EQ(testing::read_all(*database_.open_log()).size(), 4U);
}

const damage_case damages[] = {
    {"missing_column", "ALTER TABLE {t} DROP COLUMN metadata",
     "the column metadata of {t} is missing: restore a backup", false},
    {"added_column", "ALTER TABLE {t} ADD COLUMN \"More\" text NOT NULL DEFAULT ''",
     "the column \"More\" was added to {t}: ALTER TABLE {t} DROP COLUMN \"More\""},
    {"type", "ALTER TABLE {t} ALTER COLUMN name TYPE varchar(99)",
     "the column name of {t} has the type character varying(99), and should have text"},
    {"type_of_position", "ALTER TABLE {t} ALTER COLUMN position TYPE integer",
     "the column position of {t} has the type integer, and should have bigint"},
    {"not_null_dropped", "ALTER TABLE {t} ALTER COLUMN payload DROP NOT NULL",
     "the column payload of {t} is not NOT NULL any more"},
    {"not_null_added",
     "UPDATE {t} SET metadata = '{}'; ALTER TABLE {t} ALTER COLUMN metadata SET NOT NULL",
     "the column metadata of {t} is NOT NULL"},
    {"generated",
     "ALTER TABLE {t} DROP COLUMN metadata; ALTER TABLE {t} ADD COLUMN metadata json GENERATED "
     "ALWAYS AS (payload) STORED",
     "the column metadata of {t} is generated, and no message can be written"},
    {"identity_dropped", "ALTER TABLE {t} ALTER COLUMN position DROP IDENTITY",
     "the column position of {t} has no identity"},
    {"serial",
     "ALTER TABLE {t} ALTER COLUMN position DROP IDENTITY; CREATE SEQUENCE {s}.mine START 100; "
     "ALTER TABLE {t} ALTER COLUMN position SET DEFAULT nextval('{s}.mine')",
     "the column position of {t} has no identity"},
    {"identity_by_default", "ALTER TABLE {t} ALTER COLUMN position SET GENERATED BY DEFAULT",
     "the column position of {t} takes numbers that are given to it"},
    {"primary_key_dropped", "ALTER TABLE {t} DROP CONSTRAINT message_pkey",
     "the primary key of {t} is missing"},
    {"primary_key_elsewhere",
     "ALTER TABLE {t} DROP CONSTRAINT message_pkey, ADD PRIMARY KEY (position, name)",
     "the constraint message_pkey of {t} is not as the library makes it"},
    {"primary_key_invalid",
     "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{s}.message_pkey'::regclass",
     "the index of the constraint message_pkey of {t} is not valid"},
    {"unique_deferred",
     "ALTER TABLE {t} DROP CONSTRAINT message_id_is_unique, ADD CONSTRAINT message_id_is_unique "
     "UNIQUE (message_id) DEFERRABLE INITIALLY DEFERRED",
     "the constraint message_id_is_unique of {t} is not as the library makes it"},
    {"sequence_at_its_end", "ALTER TABLE {t} ALTER COLUMN position SET MAXVALUE 3",
     "the sequence of {t} ends at 3"},
    {"child_table", "CREATE TABLE {s}.child() INHERITS ({t})",
     "{t} has tables that inherit from it", false},
    {"position_below_1",
     "ALTER TABLE {t} ALTER COLUMN position DROP IDENTITY; UPDATE {t} SET position = -5 WHERE "
     "position = 2; ALTER TABLE {t} ALTER COLUMN position ADD GENERATED ALWAYS AS IDENTITY (START "
     "WITH 4)",
     "{t} has positions below 1, from -5 on", false},
    {"unique_dropped", "ALTER TABLE {t} DROP CONSTRAINT message_id_is_unique",
     "the constraint message_id_is_unique of {t} is missing"},
    {"unique_elsewhere",
     "ALTER TABLE {t} DROP CONSTRAINT message_id_is_unique, ADD CONSTRAINT message_id_is_unique "
     "UNIQUE (message_id, name)",
     "the constraint message_id_is_unique of {t} is not as the library makes it"},
    {"unique_that_is_a_check",
     "ALTER TABLE {t} DROP CONSTRAINT message_id_is_unique, ADD CONSTRAINT message_id_is_unique "
     "CHECK (message_id IS NOT NULL)",
     "the constraint message_id_is_unique of {t} is not as the library makes it"},
    {"unique_invalid",
     "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
     "'{s}.message_id_is_unique'::regclass",
     "the index of the constraint message_id_is_unique of {t} is not valid"},
    {"added_check", "ALTER TABLE {t} ADD CONSTRAINT short CHECK (length(name) < 99)",
     "the constraint short was added to {t}"},
    {"added_unique_index", "CREATE UNIQUE INDEX once ON {t}(created_at, position)",
     "the unique index {s}.once was added"},
    {"index_dropped", "DROP INDEX {s}.message_correlation",
     "the index {s}.message_correlation is missing"},
    {"index_elsewhere",
     "DROP INDEX {s}.message_correlation; CREATE INDEX message_correlation ON {t}(correlation_id) "
     "WHERE published",
     "the index {s}.message_correlation is not as the library makes it"},
    {"index_invalid",
     "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
     "'{s}.message_correlation'::regclass",
     "the index {s}.message_correlation is not valid"},
    {"cache", "ALTER TABLE {t} ALTER COLUMN position SET CACHE 7",
     "the sequence of {t} has CACHE 7"},
    {"increment", "ALTER TABLE {t} ALTER COLUMN position SET INCREMENT 2",
     "the sequence of {t} has INCREMENT 2"},
    {"cycle", "ALTER TABLE {t} ALTER COLUMN position SET CYCLE", "the sequence of {t} has CYCLE"},
    {"sequence_set_back", "SELECT setval(pg_get_serial_sequence('{t}', 'position'), 2)",
     "the sequence of {t} stands at 2, behind the newest position 3"},
    {"sequence_begun_again", "ALTER TABLE {t} ALTER COLUMN position RESTART",
     "the sequence of {t} stands at 1, behind the newest position 3"},
    {"unlogged", "ALTER TABLE {t} SET UNLOGGED", "{t} is UNLOGGED"},
    {"row_level_security", "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
     "{t} has row level security"},
    {"trigger",
     "CREATE FUNCTION {s}.none() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; "
     "CREATE TRIGGER \"Keeps\" BEFORE INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION {s}.none()",
     "the trigger \"Keeps\" was added to {t}"},
    {"rule", "CREATE RULE keeps_out AS ON INSERT TO {t} WHERE new.name = 'none' DO INSTEAD NOTHING",
     "the rule keeps_out was added to {t}"},
    {"two_versions", "INSERT INTO {s}.schema_version VALUES(1)",
     "the table {s}.schema_version has 2 rows"},
    {"no_version", "DELETE FROM {s}.schema_version", "the table {s}.schema_version has 0 rows"},
    {"no_table_of_versions", "DROP TABLE {s}.schema_version",
     "the table {s}.schema_version is missing"},
    {"view_of_versions",
     "ALTER TABLE {s}.schema_version RENAME TO kept; CREATE VIEW {s}.schema_version AS SELECT * "
     "FROM {s}.kept",
     "{s}.schema_version is no ordinary table"},
    {"materialized_view_of_versions",
     "ALTER TABLE {s}.schema_version RENAME TO kept; CREATE MATERIALIZED VIEW {s}.schema_version "
     "AS "
     "SELECT * FROM {s}.kept",
     "{s}.schema_version is no ordinary table"},
    {"partitioned_table_of_versions",
     "DROP TABLE {s}.schema_version; CREATE TABLE {s}.schema_version(version integer NOT NULL) "
     "PARTITION BY RANGE (version); CREATE TABLE {s}.part PARTITION OF {s}.schema_version DEFAULT; "
     "INSERT INTO {s}.schema_version VALUES(1)",
     "{s}.schema_version is no ordinary table"},
    {"versions_unlogged", "ALTER TABLE {s}.schema_version SET UNLOGGED",
     "{s}.schema_version is UNLOGGED"},
    {"versions_with_row_level_security", "ALTER TABLE {s}.schema_version ENABLE ROW LEVEL SECURITY",
     "{s}.schema_version has row level security"},
    {"no_table", "DROP TABLE {t}", "the table {t} is missing: restore a backup", false},
};

INSTANTIATE_TEST_SUITE_P(by, damaged_log, ::testing::ValuesIn(damages),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(check_test, tells_all_that_is_wrong_with_a_view_in_place_of_the_table) {
  damage("ALTER TABLE {t} RENAME TO kept; CREATE VIEW {t} AS SELECT * FROM {s}.kept");
  const findings found = check();
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found.front().find("is no ordinary table"), std::string::npos) << found.front();
  damage("DROP VIEW {t}; ALTER TABLE {s}.kept RENAME TO message");
  EXPECT_EQ(check(), findings{});
}

TEST_F(check_test, can_be_run_by_whoever_may_only_read) {
  add_messages(database_, 1);
  damage(
      "CREATE ROLE {s} LOGIN; GRANT USAGE ON SCHEMA {s} TO {s}; GRANT SELECT ON {t}, "
      "{s}.schema_version TO {s}");
  {
    auto options = schema_.options();
    options.read_only = true;
    const std::string& address = schema_.address();
    const auto user = address.find("messagebus@");
    database reader(address.substr(0, user) + schema_.name() + address.substr(user + 10), options);
    EXPECT_EQ(sync_wait(reader.check()), findings{});
    damage("ALTER TABLE {t} DROP CONSTRAINT message_id_is_unique");
    damage("SELECT setval(pg_get_serial_sequence('{t}', 'position'), 1, false)");
    EXPECT_EQ(sync_wait(reader.check()).size(), 1U) << "the sequence is not the reader's to see";
    EXPECT_EQ(check().size(), 2U);
  }
  damage("DROP OWNED BY {s}; DROP ROLE {s}");
}

}  // namespace
}  // namespace messagebus::postgresql
