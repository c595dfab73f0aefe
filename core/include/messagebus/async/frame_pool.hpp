#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <messagebus/async/keep_out_of_coroutine.hpp>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MESSAGEBUS_DETAIL_FRAMES_FROM_HEAP
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MESSAGEBUS_DETAIL_FRAMES_FROM_HEAP
#endif
#endif

namespace messagebus::detail {

/// Memory for coroutine frames: a free list a thread and size class, so that a frame that never
/// waits costs no trip to the heap. A frame may be given back on another thread than it was taken
/// on. Under a sanitizer every frame comes from the heap, so that it sees what is used too late.
class frame_pool {
 public:
  MESSAGEBUS_KEEP_OUT_OF_COROUTINE static void* allocate(std::size_t bytes) {
#ifndef MESSAGEBUS_DETAIL_FRAMES_FROM_HEAP
    const std::size_t size_class = (bytes - 1) / class_bytes;
    if (size_class < classes) [[likely]] {
      free_list& list = lists[size_class];
      if (free_block* const block = list.first) [[likely]] {
        list.first = block->next;
        --list.kept;
        return block;
      }
      return allocate_fresh(size_class);
    }
#endif
    // As large as its class also from the heap: in a program of which a part alone is built with a
    // sanitizer, a list may keep it.
    return ::operator new((bytes + class_bytes - 1) / class_bytes * class_bytes);
  }

  MESSAGEBUS_KEEP_OUT_OF_COROUTINE static void free(void* frame,
                                                    [[maybe_unused]] std::size_t bytes) noexcept {
#ifndef MESSAGEBUS_DETAIL_FRAMES_FROM_HEAP
    const std::size_t size_class = (bytes - 1) / class_bytes;
    if (size_class < classes) [[likely]] {
      free_list& list = lists[size_class];
      if (list.kept < list.kept_max) [[likely]] {
        list.first = new (frame) free_block{list.first};
        ++list.kept;
        return;
      }
    }
#endif
    ::operator delete(frame);
  }

 private:
  static constexpr std::size_t class_bytes = 64;
  static constexpr std::size_t classes = 32;             // frames of up to 2 KiB
  static constexpr std::uint32_t frames_kept_max = 256;  // a class and thread

  struct free_block {
    free_block* next;
  };

  // Until a thread has taken its first frame of a class, and after its end, nothing is kept.
  struct free_list {
    free_block* first = nullptr;
    std::uint32_t kept = 0;
    std::uint32_t kept_max = 0;
  };

  struct reaper;

  static void* allocate_fresh(std::size_t size_class);

  static constinit thread_local std::array<free_list, classes> lists;
};

}  // namespace messagebus::detail
