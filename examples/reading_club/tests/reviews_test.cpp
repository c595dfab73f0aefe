#include "club_test.hpp"

namespace reading_club {
namespace {

/// A club of two books and two reviewers.
template <class Storage>
class reviews_test : public club_test<Storage> {
 protected:
  void SetUp() override {
    this->execute(register_domain_driven_design());
    this->execute(register_architecture_patterns());
    this->execute(create_alice());
    this->execute(create_bob());
    messages_before = this->logged().size();
  }

  /// What was logged since then.
  names logged_since() {
    names all = this->logged_names();
    return {all.begin() + static_cast<std::ptrdiff_t>(messages_before), all.end()};
  }

  std::size_t messages_before = 0;
};
TYPED_TEST_SUITE(reviews_test, storages, storage_names);

TYPED_TEST(reviews_test, a_review_is_kept_and_told) {
  create_review command = review_of(20, domain_driven_design, alice, 9);
  command.comment = "Long, and worth it";
  EXPECT_EQ(this->execute(command), reviewing::done);
  EXPECT_EQ(this->reviews(), (std::vector<review>{{.id = id(20),
                                                   .book_id = id(domain_driven_design),
                                                   .reviewer_id = id(alice),
                                                   .rating = 9,
                                                   .comment = "Long, and worth it"}}));
  const recorded messages = this->logged();
  ASSERT_EQ(messages.size(), this->messages_before + 2);
  const messagebus::recorded_message& stored_command = messages[this->messages_before];
  const messagebus::recorded_message& fact = messages[this->messages_before + 1];
  EXPECT_EQ(stored_command.as<create_review>(), command);
  EXPECT_FALSE(stored_command.published);
  EXPECT_EQ(fact.as<review_created>(),
            (review_created{command.id, command.book_id, command.reviewer_id, 9, command.comment}));
  EXPECT_TRUE(fact.published);
}

TYPED_TEST(reviews_test, a_review_needs_no_comment) {
  EXPECT_EQ(this->execute(review_of(20, domain_driven_design, alice)), reviewing::done);
  ASSERT_EQ(this->reviews().size(), 1U);
  EXPECT_EQ(this->reviews()[0].comment, std::nullopt);
}

TYPED_TEST(reviews_test, an_empty_comment_is_a_comment) {
  create_review command = review_of(20, domain_driven_design, alice);
  command.comment = "";
  EXPECT_EQ(this->execute(command), reviewing::done);
  ASSERT_EQ(this->reviews().size(), 1U);
  EXPECT_EQ(this->reviews()[0].comment, "");
}

TYPED_TEST(reviews_test, a_review_needs_a_book) {
  EXPECT_EQ(this->execute(review_of(20, 99, alice)), reviewing::integrity_error);
  EXPECT_TRUE(this->reviews().empty());
  EXPECT_EQ(this->logged_since(), names{"create_review"});
}

TYPED_TEST(reviews_test, a_review_needs_a_reviewer) {
  EXPECT_EQ(this->execute(review_of(20, domain_driven_design, 99)), reviewing::integrity_error);
  EXPECT_TRUE(this->reviews().empty());
  EXPECT_EQ(this->logged_since(), names{"create_review"});
}

TYPED_TEST(reviews_test, a_reviewer_reviews_a_book_once) {
  EXPECT_EQ(this->execute(review_of(20, domain_driven_design, alice, 3)), reviewing::done);
  EXPECT_EQ(this->execute(review_of(21, domain_driven_design, alice, 10)),
            reviewing::integrity_error);
  ASSERT_EQ(this->reviews().size(), 1U);
  EXPECT_EQ(this->reviews()[0].rating, 3);
  EXPECT_EQ(this->logged_since(), (names{"create_review", "review_created", "create_review"}));
}

TYPED_TEST(reviews_test, the_id_of_a_review_is_taken_once) {
  EXPECT_EQ(this->execute(review_of(20, domain_driven_design, alice)), reviewing::done);
  EXPECT_EQ(this->execute(review_of(20, architecture_patterns, bob)), reviewing::integrity_error);
  EXPECT_EQ(this->reviews().size(), 1U);
}

TYPED_TEST(reviews_test, every_reviewer_may_review_every_book) {
  EXPECT_EQ(this->execute(review_of(20, domain_driven_design, alice)), reviewing::done);
  EXPECT_EQ(this->execute(review_of(21, domain_driven_design, bob)), reviewing::done);
  EXPECT_EQ(this->execute(review_of(22, architecture_patterns, alice)), reviewing::done);
  EXPECT_EQ(this->execute(review_of(23, architecture_patterns, bob)), reviewing::done);
  EXPECT_EQ(this->reviews().size(), 4U);
}

TYPED_TEST(reviews_test, ratings_go_from_0_to_10) {
  EXPECT_EQ(this->execute(review_of(20, domain_driven_design, alice, 0)), reviewing::done);
  EXPECT_EQ(this->execute(review_of(21, domain_driven_design, bob, 10)), reviewing::done);
  EXPECT_EQ(this->execute(review_of(22, architecture_patterns, alice, -1)),
            reviewing::rating_out_of_range);
  EXPECT_EQ(this->execute(review_of(23, architecture_patterns, alice, 11)),
            reviewing::rating_out_of_range);
  EXPECT_EQ(this->reviews().size(), 2U);
  EXPECT_EQ(this->logged_since(), (names{"create_review", "review_created", "create_review",
                                         "review_created", "create_review", "create_review"}));
}

TYPED_TEST(reviews_test, a_book_and_its_review_may_come_in_one_transaction) {
  register_book command = register_domain_driven_design();
  command.id = id(3);
  command.isbn = "978-0134494166";
  this->storage.unit_of_work().transact([&](club_transaction& transaction) {
    EXPECT_EQ(this->bus.handle(command, transaction), registration::done);
    EXPECT_EQ(this->bus.handle(review_of(20, 3, bob), transaction), reviewing::done);
    transaction.commit();
  });
  EXPECT_EQ(this->reviews().size(), 1U);
  EXPECT_EQ(this->logged_since(),
            (names{"register_book", "book_registered", "create_review", "review_created"}));
}

}  // namespace
}  // namespace reading_club
