#pragma once

#include <boost/asio/async_result.hpp>
#include <messagebus/asio/detail/operation.hpp>
#include <messagebus/async/task.hpp>
#include <utility>

namespace messagebus::asio {

/// Runs a task and calls back when it has ended: the edge between the coroutines of this library
/// and everything on Asio. The signature is `void(std::exception_ptr, T)`, or
/// `void(std::exception_ptr)` for a `task<>`.
///
/// The task runs on the executor that is associated with the token, from beginning to end: with
/// `use_awaitable` that of the coroutine, with a callback what `bind_executor` says, and where
/// nothing is said the system executor. It begins in this call when that is where the caller is. No
/// code of it may block (B11): `sync_wait`, and what waits by it, is refused there with a
/// `usage_error`.
///
/// A request to the token's cancellation slot ends what the task waits for, with `errc::cancelled`;
/// a transaction is rolled back then. One that commits already is not disturbed, and its outcome is
/// told. Destroying the event loop destroys the task.
template <class T, class CompletionToken>
auto async_run(task<T> work, CompletionToken&& token) {
  return boost::asio::async_initiate<CompletionToken, typename detail::signature_of<T>::type>(
      detail::initiate_task(), token, std::move(work));
}

}  // namespace messagebus::asio
