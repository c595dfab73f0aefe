#include "club_test.hpp"

namespace reading_club {
namespace {

template <class Storage>
using books_test = club_test<Storage>;
TYPED_TEST_SUITE(books_test, storages, storage_names);

TYPED_TEST(books_test, a_registered_book_is_kept_and_told) {
  const register_book command = register_domain_driven_design();
  EXPECT_EQ(this->execute(command), registration::done);
  EXPECT_EQ(this->books(), (std::vector<book>{{.id = command.id,
                                               .isbn = command.isbn,
                                               .title = command.title,
                                               .author = command.author}}));
  const recorded messages = this->logged();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].as<register_book>(), command);
  EXPECT_EQ(messages[1].as<book_registered>(),
            (book_registered{command.id, command.isbn, command.title, command.author}));
}

TYPED_TEST(books_test, only_the_fact_is_for_others) {
  this->execute(register_domain_driven_design());
  const recorded messages = this->logged();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_FALSE(messages[0].published);
  EXPECT_TRUE(messages[1].published);
}

TYPED_TEST(books_test, a_second_book_of_the_same_id_is_refused) {
  register_book same_id = register_architecture_patterns();
  same_id.id = id(domain_driven_design);
  EXPECT_EQ(this->execute(register_domain_driven_design()), registration::done);
  EXPECT_EQ(this->execute(same_id), registration::integrity_error);
  ASSERT_EQ(this->books().size(), 1U);
  EXPECT_EQ(this->books()[0].title, "Domain-Driven Design");
}

TYPED_TEST(books_test, a_second_book_of_the_same_isbn_is_refused) {
  register_book same_isbn = register_architecture_patterns();
  same_isbn.isbn = register_domain_driven_design().isbn;
  EXPECT_EQ(this->execute(register_domain_driven_design()), registration::done);
  EXPECT_EQ(this->execute(same_isbn), registration::integrity_error);
  ASSERT_EQ(this->books().size(), 1U);
  EXPECT_EQ(this->books()[0].title, "Domain-Driven Design");
}

TYPED_TEST(books_test, B5_R2_what_was_refused_is_stored_and_raises_nothing) {
  this->execute(register_domain_driven_design());
  this->execute(register_domain_driven_design());
  EXPECT_EQ(this->logged_names(), (names{"register_book", "book_registered", "register_book"}));
}

TYPED_TEST(books_test, a_book_of_the_same_transaction_takes_its_isbn_too) {
  register_book same_isbn = register_architecture_patterns();
  same_isbn.isbn = register_domain_driven_design().isbn;
  this->storage.unit_of_work().transact([&](club_transaction& transaction) {
    EXPECT_EQ(this->bus.handle(register_domain_driven_design(), transaction), registration::done);
    EXPECT_EQ(this->bus.handle(same_isbn, transaction), registration::integrity_error);
    EXPECT_EQ(transaction->books.all().size(), 1U);
    transaction.commit();
  });
  EXPECT_EQ(this->books().size(), 1U);
}

TYPED_TEST(books_test, T8_the_isbn_of_a_book_that_was_rolled_back_is_free) {
  register_book same_isbn = register_architecture_patterns();
  same_isbn.isbn = register_domain_driven_design().isbn;
  this->storage.unit_of_work().transact([&](club_transaction& transaction) {
    this->bus.handle(register_domain_driven_design(), transaction);
    transaction.rollback();
  });
  EXPECT_EQ(this->execute(same_isbn), registration::done);
  EXPECT_EQ(this->logged_names(), (names{"register_book", "book_registered"}));
}

TYPED_TEST(books_test, texts_are_kept_as_they_are) {
  register_book strange = register_domain_driven_design();
  strange.title = "'; drop table books; -- \"\\\n\t";
  strange.author = "Ægir Þórðarson 北京 🦉";
  EXPECT_EQ(this->execute(strange), registration::done);
  ASSERT_EQ(this->books().size(), 1U);
  EXPECT_EQ(this->books()[0].title, strange.title);
  EXPECT_EQ(this->books()[0].author, strange.author);
  const recorded messages = this->logged();
  EXPECT_EQ(messages.at(1).as<book_registered>().title, strange.title);
}

TYPED_TEST(books_test, are_listed_in_the_order_of_their_ids) {
  this->execute(register_architecture_patterns());
  this->execute(register_domain_driven_design());
  ASSERT_EQ(this->books().size(), 2U);
  EXPECT_EQ(this->books()[0].id, id(domain_driven_design));
  EXPECT_EQ(this->books()[1].id, id(architecture_patterns));
}

}  // namespace
}  // namespace reading_club
