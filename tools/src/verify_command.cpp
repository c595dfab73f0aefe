#include "verify_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/describe/class.hpp>
#include <iterator>
#include <limits>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/error.hpp>
#include <optional>
#include <string>
#include <utility>

#include "bars.hpp"
#include "commands.hpp"
#include "common_options.hpp"
#include "findings.hpp"
#include "message_writer.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

constexpr auto verify_examples =
    "  messagebus verify club.db\n"
    "  messagebus verify club.db --limit 5\n"
    "  messagebus verify club.db --json | jq 'select(.check == \"payload\") | .position'\n"
    "\n"
    "Examined are: order (positions grow), id (unique, version 7, found by the log), time, kind,\n"
    "name and version (what a schema may have), cause (before its effect), correlation (that of\n"
    "the cause), metadata and payload (JSON objects), damage (messages that cannot be read), and\n"
    "database (tables that are not as the library makes them; SQLite's integrity check). A line\n"
    "shows position, short id, check, and what is wrong. With --json, the last line is the "
    "summary.\n"
    "Needs some 50 MB of memory, however long the log is. Exit code 1: something was found.";

// What `--json` writes at the end.
struct summary_record {
  std::uint64_t messages = 0;
  std::uint64_t findings = 0;
  std::uint64_t causes_outside = 0;
  bool complete = true;
};
BOOST_DESCRIBE_STRUCT(summary_record, (), (messages, findings, causes_outside, complete))

// Where a log ends, or why nobody can say so.
struct log_end {
  position newest;
  std::optional<std::string> fault;
};

// Of a table that is not as it was made the database says so as of any statement that is wrong.
bool is_damage(const error& fault) {
  return fault.code() == errc::storage_corrupt || fault.code() == errc::storage;
}

log_end end_of(message_log& log) {
  try {
    return {.newest = sync_wait(log.last_position()), .fault = {}};
  } catch (const error& fault) {
    if (!is_damage(fault)) throw;
    return {.newest = {}, .fault = fault.what()};
  }
}

class verification {
 public:
  verification(opened_log& opened, const log_end& end, const verify_view& view,
               surroundings& around)
      : opened_(opened),
        log_(opened.log()),
        view_(view),
        around_(around),
        newest_(end.newest),
        found_(around, view.json, view.findings_max),
        bar_(around, "examining", static_cast<std::uint64_t>(newest_.value)),
        checks_(log_, [this](const recorded_message& message, const finding& found) {
          found_.add({message.position, message.message_id}, found, bar_);
        }) {
    query_.up_to = newest_;
    // The database may still say more.
    if (end.fault) found_.add({}, {check::damage, "cannot be read: " + *end.fault}, bar_);
  }

  exit_code run() {
    examine_log();
    if (!is_stopped()) examine_database();
    bar_.hide();
    if (view_.json) {
      write_json_summary();
    } else {
      write_summary();
    }
    if (is_stopped()) return exit_code::interrupted;
    return found_.count() > 0 ? exit_code::found : exit_code::ok;
  }

 private:
  bool is_stopped() const { return around_.stop.stop_requested(); }

  void examine_log() {
    try {
      examine_messages();
    } catch (const error& fault) {
      if (!is_damage(fault)) throw;
      found_.add({}, {check::damage, std::string("cannot be read on: ") + fault.what()}, bar_);
    }
  }

  void examine_messages() {
    log_page page;
    while (query_.after < newest_ && !is_stopped()) {
      if (read(query_, page)) {
        examine(page);
      } else {
        pass_damage();
      }
    }
    tell_damage();
  }

  void examine(const log_page& page) {
    for (const auto& message : page.messages()) {
      if (!follows(message.position)) return;
      tell_damage();
      checks_.examine(message);
      ++messages_;
      query_.after = std::max(query_.after, message.position);
    }
    if (!follows(first_after(page.read_to()))) return;
    query_.after = std::max(query_.after, page.read_to());
    bar_.show(static_cast<std::uint64_t>(query_.after.value));
  }

  // Whether nothing lies between the message that was read last and this position. In a damaged
  // index, reading forwards may leap over messages that are found when reading backwards.
  bool follows(position next) {
    if (next <= first_after(query_.after)) return true;
    if (is_empty({.after = query_.after,
                  .up_to = position{next.value - 1},
                  .order = log_order::newest_first})) {
      return true;
    }
    ++query_.after.value;
    note_damage(query_.after.value);
    return false;
  }

  bool is_empty(log_query backwards) {
    log_page single(1);
    do {
      if (!read(backwards, single)) return false;
      backwards.up_to = position{single.read_to().value - 1};
    } while (single.messages().empty() && !single.is_last());
    damage_ = "reading in order leaps over messages from here on";
    return single.messages().empty();
  }

