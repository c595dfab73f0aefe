#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace messagebus::tests {

/// Runs `work` in a process of its own, for what must not touch this one: other users, mounts.
/// Returns its exit code: 0 when nothing in it has failed. Precondition: this process has one
/// thread.
template <class Work>
int run_in_child(const Work& work) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    int code = 1;
    try {
      const int skipped = work();
      code = ::testing::Test::HasFailure() ? 1 : skipped;
    } catch (const std::exception& unexpected) {
      std::cout << "unexpected: " << unexpected.what() << '\n';
    }
    std::cout.flush();
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

inline constexpr int cannot_be_had = 77;

/// Mounts a memory disk of so many bytes on `folder`, seen by this process alone. False when the
/// system does not allow it.
inline bool mount_small_disk(const std::string& folder, std::size_t bytes) {
  const auto user = std::to_string(getuid());
  const auto group = std::to_string(getgid());
  if (getuid() != 0) {
    if (unshare(CLONE_NEWUSER) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " + user + " 1";
    std::ofstream("/proc/self/gid_map") << "0 " + group + " 1";
  }
  if (unshare(CLONE_NEWNS) != 0) return false;
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const auto size = "size=" + std::to_string(bytes);
  return mount("none", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

/// What a machine does not allow is skipped by hand, and fails where everything has to be proved.
inline void expect_proved(int exit_code, const char* what) {
  if (exit_code == cannot_be_had && std::getenv("CI") == nullptr) {
    GTEST_SKIP() << "this machine does not allow " << what;
  }
  EXPECT_EQ(exit_code, 0) << "with " << cannot_be_had << ", this machine does not allow " << what;
}

}  // namespace messagebus::tests
