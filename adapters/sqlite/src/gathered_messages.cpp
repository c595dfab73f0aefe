#include "gathered_messages.hpp"

namespace messagebus::sqlite::detail {
namespace {

constexpr std::size_t slots_kept_max = 1024;
constexpr std::size_t payload_bytes_kept_max = std::size_t{16} << 10U;

}  // namespace

void gathered_messages::add(const recorded_message& message) {
  if (used_ == slots_.size()) {
    slots_.push_back(message);
  } else {
    slots_[used_] = message;
  }
  ++used_;
}

void gathered_messages::clear() noexcept {
  for (std::size_t i = 0; i < used_; ++i) {
    std::string& payload = slots_[i].payload;
    if (payload.capacity() > payload_bytes_kept_max) std::string().swap(payload);
  }
  used_ = 0;
  if (slots_.size() > slots_kept_max) std::vector<recorded_message>().swap(slots_);
}

}  // namespace messagebus::sqlite::detail
