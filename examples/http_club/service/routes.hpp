#pragma once

#include <functional>
#include <http_club/service/backend.hpp>
#include <http_club/service/reply.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace http_club {

struct request {
  std::string_view method;
  std::string_view target;
  std::string_view body;
};

/// What the club answers to which request.
class routes {
 public:
  /// `metrics` gives the text for Prometheus. No more than `streams_max` lists are streamed at
  /// once: each keeps a connection to the database for as long as its client takes.
  routes(backend& backend, std::function<std::string()> metrics, std::size_t streams_max)
      : backend_(backend), metrics_(std::move(metrics)), streams_max_(streams_max) {}

  /// The answer; nothing when it went into `stream`. Errors: those of the database and of decoding,
  /// see `reply_to`. Lifetime: the request outlives the task.
  task<std::optional<reply>> answer(const request& asked, text_sink& stream);

 private:
  task<reply> post_book(std::string_view body);
  task<reply> post_reviewer(std::string_view body);
  task<reply> post_review(std::string_view body);
  task<std::optional<reply>> get(std::string_view path, text_sink& stream);
  task<std::optional<reply>> get_stream(std::string_view path, text_sink& stream);
  task<std::optional<reply>> post(std::string_view path, std::string_view body);

  backend& backend_;
  std::function<std::string()> metrics_;
  std::size_t streams_max_;
  std::size_t streams_running_ = 0;
};

}  // namespace http_club
