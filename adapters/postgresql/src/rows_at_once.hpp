#pragma once

#include <algorithm>
#include <cstddef>
#include <messagebus/ports/log_page.hpp>

namespace messagebus::postgresql::detail {

/// How many rows of the log a reader asks for at once. libpq keeps all rows of an answer, each as
/// large as a message may be, before the first is seen: so a reader asks for few at first, and for
/// as many as fit into a page's bytes once it knows how large they are.
class rows_at_once {
 public:
  std::size_t of(const log_page& page) const noexcept {
    return std::min(rows_, page.messages_max());
  }

  void learn_from(const log_page& page) noexcept {
    const std::size_t count = page.messages().size();
    if (count == 0) return;
    std::size_t bytes = 1;
    for (const recorded_message& message : page.messages()) {
      bytes += message.payload.size() + message.metadata.size();
    }
    const std::size_t fitting = std::max<std::size_t>(log_page::bytes_max * count / bytes, 1);
    rows_ = std::min(rows_ * growth_max, fitting);
  }

 private:
  static constexpr std::size_t first = 16;
  static constexpr std::size_t growth_max = 16;

  std::size_t rows_ = first;
};

}  // namespace messagebus::postgresql::detail
