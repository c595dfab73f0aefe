#pragma once

#include <string_view>

namespace messagebus {

/// Where a transaction stands (T1).
enum class transaction_state { running, committed, rolledback, streaming, closed };

constexpr std::string_view to_string(transaction_state state) noexcept {
  switch (state) {
    case transaction_state::running:
      return "running";
    case transaction_state::committed:
      return "committed";
    case transaction_state::rolledback:
      return "rolledback";
    case transaction_state::streaming:
      return "streaming";
    case transaction_state::closed:
      return "closed";
  }
  return "unknown";
}

}  // namespace messagebus
