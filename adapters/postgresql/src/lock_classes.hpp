#pragma once

namespace messagebus::postgresql::detail {

// Keys of advisory locks are a class and a hash of the namespace. The classes differ, and are not
// what an application would choose: "msba" and "msbb" as numbers.

/// Held by whoever migrates the log.
inline constexpr const char* migration_lock_class = "1836278625";
/// The bell of followers.
inline constexpr const char* bell_lock_class = "1836278626";

}  // namespace messagebus::postgresql::detail
