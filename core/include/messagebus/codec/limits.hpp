#pragma once

#include <cstddef>

namespace messagebus::codec {

/// What reading JSON may cost at most. Beyond a limit: `decode_error` with `errc::limit_exceeded`.
struct decode_limits {
  /// Length of the whole text in bytes. Default 16 MiB; 0 refuses everything.
  std::size_t bytes_max = 16 * 1024 * 1024;
  /// Arrays and objects within one another. Default 64; at most `depth_ceiling`.
  std::size_t depth_max = 64;
};

/// What writing JSON may cost at most. Beyond a limit: `encode_error` with `errc::limit_exceeded`.
/// The defaults are those of reading, so that what was written can be read.
struct encode_limits {
  /// Length of the text in bytes. Default 16 MiB.
  std::size_t bytes_max = 16 * 1024 * 1024;
  /// Arrays and objects within one another. Default 64; at most `depth_ceiling`.
  std::size_t depth_max = 64;
};

/// No limit of depth goes beyond this one, since each level takes a part of the thread's stack.
inline constexpr std::size_t depth_ceiling = 1024;

}  // namespace messagebus::codec
