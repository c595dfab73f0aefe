#include "causation_tree.hpp"

#include <algorithm>
#include <messagebus/async/sync_wait.hpp>
#include <unordered_map>
#include <utility>

namespace messagebus::tool {
namespace {

class reader {
 public:
  reader(message_log& log, std::size_t messages_max) : log_(log), messages_max_(messages_max) {}

  causation_tree read(const recorded_message& asked, const std::stop_token& stop) {
    read_causes(asked);
    read_effects(asked, stop);
    // The causes were read first, wherever they stand among the other effects.
    const auto place = [this](std::size_t index) { return tree_.nodes[index].message.position; };
    for (auto& node : tree_.nodes) std::ranges::sort(node.effects, {}, place);
    return std::move(tree_);
  }

 private:
  void read_causes(const recorded_message& asked) {
    std::vector<recorded_message> path = {asked};
    // A cause stands before its effect; in a log where it does not, this ends all the same.
    while (path.back().causation_id) {
      auto cause = sync_wait(log_.find(*path.back().causation_id));
      if (!cause || cause->position >= path.back().position) break;
      path.push_back(std::move(*cause));
    }
    std::ranges::reverse(path);
    for (const auto& message : path) add(message);
    tree_.asked = tree_.nodes.size() - 1;
  }

  void read_effects(const recorded_message& asked, const std::stop_token& stop) {
    const auto root = tree_.nodes.front().message.position;
    for (const auto& message : log_.read({.after = root, .correlation_id = asked.correlation_id})) {
      if (stop.stop_requested()) return;
      if (!message.causation_id || index_of_.contains(message.message_id)) continue;
      if (!index_of_.contains(*message.causation_id)) continue;
      if (tree_.nodes.size() >= messages_max_) {
        tree_.is_cut = true;
        return;
      }
      add(message);
    }
  }

  void add(const recorded_message& message) {
    const auto index = tree_.nodes.size();
    auto& node = tree_.nodes.emplace_back();
    node.message = message;
    node.message.payload = {};
    node.message.metadata = {};
    // Looked up before it is known itself: it may name itself as its cause.
    const auto cause =
        message.causation_id ? index_of_.find(*message.causation_id) : index_of_.end();
    if (cause != index_of_.end()) {
      node.cause = cause->second;
      tree_.nodes[cause->second].effects.push_back(index);
    }
    index_of_.emplace(message.message_id, index);
  }

  message_log& log_;
  std::size_t messages_max_;
  causation_tree tree_;
  std::unordered_map<uuid, std::size_t> index_of_;
};

// Marks nodes breadth first from `from` until `left` is used up.
void mark(const causation_tree& tree, std::size_t from, std::size_t& left,
          std::vector<bool>& is_drawn) {
  std::vector<std::size_t> queue = {from};
  for (std::size_t next = 0; next < queue.size() && left > 0; ++next) {
    if (!is_drawn[queue[next]]) {
      is_drawn[queue[next]] = true;
      --left;
    }
    const auto& effects = tree.nodes[queue[next]].effects;
    queue.insert(queue.end(), effects.begin(), effects.end());
  }
}

}  // namespace

std::vector<std::size_t> causation_tree::sizes() const {
  std::vector<std::size_t> result(nodes.size(), 1);
  for (std::size_t i = nodes.size(); i-- > 1;) {
    if (nodes[i].cause) result[*nodes[i].cause] += result[i];
  }
  return result;
}

causation_tree read_causation_tree(message_log& log, const recorded_message& asked,
                                   std::size_t messages_max, const std::stop_token& stop) {
  return reader(log, messages_max).read(asked, stop);
}

tree_choice choose_nodes(const causation_tree& tree, std::size_t count) {
  tree_choice choice;
  choice.is_drawn.resize(tree.nodes.size());
  choice.root = tree.asked;
  std::size_t left = count;
  const std::size_t left_after_causes = count / 2;
  while (tree.nodes[choice.root].cause && left > left_after_causes) {
    choice.root = *tree.nodes[choice.root].cause;
    choice.is_drawn[choice.root] = true;
    --left;
  }
  for (auto above = tree.nodes[choice.root].cause; above; above = tree.nodes[*above].cause) {
    ++choice.causes_left_out;
  }
  std::size_t for_effects = std::max<std::size_t>(1, left / 2);
  left -= std::min(left, for_effects);
  mark(tree, tree.asked, for_effects, choice.is_drawn);
  left += for_effects;
  mark(tree, choice.root, left, choice.is_drawn);
  return choice;
}

}  // namespace messagebus::tool
