#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <messagebus/asio/async_execute.hpp>
#include <messagebus/asio/run_loop.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/asio/use_task.hpp>

// An adapter without a database: a pause on an event loop, and work on another thread.
int main() {
  boost::asio::io_context context;
  messagebus::asio::socket_waiter waiter{context.get_executor()};
  messagebus::asio::blocking_worker worker;
  const auto work = [&]() -> messagebus::task<int> {
    messagebus::socket_wait pause;
    pause.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
    co_await waiter.until(pause);
    co_return co_await worker.run([] { return 4; });
  };
  int result = 0;
  messagebus::asio::async_run(
      work(), boost::asio::bind_executor(context.get_executor(),
                                         [&](std::exception_ptr, int length) { result = length; }));
  messagebus::asio::run_loop(context);
  std::cout << "worked: " << result << '\n';
  return result == 4 ? 0 : 1;
}
