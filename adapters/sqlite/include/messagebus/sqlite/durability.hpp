#pragma once

namespace messagebus::sqlite {

/// What a commit that was reported has survived. Whatever the choice, state and messages are kept
/// together, and a process that is killed loses nothing that was reported.
enum class durability {
  /// Reported commits survive the loss of power. Each commit waits for the disk.
  full,
  /// A loss of power may take back the last commits, whole ones, newest first. Commits do not wait
  /// for the disk; checkpoints do.
  normal,
  /// A loss of power or a crash of the operating system may damage the file beyond repair. For data
  /// that can be made again.
  off,
};

}  // namespace messagebus::sqlite
