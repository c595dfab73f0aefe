#pragma once

#include <cstddef>
#include <messagebus/ports/message_log.hpp>
#include <optional>
#include <stop_token>
#include <vector>

namespace messagebus::tool {

/// What set a message off and what it set off: the tree of causes and effects that it stands in,
/// as far as the log holds it (M6).
struct causation_tree {
  struct node {
    recorded_message message;  ///< without payload and metadata
    std::optional<std::size_t> cause;
    std::vector<std::size_t> effects;
  };

  /// Causes before effects; the first is the root.
  std::vector<node> nodes;
  std::size_t asked = 0;
  /// True when there are more messages than were allowed.
  bool is_cut = false;

  /// How many messages stand under each, itself counted.
  std::vector<std::size_t> sizes() const;
};

/// Reads the tree around `asked`: upwards by id, downwards along its correlation id. Holds at most
/// `messages_max` messages, and its causes in any case.
causation_tree read_causation_tree(message_log& log, const recorded_message& asked,
                                   std::size_t messages_max, const std::stop_token& stop = {});

/// The nodes to draw when there is room for `count`: the message that was asked for, its nearest
/// causes, its effects, then what stands nearest to the root of these.
struct tree_choice {
  std::vector<bool> is_drawn;  ///< by node
  std::size_t root = 0;        ///< where to begin
  std::size_t causes_left_out = 0;
};
tree_choice choose_nodes(const causation_tree& tree, std::size_t count);

}  // namespace messagebus::tool
