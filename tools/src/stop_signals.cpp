#include "stop_signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace messagebus::tool {
namespace {

[[noreturn]] void throw_system_error(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

stop_signals::stop_signals() {
  ::signal(SIGPIPE, SIG_IGN);  // writing then says EPIPE
  ::signal(SIGXFSZ, SIG_IGN);  // EFBIG
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    ::sigaction(signal, nullptr, &now);
    // What the caller of this program has it ignore (nohup), it goes on ignoring.
    if (now.sa_handler != SIG_IGN) ::sigaddset(&wanted, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  signals_ = ::signalfd(-1, &wanted, SFD_CLOEXEC);
  if (signals_ < 0) throw_system_error("signals cannot be waited for");
  watcher_ = std::thread([this] { watch(); });
}

stop_signals::~stop_signals() {
  ended_.wake();
  watcher_.join();
  ::close(signals_);
}

void stop_signals::watch() {
  std::array<pollfd, 3> watched = {
      {{.fd = ended_.get(), .events = POLLIN, .revents = 0},
       {.fd = signals_, .events = POLLIN, .revents = 0},
       // Asks for nothing: that the other end is closed is told anyway.
       {.fd = STDOUT_FILENO, .events = 0, .revents = 0}}};
  while (true) {
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[0].revents != 0) return;
    if ((watched[1].revents & POLLIN) != 0) {
      signalfd_siginfo info{};
      if (::read(signals_, &info, sizeof info) != sizeof info) continue;
      const int number = static_cast<int>(info.ssi_signo);
      if (signal_.exchange(number) != 0) ::_exit(128 + number);
      source_.request_stop();
    }
    if (watched[2].revents != 0) {
      watched[2].fd = -1;  // poll passes over it from now on
      if ((watched[2].revents & POLLERR) != 0) {
        is_output_gone_ = true;
        source_.request_stop();
      }
    }
  }
}

}  // namespace messagebus::tool
