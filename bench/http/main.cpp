// The HTTP club on one thread under 64 clients, beside the same request written by hand on Beast
// and libpq. The clients are wrk's.

#include <libpq-fe.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/harness.hpp"

namespace {

using messagebus::bench::unit;

/// A program that says on which port it listens.
class served {
 public:
  explicit served(std::vector<std::string> arguments) {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(pipe[1], STDOUT_FILENO);
      ::execv(pointers[0], pointers.data());
      ::_exit(127);
    }
    ::close(pipe[1]);
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> output(::fdopen(pipe[0], "r"),
                                                                    &std::fclose);
    // NOLINTNEXTLINE(cert-err34-c): the count of what was read tells
    if (std::fscanf(output.get(), "listening on http://127.0.0.1:%d", &port_) != 1) {
      throw std::runtime_error(arguments[0] + " did not start");
    }
  }
  served(const served&) = delete;
  served& operator=(const served&) = delete;
  ~served() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }

  int port() const noexcept { return port_; }

 private:
  pid_t process_ = -1;
  int port_ = 0;
};

/// Requests a second.
double load(const served& program, int seconds) {
  const std::string command =
      "wrk --threads 1 --connections 64 --duration " + std::to_string(seconds) +
      "s --script " MESSAGEBUS_BENCH_REQUESTS " http://127.0.0.1:" + std::to_string(program.port());
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  std::array<char, 512> line{};
  double per_second = 0;
  std::string said;
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    said += line.data();
    std::sscanf(line.data(), "Requests/sec: %lf", &per_second);  // NOLINT(cert-err34-c)
  }
  const bool has_failed = ::pclose(pipe) != 0 || per_second <= 0 ||
                          said.find("Non-2xx") != std::string::npos ||
                          said.find("Socket errors") != std::string::npos;
  if (has_failed) throw std::runtime_error("wrk found errors:\n" + said);
  return per_second;
}

/// A database of its own, dropped at the end.
class own_database {
 public:
  explicit own_database(std::string server) : server_(std::move(server)) {
    run("DROP DATABASE IF EXISTS http_bench WITH (FORCE)");
    run("CREATE DATABASE http_bench");
  }
  own_database(const own_database&) = delete;
  own_database& operator=(const own_database&) = delete;
  ~own_database() { run("DROP DATABASE http_bench WITH (FORCE)"); }

  std::string where() const { return server_.substr(0, server_.rfind('/') + 1) + "http_bench"; }

 private:
  void run(const char* sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> open(PQconnectdb(server_.c_str()),
                                                            &PQfinish);
    PQclear(PQexec(open.get(), sql));
  }

  std::string server_;
};

}  // namespace

int main(int argc, char** argv) {
  messagebus::bench::session session{"http", argc, argv};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread yet
  const char* const server = std::getenv("MESSAGEBUS_TEST_POSTGRESQL");
  // NOLINTNEXTLINE(concurrency-mt-unsafe,cert-env33-c): no other thread yet
  const bool has_wrk = std::system("command -v wrk >/dev/null") == 0;
  if (server == nullptr || !has_wrk) {
    std::fputs("http: needs wrk, and MESSAGEBUS_TEST_POSTGRESQL; ./dev bench has both\n", stderr);
    return session.is_quick() ? 0 : 1;
  }
  const std::string name = "POST /books, 64 clients on one thread";
  if (!session.wants(name)) return 0;
  const int seconds = session.is_quick() ? 1 : 3;
  const own_database database(server);
  // Ours makes the tables.
  const served ours({MESSAGEBUS_BENCH_HTTP_CLUB, "--port", "0", "--database", database.where()});
  const served by_hand({MESSAGEBUS_BENCH_BY_HAND, database.where()});
  session.compare(
      {.name = name, .unit = unit::per_second, .runs = 5}, [&] { return load(ours, seconds); },
      [&] { return load(by_hand, seconds); });
}
