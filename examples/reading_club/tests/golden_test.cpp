// What messages of the club look like in the log and on the wire, kept in files: a change that
// would no longer read what was written, or write something else, fails here. Files are added with
// each new version of a message, and never changed.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <messagebus/codec/json.hpp>
#include <string>

#include "samples.hpp"

namespace reading_club {
namespace {

std::string golden(const std::string& name) {
  const std::string path = std::string(READING_CLUB_GOLDEN_FOLDER) + "/" + name + ".json";
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

template <messagebus::message M>
std::string file_name(const std::string& variant) {
  return std::string(M::schema.name) + "_v" + std::to_string(M::schema.schema_version) + variant;
}

template <messagebus::message M>
void expect_golden(const M& message, const std::string& variant = "") {
  const std::string text = golden(file_name<M>(variant));
  EXPECT_EQ(messagebus::codec::encode(message), text);
  EXPECT_EQ(messagebus::codec::decode<M>(text), message);
}

TEST(golden, M1_books_are_written_and_read_as_ever) {
  const register_book command = register_domain_driven_design();
  expect_golden(command);
  expect_golden(book_registered{command.id, command.isbn, command.title, command.author});
}

TEST(golden, M1_reviewers_are_written_and_read_as_ever) {
  expect_golden(create_alice());
  expect_golden(reviewer_created{id(alice), "Alice"});
}

TEST(golden, M1_reviews_are_written_and_read_as_ever) {
  create_review command = review_of(20, domain_driven_design, alice, 9);
  review_created fact{command.id, command.book_id, command.reviewer_id, command.rating};
  expect_golden(command, "_without_comment");
  expect_golden(fact, "_without_comment");
  command.comment = fact.comment = "Long, and “worth it”\n— twice";
  expect_golden(command);
  expect_golden(fact);
}

TEST(golden, M1_a_review_without_the_field_of_the_comment_can_be_read) {
  const auto read = messagebus::codec::decode<create_review>(golden("create_review_v1_by_others"));
  EXPECT_EQ(read, review_of(20, domain_driven_design, alice, 9));
}

}  // namespace
}  // namespace reading_club
