#include "import_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe/class.hpp>
#include <iterator>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/error.hpp>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "bars.hpp"
#include "commands.hpp"
#include "common_options.hpp"
#include "import_batch.hpp"
#include "import_order.hpp"
#include "message_record.hpp"
#include "message_writer.hpp"
#include "progress.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

constexpr auto import_examples =
    "  messagebus import copy.db club.jsonl\n"
    "  zcat club.jsonl.gz | messagebus import copy.db --skip-existing\n"
    "  messagebus follow club.db --after 0 --json | messagebus import copy.db --skip-existing\n"
    "\n"
    "Adds one message a line to the end of the log, in order, which gives each a new position; "
    "the\n"
    "database is made when there is none. A batch is kept whole or not at all. It is written when "
    "it\n"
    "has as many messages as --batch says or 32 MiB, or when no further line is there yet. A line\n"
    "that is wrong, or is in the log already, ends the import (exit code 4); what is said tells\n"
    "which lines were kept, and with --skip-existing the same import can be run again.";

// What `--json` writes at the end.
struct result_record {
  std::uint64_t lines = 0;
  std::uint64_t imported = 0;
  std::uint64_t skipped = 0;
};
BOOST_DESCRIBE_STRUCT(result_record, (), (lines, imported, skipped))

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// By what files of gzip (RFC 1952), Zstandard (RFC 8878) and xz begin with.
bool is_compressed(std::string_view start) {
  return start.starts_with("\x1f\x8b") || start.starts_with("\x28\xb5\x2f\xfd") ||
         start.starts_with("\xfd\x37zXZ");
}

bool is_utf16(std::string_view start) {
  return start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff");
}

bool is_same(const recorded_message& message, recorded_message kept) {
  kept.position = message.position;
  return kept == message;
}

class import_run {
 public:
  import_run(line_input& lines, const open_store& open, const import_view& view,
             surroundings& around)
      : lines_(lines),
        open_(open),
        view_(view),
        around_(around),
        bar_(around, "importing", lines.bytes_total(), progress::unit::bytes),
        batch_(view.batch_messages_max) {}

  exit_code run() {
    while (true) {
      if (batch_.is_full() || (!batch_.is_empty() && lines_.would_wait())) write_batch();
      std::string_view text;
      switch (read_line(text)) {
        case line_input::outcome::line:
          take(text);
          break;
        case line_input::outcome::too_long:
          refuse(lines_.line_number(), fmt::format("longer than {}, the most that a message may "
                                                   "have; is this a file of JSON lines?",
                                                   short_bytes(record_bytes_max)));
        case line_input::outcome::end:
          write_batch();
          return finish();
        case line_input::outcome::stopped:
          return tell_interrupted();
      }
      if (around_.stop.stop_requested()) return tell_interrupted();
    }
  }

 private:
  line_input::outcome read_line(std::string_view& text) {
    try {
      return lines_.next(text);
    } catch (const file_error& fault) {
      throw file_error(std::string(fault.what()) + "; " + what_is_kept());
    }
  }

  void take(std::string_view text) {
    // RFC 8259, section 8.1: not to be written, and may be passed over, before the first line.
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (lines_.line_number() == 1 && text.starts_with(byte_order_mark)) {
      text.remove_prefix(byte_order_mark.size());
    }
    if (is_blank(text)) return;
    auto message = parse(text);
    message.position = {};
    if (const auto* before = batch_.find(message.message_id)) {
      require_same(message, before->message, on_line(before->number));
      ++skipped_;
      return;
    }
    batch_.add({.number = lines_.line_number(), .message = std::move(message)});
    bar_.show(lines_.bytes_read());
  }

  recorded_message parse(std::string_view text) {
    try {
      return parse_record(text);
    } catch (const decode_error& fault) {
      refuse(lines_.line_number(), fault.what() + std::string(advice_for(text)));
    }
  }

  std::string_view advice_for(std::string_view text) const {
    if (lines_.line_number() == 1) {
      if (is_compressed(text)) {
        return "; the file is compressed: give the output of zcat, xzcat or zstdcat to this "
               "command";
      }
      if (is_utf16(text)) return "; the file is in UTF-16: convert it by iconv -f UTF-16 -t UTF-8";
    }
    return lines_.is_line_ended() ? "; mend the line"
                                  : "; the last line has no end: is the file whole?";
  }

  opened_store& store() {
    if (!store_) store_ = open_();
    return *store_;
  }

