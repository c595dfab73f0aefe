#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace messagebus::postgresql {

/// A port of loopback where nobody listens now.
std::uint16_t free_port();

/// Runs a program in the background, at the head of a process group of its own; what it prints is
/// added to the file `log`.
pid_t start_process(std::vector<std::string> arguments, const std::filesystem::path& log);

/// As by `kill -9`, with the processes that it has started, and waits for its end.
void kill_process(pid_t process);

}  // namespace messagebus::postgresql
