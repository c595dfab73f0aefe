#include "workspace.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <new>

namespace messagebus::codec::detail {
namespace {

// With what simdjson adds for each byte of text, a thread keeps up to some 500 KB.
constexpr std::size_t kept_bytes_max = 64 * 1024;
constexpr std::size_t least_bytes = 1024;

// The text begins where a block of memory does, and there is room for a bracket before it.
constexpr std::size_t block_bytes = 64;

// The bracket around the text, and the value itself within the deepest array.
constexpr std::size_t parser_depth_max = depth_ceiling + 3;

constinit thread_local bool thread_has_ended = false;

}  // namespace

simdjson::padded_string_view workspace::enclosed(std::size_t bytes) noexcept {
  text_[-1] = '[';
  text_[bytes] = ']';
  text_[bytes + 1] = ' ';
  return simdjson::padded_string_view(text_ - 1, bytes + 2, bytes + 2 + simdjson::SIMDJSON_PADDING);
}

void workspace::grow(std::size_t bytes) {
  capacity_ = 0;
  const bool is_large = bytes > kept_bytes_max;
  const auto grown = is_large ? bytes : std::bit_ceil(std::max(bytes, least_bytes));
  memory_ = std::make_unique<char[]>(block_bytes + grown + simdjson::SIMDJSON_PADDING);
  const auto address = reinterpret_cast<std::uintptr_t>(memory_.get());
  text_ = memory_.get() + (block_bytes - address % block_bytes);
  if (parser_.allocate(grown, parser_depth_max) != simdjson::SUCCESS) throw std::bad_alloc();
  capacity_ = grown;
  is_kept_ = is_kept_ && !is_large;
}

constinit thread_local workspace* borrowed_workspace::kept = nullptr;

struct borrowed_workspace::keeper {
  ~keeper() {
    thread_has_ended = true;
    delete std::exchange(kept, nullptr);
  }
};

workspace* borrowed_workspace::make() {
  [[maybe_unused]] thread_local keeper ends_with_the_thread;
  return new workspace(!thread_has_ended);
}

}  // namespace messagebus::codec::detail
