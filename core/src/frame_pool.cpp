#include <array>
#include <cstdint>
#include <messagebus/async/frame_pool.hpp>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MESSAGEBUS_FRAMES_FROM_THE_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MESSAGEBUS_FRAMES_FROM_THE_HEAP 1
#endif
#endif

namespace messagebus::detail {

#ifdef MESSAGEBUS_FRAMES_FROM_THE_HEAP

void* allocate_frame(std::size_t bytes) {
  return ::operator new(bytes);
}
void free_frame(void* frame, std::size_t bytes) noexcept {
  ::operator delete(frame, bytes);
}

#else

namespace {

constexpr std::size_t class_bytes = 64;
constexpr std::size_t classes = 32;             // frames of up to 2 KiB
constexpr std::uint32_t frames_kept_max = 256;  // a class and thread

struct free_block {
  free_block* next;
};

struct free_list {
  free_block* first;
  std::uint32_t kept;
};

// Plain data, so that reaching it needs no guard; `reaper` gives the blocks back at the thread's
// end.
constinit thread_local std::array<free_list, classes> lists{};
constinit thread_local bool thread_has_ended = false;

struct reaper {
  ~reaper() {
    thread_has_ended = true;
    for (std::size_t size_class = 0; size_class < classes; ++size_class) {
      while (free_block* block = lists[size_class].first) {
        lists[size_class].first = block->next;
        ::operator delete(block, (size_class + 1) * class_bytes);
      }
    }
  }
};

[[gnu::noinline]] void* allocate_fresh(std::size_t size_class) {
  thread_local const reaper reaps_at_thread_end;
  static_cast<void>(&reaps_at_thread_end);
  return ::operator new((size_class + 1) * class_bytes);
}

}  // namespace

void* allocate_frame(std::size_t bytes) {
  const std::size_t size_class = (bytes - 1) / class_bytes;
  if (size_class >= classes) [[unlikely]]
    return ::operator new(bytes);
  free_list& list = lists[size_class];
  if (free_block* block = list.first) [[likely]] {
    list.first = block->next;
    --list.kept;
    return block;
  }
  return allocate_fresh(size_class);
}

void free_frame(void* frame, std::size_t bytes) noexcept {
  const std::size_t size_class = (bytes - 1) / class_bytes;
  if (size_class >= classes) [[unlikely]]
    return ::operator delete(frame, bytes);
  free_list& list = lists[size_class];
  if (list.kept >= frames_kept_max || thread_has_ended) [[unlikely]] {
    return ::operator delete(frame, (size_class + 1) * class_bytes);
  }
  auto* block = static_cast<free_block*>(frame);
  block->next = list.first;
  list.first = block;
  ++list.kept;
}

#endif

}  // namespace messagebus::detail
