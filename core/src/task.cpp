#include <messagebus/async/task.hpp>
#include <messagebus/domain/error.hpp>

namespace messagebus {

void detail::throw_empty_task() {
  throw usage_error(
      "an empty task was awaited for its result: only a task<> may be empty, and what a coroutine "
      "returned is awaited once");
}

}  // namespace messagebus
