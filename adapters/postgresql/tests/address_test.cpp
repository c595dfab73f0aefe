#include <gtest/gtest.h>

#include <messagebus/postgresql/address.hpp>

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

}  // namespace
}  // namespace messagebus::postgresql
