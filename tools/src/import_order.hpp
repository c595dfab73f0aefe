#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "import_batch.hpp"

namespace messagebus::tool {

/// Notices a message that is to be added behind one that it caused (E5), which happens when lines
/// were put into another order, and knows the chains of causes (M6). Remembers the last lines
/// alone: at least `remembered_max`, and at most twice as many.
class import_order {
 public:
  struct place {
    std::uint64_t line = 0;
    uuid correlation_id;
  };
  /// Where this message was, when it was itself among the lines.
  std::optional<place> find_message(uuid message_id) const;

  /// The line of an effect of this message that was added before it.
  std::optional<std::uint64_t> line_of_effect(uuid message_id) const;

  void remember(const imported_line& line);

 private:
  static constexpr std::size_t remembered_max = 65536;

  // The line of a message, or that of its first effect when it was not seen itself.
  struct seen {
    place where;
    bool is_effect = false;
  };

  const seen* find(uuid id) const;
  void note(uuid id, seen what);

  std::unordered_map<uuid, seen> recent_;
  std::unordered_map<uuid, seen> older_;
};

}  // namespace messagebus::tool
