#pragma once

/// Stands before a function that coroutines call and that must not become a part of one: each
/// `await_suspend` whose coroutine may go on on another thread before it has returned, and whatever
/// reaches `thread_local` variables. Clang inlines before it has divided a coroutine at its waits:
/// variables of an `await_suspend` then live in the coroutine's frame, which may be gone when they
/// are destroyed, and the address of a `thread_local` is taken for the same one after a wait,
/// although another thread goes on. Source: issues 56301 and 47179 of the LLVM project.
#if defined(__clang__)
#define MESSAGEBUS_KEEP_OUT_OF_COROUTINE [[gnu::noinline]]
#else
#define MESSAGEBUS_KEEP_OUT_OF_COROUTINE
#endif
