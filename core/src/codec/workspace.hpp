#pragma once

#include <messagebus/codec/limits.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace messagebus::codec::detail {

/// The longest text that simdjson can read, whatever the limits say: it counts in 32 bits, and two
/// brackets may come around the text.
inline constexpr std::size_t text_bytes_ceiling = 0xffff'ffff - 2;

/// What simdjson needs besides the text: its parser, and a copy of the text with room behind it,
/// since it reads beyond the end.
class workspace {
 public:
  explicit workspace(bool is_kept) : is_kept_(is_kept) {}

  /// Copies `json`, of at most `text_bytes_ceiling`.
  const char* copy(std::string_view json) {
    if (json.size() + 2 > capacity_) [[unlikely]]
      grow(json.size() + 2);
    std::memcpy(text_, json.data(), json.size());
    // On demand does not look for the end of a text that lacks a bracket; a space is no token.
    text_[json.size()] = ' ';
    return text_;
  }

  /// What was copied, for the parser.
  simdjson::padded_string_view plain(std::size_t bytes) const noexcept {
    return simdjson::padded_string_view(text_, bytes, bytes + simdjson::SIMDJSON_PADDING);
  }

  /// The same between two brackets.
  simdjson::padded_string_view enclosed(std::size_t bytes) noexcept;

  simdjson::ondemand::parser& parser() noexcept { return parser_; }

  /// Whether it is to wait for the next text of this thread.
  bool is_kept() const noexcept { return is_kept_; }

 private:
  void grow(std::size_t bytes);

  simdjson::ondemand::parser parser_;
  std::unique_ptr<char[]> memory_;
  char* text_ = nullptr;
  std::size_t capacity_ = 0;
  bool is_kept_;
};

/// The workspace of this thread, taken for as long as one text is read. Who reads while another
/// text is being read, as a `representation` may, gets a second one.
class borrowed_workspace {
 public:
  borrowed_workspace() : workspace_(std::exchange(kept, nullptr)) {
    if (workspace_ == nullptr) [[unlikely]]
      workspace_ = make();
  }
  borrowed_workspace(const borrowed_workspace&) = delete;
  borrowed_workspace& operator=(const borrowed_workspace&) = delete;
  ~borrowed_workspace() {
    if (kept == nullptr && workspace_->is_kept()) [[likely]] {
      kept = workspace_;
    } else {
      delete workspace_;
    }
  }

  workspace* operator->() const noexcept { return workspace_; }

 private:
  struct keeper;
  static workspace* make();

  // A plain pointer, since it may still be asked for while the thread's objects are destroyed.
  static constinit thread_local workspace* kept;

  workspace* workspace_;
};

}  // namespace messagebus::codec::detail
