#include "joined_frames.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace messagebus::sqlite::detail {
namespace {

constexpr int log_header_bytes = 32;
constexpr int frame_header_bytes = 24;
constexpr int page_bytes_min = 512;
constexpr int page_bytes_max = 65'536;
// SQLite's own files take no more at once (seekAndWriteFd in its os_unix.c). A group of 64 units of
// work has some 20 frames of 4 KiB; what has more is written in parts.
constexpr int gathered_bytes_max = 0x1ffff;

// In the frame that ends a transaction there stands how large the database is after it.
bool is_last_of_transaction(const void* frame_header) noexcept {
  constexpr std::size_t at = 4;
  constexpr std::array<std::byte, 4> none{};
  return std::memcmp(static_cast<const std::byte*>(frame_header) + at, none.data(), none.size()) !=
         0;
}

bool is_page(int bytes) noexcept {
  return bytes >= page_bytes_min && bytes <= page_bytes_max &&
         std::has_single_bit(static_cast<unsigned>(bytes));
}

}  // namespace

// SQLite writes 24 bytes also when it mends the header of a frame that it has written before, and
// no page comes after them: only what stands behind a whole page is the header of a new frame.
joined_frames::part joined_frames::part_of(int bytes, sqlite3_int64 offset, bool follows,
                                           part before) noexcept {
  if (bytes == log_header_bytes && offset == 0) return part::page;  // frames begin behind it
  if (bytes == frame_header_bytes) return part::frame_header;
  if (is_page(bytes) && follows && before == part::frame_header) return part::page;
  return part::unknown;
}

void joined_frames::begin() noexcept {
  is_committing_ = true;
}

void joined_frames::end() noexcept {
  is_committing_ = false;
  gathered_bytes_ = 0;
  failed_ = SQLITE_OK;
}

int joined_frames::write(const void* data, int bytes, sqlite3_int64 offset) noexcept {
  const bool follows = offset == end_;
  const part before = last_;
  last_ = part_of(bytes, offset, follows, before);
  end_ = offset + bytes;
  if (failed_ != SQLITE_OK) return failed_;
  const bool begins_frame = last_ == part::frame_header && follows && before == part::page;
  if (begins_frame && is_committing_) {
    if (!gather(data, bytes, offset)) return write_through(data, bytes, offset);
    ends_transaction_ = is_last_of_transaction(data);
    return SQLITE_OK;
  }
  const bool completes_frame = last_ == part::page && follows && gathered_bytes_ > 0;
  if (!completes_frame || !gather(data, bytes, offset)) return write_through(data, bytes, offset);
  return ends_transaction_ ? flush() : SQLITE_OK;
}

// False when there is no room, or no memory.
bool joined_frames::gather(const void* data, int bytes, sqlite3_int64 offset) noexcept {
  if (gathered_bytes_ + bytes > gathered_bytes_max) return false;
  if (gathered_ == nullptr) {
    gathered_.reset(new (std::nothrow) std::byte[gathered_bytes_max]);
    if (gathered_ == nullptr) return false;
  }
  if (gathered_bytes_ == 0) gathered_at_ = offset;
  std::memcpy(gathered_.get() + gathered_bytes_, data, static_cast<std::size_t>(bytes));
  gathered_bytes_ += bytes;
  return true;
}

int joined_frames::write_through(const void* data, int bytes, sqlite3_int64 offset) noexcept {
  const int code = flush();
  if (code != SQLITE_OK) return code;
  return log_.pMethods->xWrite(&log_, data, bytes, offset);
}

int joined_frames::flush_within(int bytes, sqlite3_int64 offset) noexcept {
  const bool is_within = offset < gathered_at_ + gathered_bytes_ && offset + bytes > gathered_at_;
  return is_within ? flush() : SQLITE_OK;
}

// SQLite does not try again: after an error in a commit it rolls back, and what it was told has
// failed must not come into the file later. Should it go on all the same, frames would be missing.
int joined_frames::flush() noexcept {
  if (gathered_bytes_ == 0) return SQLITE_OK;
  const int bytes = std::exchange(gathered_bytes_, 0);
  failed_ = log_.pMethods->xWrite(&log_, gathered_.get(), bytes, gathered_at_);
  return failed_;
}

}  // namespace messagebus::sqlite::detail
