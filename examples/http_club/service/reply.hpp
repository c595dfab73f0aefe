#pragma once

#include <exception>
#include <string>

namespace http_club {

/// What the service answers, as HTTP has it.
struct reply {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  /// The methods that would do, for 405; else empty.
  std::string allow = {};
  /// After so many seconds the same request may succeed, for 503; else 0.
  int retry_after_seconds = 0;
};

/// `{"error":"…"}` with a sentence that says what to do.
reply refusal(int status, const std::string& sentence);

/// A refusal, 503, of what may succeed a second later.
reply try_again(const std::string& sentence);

/// What an error is to the client. One that is nobody's business but ours becomes a 500 without
/// details, and a line on standard error with them.
reply reply_to(const std::exception_ptr& failed);

}  // namespace http_club
