// What the headers of the library cost a user's compiler: the processor time of a file with
// messages, and of one with a bus too, above a file with nothing but the standard headers that they
// need.

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include "harness/harness.hpp"

namespace {

using namespace messagebus;
using milliseconds = std::chrono::duration<double, std::milli>;

const std::string samples = MESSAGEBUS_BENCH_SAMPLES;

milliseconds time_of(const timeval& used) {
  return std::chrono::seconds(used.tv_sec) + std::chrono::microseconds(used.tv_usec);
}

/// The child's output goes nowhere.
pid_t spawn_silently(char* const* arguments) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failure = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return failure == 0 ? child : -1;
}

/// The processor time that a compiler takes for this file; none when it is not there or fails.
std::optional<milliseconds> compile(const std::string& compiler, const std::string& file) {
  std::array<std::string, 9> words{
      compiler, "-std=c++20",        "-O2", "-c", "-o", "/dev/null", "-I" MESSAGEBUS_BENCH_INCLUDE,
      "-w",     samples + "/" + file};
  std::array<char*, words.size() + 1> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  const pid_t child = spawn_silently(arguments.data());
  if (child < 0) return std::nullopt;
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child || status != 0) return std::nullopt;
  return time_of(used.ru_utime) + time_of(used.ru_stime);
}

milliseconds require_compiled(const std::string& compiler, const std::string& file) {
  const std::optional<milliseconds> taken = compile(compiler, file);
  if (!taken) throw std::runtime_error(compiler + " does not compile " + samples + "/" + file);
  return *taken;
}

void measure(bench::session& session, const std::string& compiler, const std::string& name,
             const std::string& file, double milliseconds_max) {
  const std::string row = name + ", " + compiler;
  if (!session.wants(row)) return;
  // What a Clang that is not installed would take is not measured.
  if (!compile(compiler, "messages_std.cpp")) return;
  session.compare(
      {.name = row, .unit = bench::unit::milliseconds},
      [&]() {
        const milliseconds ours = require_compiled(compiler, file + ".cpp");
        return (ours - require_compiled(compiler, file + "_std.cpp")).count();
      },
      milliseconds_max);
}

}  // namespace

int main(int argc, char** argv) {
  bench::session session{"compile", argc, argv};
  for (const char* compiler : {"g++-12", "clang++-16"}) {
    measure(session, compiler, "a file with messages", "messages", 700);
    measure(session, compiler, "a file with a bus", "bus", 500);
  }
}
