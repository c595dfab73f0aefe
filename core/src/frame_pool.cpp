#include <messagebus/async/frame_pool.hpp>

namespace messagebus::detail {

constinit thread_local std::array<frame_pool::free_list, frame_pool::classes> frame_pool::lists{};

namespace {
constinit thread_local bool thread_has_ended = false;
}

// The lists are plain data, so that reaching them needs no guard; this gives their blocks back.
struct frame_pool::reaper {
  reaper() = default;
  reaper(const reaper&) = delete;
  reaper& operator=(const reaper&) = delete;
  ~reaper() {
    thread_has_ended = true;
    for (free_list& list : lists) {
      list.kept_max = 0;
      while (free_block* const block = list.first) {
        list.first = block->next;
        ::operator delete(block);
      }
    }
  }
};

void* frame_pool::allocate_fresh(std::size_t size_class) {
  if (!thread_has_ended) {
    thread_local const reaper reaps_at_the_end_of_the_thread;
    static_cast<void>(reaps_at_the_end_of_the_thread);
    lists[size_class].kept_max = frames_kept_max;
  }
  return ::operator new((size_class + 1) * class_bytes);
}

}  // namespace messagebus::detail
