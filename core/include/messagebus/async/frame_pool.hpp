#pragma once

#include <cstddef>

namespace messagebus::detail {

/// Memory for coroutine frames: a free list a thread and size class, so that a frame that never
/// waits costs no trip to the heap. A frame may be given back on another thread than it was taken
/// on. Under a sanitizer every frame comes from the heap, so that it sees what is used too late.
void* allocate_frame(std::size_t bytes);
void free_frame(void* frame, std::size_t bytes) noexcept;

}  // namespace messagebus::detail
