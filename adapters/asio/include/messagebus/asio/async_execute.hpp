#pragma once

#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/blocking_worker.hpp>
#include <messagebus/service/transaction.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <utility>

namespace messagebus::asio {

// The asynchronous half of bus and unit of work with a completion token of Asio at the end. Bus,
// unit of work and transaction outlive the operation; a message is kept by it, but an envelope that
// is handed in by a name is filled in place, and outlives it too. With dependencies of this one
// call (D2): `async_run(bus.async_execute(unit_of_work, message, mailer), token)`.

/// Begins a transaction, handles the message in it, and commits. Completes with what
/// `bus.execute` returns, or with its error. See `async_run` for executor and cancellation.
template <class Bus, class Ports, class First, class CompletionToken>
auto async_execute(Bus& bus, unit_of_work<Ports>& unit_of_work, First&& message,
                   CompletionToken&& token) {
  return async_run(bus.async_execute(unit_of_work, std::forward<First>(message)),
                   std::forward<CompletionToken>(token));
}

/// The same for a unit of work that blocks, on a thread of the worker, handlers and all: SQLite's.
/// The worker outlives the operation, and an envelope is copied.
template <class Bus, class Ports, class First, class CompletionToken>
auto async_execute(blocking_worker& worker, Bus& bus, unit_of_work<Ports>& unit_of_work,
                   First message, CompletionToken&& token) {
  auto execute = [&bus, &unit_of_work, message = std::move(message)]() mutable {
    return bus.execute(unit_of_work, message);
  };
  return async_run(worker.run(std::move(execute)), std::forward<CompletionToken>(token));
}

/// Handles the message in a transaction that goes on. Completes with what `bus.handle` returns, or
/// with its error.
template <class Bus, class Ports, class First, class CompletionToken>
auto async_handle(Bus& bus, First&& message, transaction<Ports>& transaction,
                  CompletionToken&& token) {
  return async_run(bus.async_handle(std::forward<First>(message), transaction),
                   std::forward<CompletionToken>(token));
}

/// Runs `body(transaction)`, which returns a `task`, in a transaction of its own. Completes with
/// what the body returns, or with its error. The body is kept.
template <class Ports, class Body, class CompletionToken>
auto async_transact(unit_of_work<Ports>& unit_of_work, Body body, CompletionToken&& token) {
  return async_run(unit_of_work.async_transact(std::move(body)),
                   std::forward<CompletionToken>(token));
}

}  // namespace messagebus::asio
