// What an error of the library is to a client.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <http_club/service/reply.hpp>
#include <messagebus/domain/error.hpp>
#include <stdexcept>

namespace http_club {
namespace {

using messagebus::errc;
using ::testing::HasSubstr;

template <class Error>
reply reply_to_one(const Error& error) {
  return reply_to(std::make_exception_ptr(error));
}

TEST(http_reply, T9_an_unknown_outcome_is_no_invitation_to_send_it_again) {
  const reply made = reply_to_one(messagebus::commit_outcome_unknown_error("cut"));
  EXPECT_EQ(made.status, 503);
  EXPECT_EQ(made.retry_after_seconds, 0);
  EXPECT_THAT(made.body, HasSubstr("nobody knows whether this was kept"));
}

TEST(http_reply, what_may_succeed_later_says_when) {
  for (const auto code : {errc::busy, errc::cancelled}) {
    const reply made =
        reply_to_one(messagebus::error(code, "not now", messagebus::retry::may_help));
    EXPECT_EQ(made.status, 503);
    EXPECT_EQ(made.retry_after_seconds, 1);
  }
}

TEST(http_reply, what_the_client_did_wrong_is_told_to_it) {
  EXPECT_THAT(reply_to_one(messagebus::decode_error("isbn: no text")).body,
              HasSubstr("isbn: no text"));
  EXPECT_EQ(reply_to_one(messagebus::decode_error("isbn: no text")).status, 400);
  EXPECT_EQ(reply_to_one(messagebus::error(errc::duplicate_message, "there")).status, 409);
  EXPECT_EQ(reply_to_one(messagebus::error(errc::constraint, "rule")).status, 409);
}

TEST(http_reply, what_is_our_own_fault_has_no_details) {
  for (const reply& made : {reply_to_one(messagebus::error(errc::storage_corrupt, "secret")),
                            reply_to_one(std::runtime_error("secret"))}) {
    EXPECT_EQ(made.status, 500);
    EXPECT_EQ(made.retry_after_seconds, 0);
    EXPECT_EQ(made.body.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace http_club