  // Also without lines, so that an empty log becomes an empty log.
  void write_batch() {
    try {
      auto& log = store().log();
      if (!batch_.is_empty()) write_lines(log);
    } catch (const commit_outcome_unknown_error& unknown) {
      throw commit_outcome_unknown_error(fmt::format(
          "{}; lines {} to {} of {} may be in the log or not: run the import again with "
          "--skip-existing",
          unknown.what(), kept_to_ + 1, lines_.line_number(), lines_.name()));
    } catch (const error& fault) {
      throw error(static_cast<errc>(fault.code().value()),
                  std::string(fault.what()) + "; " + what_is_kept());
    }
    kept_to_ = lines_.line_number();
    batch_.clear();
  }

  void write_lines(message_log& log) {
    // Another import of the same lines may be faster: then they are there to be skipped.
    constexpr int attempts_max = 100;
    for (int attempt = 1;; ++attempt) {
      const bool may_try_again = view_.skip_existing && attempt < attempts_max;
      if (try_to_write_lines(log, may_try_again)) return;
    }
  }

  bool try_to_write_lines(message_log& log, bool may_try_again) {
    const auto session = store().begin();
    std::unordered_set<uuid> added;
    // Nobody else writes from here on, so that what is not there stays not there.
    for (const auto& line : batch_.lines()) {
      const auto kept_at = view_.skip_existing ? place_in(log, line) : std::nullopt;
      if (kept_at) {
        require_cause_before(log, line, *kept_at, added);
      } else {
        require_order(log, line);
        require_chain(log, line);
      }
      order_.remember(line);
      if (kept_at) continue;
      session->store().add(line.message);
      added.insert(line.message.message_id);
    }
    try {
      sync_wait(added.empty() ? session->rollback() : session->commit());
    } catch (const error& fault) {
      if (fault.code() != errc::duplicate_message) throw;
      if (may_try_again) return false;
      name_duplicate(log);
      throw;
    }
    imported_ += added.size();
    skipped_ += batch_.lines().size() - added.size();
    return true;
  }

  std::optional<position> place_in(message_log& log, const imported_line& line) {
    const auto kept = sync_wait(log.find(line.message.message_id));
    if (!kept) return std::nullopt;
    if (!is_same(line.message, *kept)) {
      refuse(line.number, other_content(line.message, in_the_log(*kept)));
    }
    return kept->position;
  }

  // Who has deleted old messages and brings them back would put causes behind their effects.
  void require_cause_before(message_log& log, const imported_line& line, position kept_at,
                            const std::unordered_set<uuid>& added) {
    const auto& cause = line.message.causation_id;
    if (!cause || (added.empty() && imported_ == 0)) return;
    if (!added.contains(*cause)) {
      const auto kept = sync_wait(log.find(*cause));
      if (!kept || kept->position < kept_at) return;
    }
    refuse(line.number,
           fmt::format("message {} is in the log already, at position {}, and its cause, which "
                       "was not, would stand behind it; import the lines into a log of their own",
                       line.message.message_id.to_string(), kept_at.value));
  }

  void require_order(message_log& log, const imported_line& line) {
    if (line.message.causation_id == line.message.message_id) {
      refuse(line.number,
             fmt::format("message {} is its own cause; give its causation_id the id of another "
                         "message, or null",
                         line.message.message_id.to_string()));
    }
    const auto effect = order_.line_of_effect(line.message.message_id);
    // Lines behind this one are known when the batch is tried again.
    if (!effect || *effect > line.number || sync_wait(log.find(line.message.message_id))) return;
    refuse(line.number, fmt::format("message {} stands behind line {}, which it caused; put the "
                                    "lines into the order of their positions",
                                    line.message.message_id.to_string(), *effect));
  }

  void require_chain(message_log& log, const imported_line& line) {
    const auto& cause = line.message.causation_id;
    if (!cause) return;
    const auto require = [&](uuid correlation_id, const std::string& where) {
      if (line.message.correlation_id == correlation_id) return;
      refuse(
          line.number,
          fmt::format("message {} has the correlation id {}, that of its cause, {}, "
                      "is {}; a message has that of its cause: mend the one that "
                      "is wrong",
                      line.message.message_id.to_string(), line.message.correlation_id.to_string(),
                      where, correlation_id.to_string()));
    };
    if (const auto before = order_.find_message(*cause)) {
      require(before->correlation_id, on_line(before->line));
    } else if (const auto* in_batch = batch_.find(*cause)) {
      require(in_batch->message.correlation_id, on_line(in_batch->number));
    } else if (const auto kept = sync_wait(log.find(*cause))) {
      require(kept->correlation_id, in_the_log(*kept));
    }
  }

