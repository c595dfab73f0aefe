#include "follow_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "commands.hpp"
#include "common_options.hpp"
#include "location.hpp"
#include "log_command.hpp"
#include "message_writer.hpp"
#include "query_options.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

constexpr std::uint64_t last_by_default = 10;

constexpr auto follow_examples =
    "  messagebus follow club.db\n"
    "  messagebus follow club.db --kind event --published --payload\n"
    "  messagebus follow club.db --after 1200 --json | ./send_mails\n"
    "  messagebus follow club.db --last 0 --count 1 --name book_registered\n"
    "\n"
    "Without --last, --after and --from it begins with the last 10 messages that match. It is "
    "woken\n"
    "by whoever commits, ends with Ctrl-C (exit code 0), and misses nothing: a program that keeps\n"
    "the last position it has seen goes on from there with --after. While the database does not\n"
    "answer it waits, and says so on standard error.";

struct follow_options {
  given_location location;
  query_options filters;
  follow_view view;
};

// Stops for its own reason, or because the surroundings say so.
class ending {
 public:
  explicit ending(const std::stop_token& outer)
      : outer_(outer, [this] { source_.request_stop(); }) {}

  void request() { source_.request_stop(); }
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> outer_;
};

/// Times in which the database does not answer. A follower outlasts them: who wants it to end ends
/// it.
class absences {
 public:
  absences(surroundings& around, std::chrono::milliseconds pause)
      : around_(around), pause_(pause) {}

  void wait(const error& reason, const std::stop_token& stop) {
    if (!std::exchange(is_told_, true)) {
      around_.err.write(fmt::format("messagebus: {}\nmessagebus: waiting for it to answer again\n",
                                    shown(reason.what())));
      around_.err.flush();
    }
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, pause_, [] { return false; });
  }

  void end() { is_told_ = false; }

 private:
  surroundings& around_;
  std::chrono::milliseconds pause_;
  bool is_told_ = false;
};

bool is_read_up(const log_query& query) {
  return query.up_to && query.after >= *query.up_to;
}

void add_options(CLI::App& command, follow_options& asked) {
  add_location(command, asked.location);
  command
      .add_option_function<std::uint64_t>(
          "--last", [&asked](std::uint64_t count) { asked.view.last = count; },
          "Begin with the last COUNT messages that match; 0: only with what comes")
      ->check(number_fault)
      ->type_name("COUNT");
  command
      .add_option_function<std::uint64_t>(
          "--count", [&asked](std::uint64_t count) { asked.view.count = count; },
          "End after COUNT messages")
      ->check(number_fault)
      ->type_name("COUNT");
  command.add_flag("--payload", asked.view.with_payload, "Show payloads too");
  add_json(command, asked.view.json, "all that the log keeps, as export writes it");
  asked.filters.add_to(command);
}

}  // namespace

void add_follow_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<follow_options>();
  auto& command =
      add_command(app, line, "follow", "Show the messages of a log as they come, until Ctrl-C",
                  follow_examples);
  add_options(command, *asked);
  command.callback([asked, &command, &line] {
    const bool says_where = command.count("--after") > 0 || command.count("--from") > 0;
    if (!asked->view.last && !says_where) asked->view.last = last_by_default;
    line.is_ended_by_signal = true;
    line.command = [asked](surroundings& around) {
      const auto opened = open_to_read(asked->location);
      return follow_log(opened->log(), asked->filters.query(), asked->view, around);
    };
  });
}

exit_code follow_log(message_log& log, log_query query, const follow_view& view,
                     surroundings& around) {
  const auto newest = sync_wait(log.last_position());
  if (view.last == 0U) {
    query.after = std::max(query.after, newest);
  } else if (view.last) {
    start_at_last(log, query, *view.last, newest, around.stop);
  }
  auto left = view.count;
  if (left == 0U) return exit_code::ok;
  if (query.after > newest) {
    around.err.write(
        fmt::format("messagebus: the log ends at position {}, and what comes up to {} is passed "
                    "over; if it was restored, go on with --after and a position that is known to "
                    "be older\n",
                    newest.value, query.after.value));
    around.err.flush();
  }
  message_writer writer(log, {.json = view.json, .with_payload = view.with_payload}, newest,
                        around);
  ending ended(around.stop);
  absences absences(around, view.pause);
  const auto write = [&](std::span<const recorded_message> messages, position read_to) {
    if (left) messages = messages.first(std::min<std::size_t>(*left, messages.size()));
    writer.write(messages);
    around.out.flush();
    query.after = read_to;
    absences.end();
    if (!left) return;
    *left -= messages.size();
    if (*left == 0) ended.request();
  };
  while (!ended.token().stop_requested() && !is_read_up(query)) {
    try {
      log.follow(query, write, ended.token());
    } catch (const error& away) {
      // In a failover, an address of several hosts leads to a standby that is not promoted yet.
      const bool may_pass = away.is_retryable() || away.code() == errc::storage_read_only;
      if (!may_pass) throw;
      absences.wait(away, ended.token());
    }
  }
  return around.stop.stop_requested() ? exit_code::interrupted : exit_code::ok;
}

}  // namespace messagebus::tool
