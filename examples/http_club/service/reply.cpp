#include <boost/describe/class.hpp>
#include <cstdio>
#include <http_club/service/reply.hpp>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/error.hpp>

namespace http_club {
namespace {

struct json_error {
  std::string error;
};
BOOST_DESCRIBE_STRUCT(json_error, (), (error))

reply failure(const std::exception& failed) {
  std::fprintf(stderr, "http_club: %s\n", failed.what());
  return refusal(500, "the server failed; its log says why");
}

}  // namespace

reply refusal(int status, const std::string& sentence) {
  reply made{.status = status};
  messagebus::codec::encode_lossy(json_error{sentence}, made.body);
  made.body += '\n';
  return made;
}

reply try_again(const std::string& sentence) {
  reply made = refusal(503, sentence);
  made.retry_after_seconds = 1;
  return made;
}

reply reply_to(const std::exception_ptr& failed) {
  using messagebus::errc;
  try {
    std::rethrow_exception(failed);
  } catch (const messagebus::decode_error& error) {
    return refusal(400, error.what());
  } catch (const messagebus::commit_outcome_unknown_error& error) {
    std::fprintf(stderr, "http_club: %s\n", error.what());
    return refusal(503, "nobody knows whether this was kept: look for it before sending it again");
  } catch (const messagebus::error& error) {
    if (error.code() == errc::duplicate_message || error.code() == errc::constraint) {
      return refusal(409, "the database refuses this: it is there already, or breaks a rule");
    }
    if (error.code() == errc::cancelled) {
      return try_again("the service is ending, and this was not kept: try again");
    }
    if (!error.is_retryable()) return failure(error);
    std::fprintf(stderr, "http_club: %s\n", error.what());
    return try_again("the database is busy or cannot be reached: try again");
  } catch (const std::exception& error) {
    return failure(error);
  }
}

}  // namespace http_club
