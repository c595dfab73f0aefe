#include <messagebus/domain/message_type.hpp>
#include <mutex>

namespace messagebus {

std::uint32_t assign_index(const message_type& type) {
  static std::mutex assigning;
  static std::uint32_t last = 0;
  const std::lock_guard lock(assigning);
  std::uint32_t index = type.index.load(std::memory_order_relaxed);
  if (index == 0) {
    index = ++last;
    type.index.store(index, std::memory_order_relaxed);
  }
  return index;
}

const std::string& detail::empty_metadata() {
  static const std::string json = "{}";
  return json;
}

}  // namespace messagebus
