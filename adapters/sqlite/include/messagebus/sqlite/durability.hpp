#pragma once

namespace messagebus::sqlite {

/// When a commit counts as kept. State and log stay in agreement with each value as long as the
/// operating system runs: killing the process, at whatever moment, loses nothing that was reported
/// as committed.
enum class durability {
  /// The commit returns when the disk has it. Survives a power failure. The default.
  full,
  /// The disk is told at checkpoints only. A power failure or a crash of the operating system may
  /// lose the last commits, whole ones and the newest first; the database stays sound.
  normal,
  /// The disk is never told. A power failure or a crash of the operating system may lose commits
  /// and damage the database. For tests, and for what can be made again.
  off,
};

}  // namespace messagebus::sqlite
