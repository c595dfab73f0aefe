#include <fmt/core.h>

#include <cerrno>
#include <fstream>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/print.hpp>
#include <reading_club/program/commands.hpp>
#include <reading_club/program/opened_club.hpp>
#include <shown_text.hpp>
#include <string>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

namespace reading_club {
namespace {

book_registered fact_of(const book& book) {
  return {.id = book.id, .isbn = book.isbn, .title = book.title, .author = book.author};
}
reviewer_created fact_of(const reviewer& reviewer) {
  return {.id = reviewer.id, .name = reviewer.name};
}
review_created fact_of(const review& review) {
  return {.id = review.id,
          .book_id = review.book_id,
          .reviewer_id = review.reviewer_id,
          .rating = review.rating,
          .comment = review.comment};
}

/// What was found to be wrong; the first findings are printed.
class findings {
 public:
  void add(const std::string& sentence) {
    if (++count_ <= printed_max) {
      fmt::print(stderr, "reading_club: {}\n", messagebus::tool::shown(sentence));
    }
    if (count_ == printed_max + 1) fmt::print(stderr, "reading_club: … and more\n");
  }
  std::size_t count() const noexcept { return count_; }

 private:
  static constexpr std::size_t printed_max = 20;
  std::size_t count_ = 0;
};

/// The facts of one kind, as the state tells them and as the log does.
template <messagebus::message Fact>
class kind_of_facts {
 public:
  template <class Model>
  explicit kind_of_facts(const std::vector<Model>& state) {
    for (const Model& model : state) in_state_.emplace(model.id, fact_of(model));
  }

  /// `is_settled`: it was in the log before the state was read.
  void compare(const messagebus::recorded_message& message, bool is_settled, findings& findings) {
    if (!message.is<Fact>()) return;
    const Fact in_log = message.as<Fact>();
    const auto at = in_state_.find(in_log.id);
    if (!in_log_.insert(in_log.id).second) {
      findings.add("the log has it twice: " + messagebus::to_string(in_log));
    } else if (at == in_state_.end()) {
      if (is_settled)
        findings.add("in the log and not in the state: " + messagebus::to_string(in_log));
    } else if (at->second != in_log) {
      findings.add("the log has " + messagebus::to_string(in_log) + ", the state " +
                   messagebus::to_string(at->second));
    }
  }

  void finish(findings& findings) const {
    for (const auto& [id, fact] : in_state_) {
      if (!in_log_.contains(id)) {
        findings.add("in the state and not in the log: " + messagebus::to_string(fact));
      }
    }
  }

  bool contains(messagebus::uuid id) const { return in_state_.contains(id); }
  std::size_t size() const noexcept { return in_state_.size(); }

 private:
  std::unordered_map<messagebus::uuid, Fact> in_state_;
  std::unordered_set<messagebus::uuid> in_log_;
};

struct all_facts {
  kind_of_facts<book_registered> books;
  kind_of_facts<reviewer_created> reviewers;
  kind_of_facts<review_created> reviews;
};

/// Compares with the log what the state holds; returns that.
all_facts compare_state_and_log(opened_club& opened, findings& findings) {
  const auto log = opened.open_log();
  const messagebus::position settled = messagebus::sync_wait(log->last_position());
  std::optional<all_facts> facts;
  opened.read([&](club& state) {
    facts.emplace(all_facts{kind_of_facts<book_registered>(state.books.all()),
                            kind_of_facts<reviewer_created>(state.reviewers.all()),
                            kind_of_facts<review_created>(state.reviews.all())});
  });
  for (const auto& message : log->read({.kind = messagebus::message_kind::event})) {
    const bool is_settled = message.position <= settled;
    facts->books.compare(message, is_settled, findings);
    facts->reviewers.compare(message, is_settled, findings);
    facts->reviews.compare(message, is_settled, findings);
  }
  facts->books.finish(findings);
  facts->reviewers.finish(findings);
  facts->reviews.finish(findings);
  return std::move(*facts);
}

/// Returns how many ids the file has.
std::size_t look_for_reported(const std::filesystem::path& file, const all_facts& facts,
                              findings& findings) {
  std::ifstream lines(file);
  if (!lines.is_open()) {
    throw std::system_error(errno, std::generic_category(), "cannot read " + file.string());
  }
  std::size_t count = 0;
  std::string line;
  // A last line that is not ended was cut off by a kill: that book was not reported.
  while (std::getline(lines, line) && !lines.eof()) {
    ++count;
    const auto id = messagebus::uuid::parse(line);
    if (!id) {
      findings.add(fmt::format("{}:{}: this is no id", file.string(), count));
    } else if (!facts.books.contains(*id)) {
      findings.add("reported as registered, and not there: book " + line);
    }
  }
  return count;
}

}  // namespace

exit_code check(const std::optional<std::filesystem::path>& reported,
                const club_location& database) {
  findings findings;
  const auto opened = open_club_to_look(database);
  const all_facts facts = compare_state_and_log(*opened, findings);
  if (reported) {
    const std::size_t count = look_for_reported(*reported, facts, findings);
    fmt::print("{} books were reported as registered\n", count);
  }
  fmt::print("{} books, {} reviewers, {} reviews: ", facts.books.size(), facts.reviewers.size(),
             facts.reviews.size());
  if (findings.count() == 0) {
    fmt::print("state and log agree\n");
    return exit_code::done;
  }
  fmt::print("{} findings\n", findings.count());
  return exit_code::refused;
}

}  // namespace reading_club
