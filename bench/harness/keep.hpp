#pragma once

namespace messagebus::bench {

/// Makes the compiler believe that the value is read, so that its computation is not removed.
template <class Value>
void keep(const Value& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

/// Makes the compiler believe that all memory is read and changed here.
inline void keep_memory() {
  asm volatile("" : : : "memory");
}

}  // namespace messagebus::bench
