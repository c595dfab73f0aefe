#include "club_test.hpp"

namespace reading_club {
namespace {

template <class Storage>
using reviewers_test = club_test<Storage>;
TYPED_TEST_SUITE(reviewers_test, storages, storage_names);

TYPED_TEST(reviewers_test, a_reviewer_is_kept_and_told) {
  EXPECT_EQ(this->execute(create_alice()), registration::done);
  EXPECT_EQ(this->reviewers(), (std::vector<reviewer>{{.id = id(alice), .name = "Alice"}}));
  const recorded messages = this->logged();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].as<create_reviewer>(), create_alice());
  EXPECT_FALSE(messages[0].published);
  EXPECT_EQ(messages[1].as<reviewer_created>(), (reviewer_created{id(alice), "Alice"}));
  EXPECT_TRUE(messages[1].published);
}

TYPED_TEST(reviewers_test, a_second_reviewer_of_the_same_id_is_refused) {
  create_reviewer same_id = create_bob();
  same_id.id = id(alice);
  EXPECT_EQ(this->execute(create_alice()), registration::done);
  EXPECT_EQ(this->execute(same_id), registration::integrity_error);
  EXPECT_EQ(this->reviewers(), (std::vector<reviewer>{{.id = id(alice), .name = "Alice"}}));
  EXPECT_EQ(this->logged_names(),
            (names{"create_reviewer", "reviewer_created", "create_reviewer"}));
}

TYPED_TEST(reviewers_test, two_reviewers_may_share_a_name) {
  create_reviewer namesake = create_bob();
  namesake.name = "Alice";
  EXPECT_EQ(this->execute(create_alice()), registration::done);
  EXPECT_EQ(this->execute(namesake), registration::done);
  EXPECT_EQ(this->reviewers().size(), 2U);
}

}  // namespace
}  // namespace reading_club