  // Some line of the batch is in the log already: says which.
  void name_duplicate(message_log& log) {
    for (const auto& line : batch_.lines()) {
      const auto kept = sync_wait(log.find(line.message.message_id));
      if (!kept) continue;
      if (!is_same(line.message, *kept)) {
        refuse(line.number, other_content(line.message, in_the_log(*kept)));
      }
      refuse(line.number, fmt::format("message {} is in the log already, {}; --skip-existing "
                                      "passes over such lines",
                                      line.message.message_id.to_string(), in_the_log(*kept)));
    }
  }

  static std::string on_line(std::uint64_t number) { return "on line " + std::to_string(number); }

  static std::string in_the_log(const recorded_message& kept) {
    return "at position " + std::to_string(kept.position.value);
  }

  static std::string other_content(const recorded_message& message, const std::string& where) {
    return fmt::format(
        "message {} stands with other content {}; one of the two is not what it "
        "was: find out which",
        message.message_id.to_string(), where);
  }

  void require_same(const recorded_message& message, const recorded_message& before,
                    const std::string& where) {
    if (!is_same(message, before)) refuse(lines_.line_number(), other_content(message, where));
    if (view_.skip_existing) return;
    refuse(lines_.line_number(),
           fmt::format("message {} stands {} already; --skip-existing passes over such lines",
                       message.message_id.to_string(), where));
  }

  [[noreturn]] void refuse(std::uint64_t line_number, const std::string& why) const {
    throw refused_line_error(
        fmt::format("{}:{}: {}; {}", lines_.name(), line_number, why, what_is_kept()));
  }

  std::string what_is_kept() const {
    if (kept_to_ == 0) return "nothing was imported";
    // With --skip-existing, what is behind may be there from an earlier import.
    return fmt::format("lines 1 to {} are in the log{}: run the import again with --skip-existing",
                       kept_to_, view_.skip_existing ? "" : ", none behind them");
  }

  exit_code tell_interrupted() {
    bar_.hide();
    around_.err.write("messagebus: interrupted; " + what_is_kept() + "\n");
    return exit_code::interrupted;
  }

  exit_code finish() {
    bar_.hide();
    if (view_.json) {
      write_json_line(
          around_, codec::encode(result_record{
                       .lines = lines_.line_number(), .imported = imported_, .skipped = skipped_}));
      return exit_code::ok;
    }
    auto& text = around_.out.text();
    fmt::format_to(std::back_inserter(text), "{} {} imported into {}", grouped(imported_),
                   imported_ == 1 ? "message" : "messages", shown(store().location()));
    if (skipped_ > 0) {
      fmt::format_to(std::back_inserter(text), ", {} skipped: in the log already",
                     grouped(skipped_));
    }
    text += '\n';
    return exit_code::ok;
  }

  line_input& lines_;
  const open_store& open_;
  const import_view& view_;
  surroundings& around_;
  progress bar_;
  import_batch batch_;
  import_order order_;
  std::unique_ptr<opened_store> store_;
  std::uint64_t kept_to_ = 0;
  std::uint64_t imported_ = 0;
  std::uint64_t skipped_ = 0;
};

struct import_options {
  given_location location;
  std::string file = "-";
  import_view view;
};

}  // namespace

void add_import_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<import_options>();
  auto& command = add_command(app, line, "import",
                              "Add the messages of JSON lines, as export writes them, to a log",
                              import_examples);
  add_location(command, asked->location);
  command.add_option("FILE", asked->file, "The lines; standard input when left out, or -")
      ->check(absence_fault("the name of a file, or - for standard input"))
      ->type_name("");
  command
      .add_option("--batch", asked->view.batch_messages_max,
                  "Messages of one transaction, 1000 if not given")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->type_name("COUNT");
  command.add_flag("--skip-existing", asked->view.skip_existing,
                   "Pass over messages that the log has already; they must be the same");
  add_json(command, asked->view.json, "one with how many lines there were, imported and skipped");
  command.callback([asked, &line] {
    line.command = [asked](surroundings& around) {
      line_input lines(asked->file, record_bytes_max, around.stop);
      const auto open = [asked] { return open_to_write(asked->location); };
      return import_lines(lines, open, asked->view, around);
    };
  });
}

exit_code import_lines(line_input& lines, const open_store& open, const import_view& view,
                       surroundings& around) {
  return import_run(lines, open, view, around).run();
}

}  // namespace messagebus::tool
