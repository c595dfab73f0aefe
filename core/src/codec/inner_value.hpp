#pragma once

#include <messagebus/codec/detail/shape.hpp>

#include <new>

namespace messagebus::codec::detail {

inline void* storage_for(const converted_shape& shape) {
  return ::operator new(shape.bytes, std::align_val_t{shape.alignment});
}

inline void free_storage(const converted_shape& shape, void* storage) noexcept {
  ::operator delete(storage, std::align_val_t{shape.alignment});
}

/// The inner value of a conversion, destroyed when it goes out of scope.
class inner_value {
 public:
  explicit inner_value(const converted_shape& shape) : shape_(shape), storage_(storage_for(shape)) {
    try {
      shape.construct(storage_);
    } catch (...) {
      free_storage(shape, storage_);
      throw;
    }
  }
  inner_value(const inner_value&) = delete;
  inner_value& operator=(const inner_value&) = delete;
  ~inner_value() {
    if (storage_ == nullptr) return;
    shape_.destroy(storage_);
    free_storage(shape_, storage_);
  }

  void* get() const noexcept { return storage_; }
  void release() noexcept { storage_ = nullptr; }

 private:
  const converted_shape& shape_;
  void* storage_;
};

}  // namespace messagebus::codec::detail
