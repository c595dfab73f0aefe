#pragma once

namespace messagebus {

/// A descriptor that is readable once it was woken: how one thread ends a wait of another that
/// polls, or that runs an event loop. Thread safety: `wake` may be called by any thread.
class wake_descriptor {
 public:
  /// Errors: `std::system_error` when the process has too many descriptors open.
  wake_descriptor();
  wake_descriptor(const wake_descriptor&) = delete;
  wake_descriptor& operator=(const wake_descriptor&) = delete;
  ~wake_descriptor();

  int get() const noexcept { return descriptor_; }
  void wake() const noexcept;
  /// Takes all wakes back, so that it can be waited with again.
  void clear() const noexcept;

 private:
  int descriptor_;
};

}  // namespace messagebus
