#include "tree_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "message_lines.hpp"
#include "shown_text.hpp"
#include "shown_time.hpp"

namespace messagebus::tool {
namespace {

// Deeper levels are drawn as a number: their lines would leave the screen.
constexpr std::size_t levels_drawn_max = 12;

// Longer lines reach into the next column, and move nobody else's.
constexpr std::size_t columns_aligned_max = 56;
constexpr std::size_t time_columns = 15;

struct branch {
  std::size_t node = 0;
  std::size_t level = 0;
  std::string prefix = {};  // of what stands below it
  std::string joint = {};
  // Not zero: this stands for so many messages that are not drawn.
  std::size_t left_out = 0;
};

class drawing {
 public:
  drawing(std::string& out, const causation_tree& tree, const tree_choice& choice,
          const palette& colors)
      : out_(out), tree_(tree), choice_(choice), colors_(colors), sizes_(tree.sizes()) {
    std::int64_t last = 0;
    for (const auto& node : tree.nodes) last = std::max(last, node.message.position.value);
    position_columns_ = std::max<std::size_t>(4, std::to_string(last).size());
  }

  void append() {
    append_cause_outside();
    const auto branches = in_order();
    for (const auto& branch : branches) {
      if (branch.left_out > 0) continue;
      const auto columns = columns_before_time(branch);
      if (columns <= columns_aligned_max) columns_ = std::max(columns_, columns);
    }
    for (const auto& branch : branches) {
      if (branch.left_out > 0) {
        append_left_out(branch);
      } else {
        append_message(branch);
      }
    }
  }

 private:
  // The lines to draw. By hand, not by recursion: a chain may be as long as the log.
  std::vector<branch> in_order() const {
    std::vector<branch> lines;
    std::vector<branch> open = {{.node = choice_.root}};
    while (!open.empty()) {
      const auto& next = lines.emplace_back(std::move(open.back()));
      open.pop_back();
      if (next.left_out == 0) open_effects(next, open);
    }
    return lines;
  }

  std::size_t columns_before_time(const branch& branch) const {
    return columns_of(branch.joint) + type_columns_of(tree_.nodes[branch.node].message);
  }

  void append_cause_outside() {
    const auto& root = tree_.nodes[choice_.root];
    std::string text;
    if (choice_.causes_left_out > 0) {
      text = fmt::format("… {} more above", choice_.causes_left_out);
    } else if (root.message.causation_id && !root.cause) {
      text = root.message.causation_id->to_string() + " (outside)";
    }
    if (text.empty()) return;
    out_.append(position_columns_ + 2, ' ');
    colors_.paint(out_, role::faint, text);
    out_ += '\n';
  }

  void append_message(const branch& branch) {
    const auto& message = tree_.nodes[branch.node].message;
    const bool is_asked = branch.node == tree_.asked;
    fmt::format_to(std::back_inserter(out_), "{:>{}}  ", message.position.value, position_columns_);
    colors_.paint(out_, role::faint, branch.joint);
    append_type(out_, message, colors_);
    append_spaces(out_, columns_before_time(branch), columns_ + 2);
    colors_.begin(out_, role::faint);
    const auto time = time_of(branch, message);
    out_ += time;
    append_spaces(out_, columns_of(time), time_columns + 2);
    out_ += short_id(message.message_id);
    colors_.end(out_, role::faint);
    if (is_asked) {
      out_ += "  ";
      colors_.paint(out_, role::marked, "◀ this one");
    }
    out_ += '\n';
  }

  // The root tells its time, the others how much later they were made.
  std::string time_of(const branch& branch, const recorded_message& message) const {
    if (branch.level == 0) return time_of_day(message.created_at);
    const auto root = tree_.nodes[choice_.root].message.created_at;
    if (!has_year(root) || !has_year(message.created_at)) return time_of_day(message.created_at);
    if (message.created_at < root) return "−" + short_duration(root - message.created_at);
    return "+" + short_duration(message.created_at - root);
  }

  // Opens the effects of `cause`, the first of them last.
  void open_effects(const branch& cause, std::vector<branch>& open) const {
    std::vector<branch> effects;
    std::size_t left_out = 0;
    for (const auto effect : tree_.nodes[cause.node].effects) {
      if (choice_.is_drawn[effect]) {
        effects.push_back({.node = effect});
      } else {
        left_out += sizes_[effect];
      }
    }
    if (left_out > 0) effects.push_back({.left_out = left_out});
    const auto level = cause.level + 1;
    const bool is_drawn = level <= levels_drawn_max;
    const auto before = is_drawn ? cause.prefix : fmt::format("⋮{} ", level);
    for (auto next = effects.rbegin(); next != effects.rend(); ++next) {
      const bool is_last = next == effects.rbegin();
      next->level = level;
      if (is_drawn) next->prefix = before + (is_last ? "   " : "│  ");
      next->joint = before + (is_last ? "└─ " : "├─ ");
      open.push_back(std::move(*next));
    }
  }

  void append_left_out(const branch& branch) {
    out_.append(position_columns_ + 2, ' ');
    colors_.paint(out_, role::faint, fmt::format("{}… {} more", branch.joint, branch.left_out));
    out_ += '\n';
  }

  std::string& out_;
  const causation_tree& tree_;
  const tree_choice& choice_;
  const palette& colors_;
  std::vector<std::size_t> sizes_;
  std::size_t position_columns_;
  std::size_t columns_ = 0;
};

}  // namespace

void append_tree(std::string& out, const causation_tree& tree, const tree_choice& choice,
                 const palette& colors) {
  drawing(out, tree, choice, colors).append();
}

}  // namespace messagebus::tool
