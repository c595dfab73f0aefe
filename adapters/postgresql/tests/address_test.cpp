#include <gtest/gtest.h>

#include <messagebus/postgresql/address.hpp>

#include "connection_settings.hpp"
#include "expected_errors.hpp"

namespace messagebus::postgresql {
namespace {

TEST(postgresql_address, is_a_url_or_parameters_of_libpq) {
  for (const char* address :
       {"postgresql://club@db/club", "postgres://db", "POSTGRESQL://db/club", "postgresql:/db/club",
        "PostGres:db", "host=db dbname=club", "dbname = club", " user=club", "service=club",
        "password=secret", "sslmode=require host=db"}) {
    EXPECT_TRUE(is_address(address)) << address;
  }
}

TEST(postgresql_address, is_no_path_and_nothing_of_others) {
  for (const char* other : {"", "=", " ", "club.db", "/srv/club.db", "./host=x", "postgresql",
                            "postgresql.db", "postgresql_club:1", "mysql://db", "file:club.db",
                            "colour=red", "a/host=x", "host", "= x", "C:\\club.db"}) {
    EXPECT_FALSE(is_address(other)) << other;
  }
}

TEST(postgresql_address, is_shown_as_it_may_be_given) {
  const auto shown = [](const std::string& where) {
    return detail::connection_settings(where, {}).location;
  };
  EXPECT_EQ(shown("postgresql://u:secret@[::1]:5432/club"), "postgresql://u@[::1]:5432/club");
  EXPECT_EQ(shown("hostaddr=fe80::1 port=5432 user=u"), "postgresql://u@[fe80::1]:5432/u");
  EXPECT_EQ(shown("host=::1,db,::2 port=1 user=u"), "postgresql://u@[::1],db,[::2]:1/u");
  EXPECT_EQ(shown("host=/run/a:b port=1 user=u"), "postgresql://u@/run/a:b:1/u");
}

TEST(postgresql_address, has_its_scheme_in_small_letters) {
  expect_refused("POSTGRESQL://u:secret@db/club", errc::storage_unavailable,
                 "the connection string begins with POSTGRESQL://, which libpq knows in small "
                 "letters alone; write postgresql://…");
  expect_refused("Postgres://u:secret@db/club", errc::storage_unavailable, "write postgres://…");
}

}  // namespace
}  // namespace messagebus::postgresql
