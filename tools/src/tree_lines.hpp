#pragma once

#include <cstddef>
#include <string>

#include "causation_tree.hpp"
#include "palette.hpp"

namespace messagebus::tool {

/// Draws a tree of causes and effects, one message a line; the message that was asked for is
/// marked.
void append_tree(std::string& out, const causation_tree& tree, const tree_choice& choice,
                 const palette& colors);

}  // namespace messagebus::tool