  // False when a message of the page is damaged; other errors end the verification.
  bool read(const log_query& query, log_page& page) {
    try {
      sync_wait(log_.read_page(query, page));
      return true;
    } catch (const error& fault) {
      if (fault.code() != errc::storage_corrupt) throw;
      damage_ = fault.what();
      return false;
    }
  }

  // Examines one by one what stands before the damage, then goes on behind it.
  void pass_damage() {
    log_page single(1);
    while (query_.after < newest_ && !is_stopped()) {
      if (read(query_, single)) {
        examine(single);
        continue;
      }
      ++query_.after.value;
      note_damage(query_.after.value);
      bar_.show(static_cast<std::uint64_t>(query_.after.value));
      return;
    }
  }

  // Places side by side make one finding.
  void note_damage(std::int64_t place) {
    if (damaged_ && damaged_->last + 1 == place) {
      damaged_->last = place;
      return;
    }
    tell_damage();
    damaged_ = {.first = place, .last = place, .text = damage_};
  }

  void tell_damage() {
    if (!damaged_) return;
    const auto& [first, last, text] = *damaged_;
    found_.add({position{first}, {}},
               {check::damage, (first == last ? "cannot be read: "
                                              : fmt::format("up to {} cannot be read: ", last)) +
                                   text},
               bar_);
    damaged_.reset();
  }

  void examine_database() {
    bar_.hide();
    bar_.show_label();
    const auto tell = [this](std::string fault) {
      found_.add({}, {check::database, std::move(fault)}, bar_);
    };
    try {
      opened_.check_database(tell, around_.stop);
    } catch (const error& fault) {
      if (fault.code() != errc::storage_corrupt) throw;
      tell(fault.what());
    }
  }

  void write_summary() {
    auto& text = around_.out.text();
    const auto colors = around_.colors();
    const bool is_clean = found_.count() == 0;
    if (!found_.are_all_shown()) {
      colors.paint(text, role::faint,
                   fmt::format("{:>8}  {} more findings; --limit 0 shows all\n", "…",
                               grouped(found_.count() - view_.findings_max)));
    }
    text += shown(opened_.location()) + ": ";
    fmt::format_to(std::back_inserter(text), "{} {} examined{}: ", grouped(messages_),
                   messages_ == 1 ? "message" : "messages",
                   is_stopped() ? ", then interrupted" : "");
    colors.paint(
        text, is_clean ? role::good : role::bad,
        is_clean ? "nothing wrong was found"
                 : fmt::format("{} {} ({})", grouped(found_.count()),
                               found_.count() == 1 ? "finding" : "findings", found_.by_check()));
    text += '\n';
    if (checks_.causes_outside() == 0) return;
    colors.paint(text, role::faint,
                 fmt::format("{} caused by a message that is not in this log, which is no fault\n",
                             grouped(checks_.causes_outside())));
  }

  void write_json_summary() {
    write_json_line(around_,
                    codec::encode(summary_record{.messages = messages_,
                                                 .findings = found_.count(),
                                                 .causes_outside = checks_.causes_outside(),
                                                 .complete = !is_stopped()}));
  }

  opened_log& opened_;
  message_log& log_;
  const verify_view& view_;
  surroundings& around_;
  position newest_;
  log_query query_;
  findings found_;
  progress bar_;
  message_checks checks_;
  std::uint64_t messages_ = 0;
  struct damaged_places {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::string text;
  };

  // What was said when something could not be read last.
  std::string damage_;
  std::optional<damaged_places> damaged_;
};

struct verify_options {
  given_location location;
  verify_view view;
};

}  // namespace

void add_verify_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<verify_options>();
  auto& command = add_command(app, line, "verify",
                              "Examine a log and its database for what is wrong", verify_examples);
  add_location(command, asked->location);
  command
      .add_option_function<std::uint64_t>(
          "--limit",
          [asked](std::uint64_t count) {
            asked->view.findings_max =
                count == 0 ? std::numeric_limits<std::uint64_t>::max() : count;
          },
          "Show at most COUNT findings, 100 if not given; 0: all. All are counted")
      ->check(number_fault)
      ->type_name("COUNT");
  add_json(command, asked->view.json, "a finding each, then the summary");
  command.callback([asked, &line] {
    line.command = [asked](surroundings& around) {
      return verify_log(*open_to_read(asked->location), asked->view, around);
    };
  });
}

exit_code verify_log(opened_log& opened, const verify_view& view, surroundings& around) {
  return verification(opened, end_of(opened.log()), view, around).run();
}

}  // namespace messagebus::tool
