#include <messagebus/domain/error.hpp>
#include <messagebus/service/transaction_access.hpp>
#include <string>
#include <utility>

namespace messagebus::detail {

clock& transaction_access::time() const noexcept {
  clock* chosen = transaction_.options_->clock;
  return chosen != nullptr ? *chosen : system_clock::instance();
}

id_source& transaction_access::ids() const noexcept {
  id_source* chosen = transaction_.options_->ids;
  return chosen != nullptr ? *chosen : uuid7_source::instance();
}

namespace {

// What `record` fills and lends to the store, kept from call to call for the memory of its strings.
struct record_buffer {
  static constexpr std::size_t payload_bytes_kept_max = 64 * 1024;

  recorded_message message;
  bool is_lent = false;
};

class lending {
 public:
  explicit lending(record_buffer& buffer) noexcept : buffer_(buffer) { buffer_.is_lent = true; }
  lending(const lending&) = delete;
  lending& operator=(const lending&) = delete;
  ~lending() {
    buffer_.is_lent = false;
    std::string& payload = buffer_.message.payload;
    if (payload.capacity() > record_buffer::payload_bytes_kept_max) [[unlikely]]
      std::string().swap(payload);
  }

 private:
  record_buffer& buffer_;
};

std::string name_and_version(const message_type& type) {
  return std::string(type.name) + " v" + std::to_string(type.schema_version);
}

void encode_payload(const message_type& type, const void* envelope, std::string& payload) {
  // How long it may be is the unit of work's to say.
  constexpr codec::encode_limits limits{.bytes_max = static_cast<std::size_t>(-1)};
  payload.clear();
  try {
    type.encode(envelope, payload, limits);
  } catch (const encode_error& error) {
    throw encode_error(name_and_version(type) + ": " + error.what(),
                       static_cast<errc>(error.code().value()));
  }
}

void add_record(message_store& store, const message_type& type, const message_header& header,
                const void* envelope, std::size_t payload_bytes_max, recorded_message& message) {
  message.message_id = header.message_id;
  message.created_at = header.created_at;
  message.kind = type.kind;
  message.name.assign(type.name);
  message.schema_version = type.schema_version;
  message.published = type.published;
  message.correlation_id = header.correlation_id;
  message.causation_id = header.causation_id;
  message.metadata.assign(type.metadata());
  encode_payload(type, envelope, message.payload);
  if (message.payload.size() > payload_bytes_max) {
    throw encode_error(name_and_version(type) + ": the payload has " +
                           std::to_string(message.payload.size()) + " bytes, and at most " +
                           std::to_string(payload_bytes_max) +
                           " are allowed: raise payload_bytes_max in the options of the unit of "
                           "work, or store the bulk elsewhere and put a reference into the message",
                       errc::limit_exceeded);
  }
  store.add(message);
}

}  // namespace

void transaction_access::record(const message_type& type, const message_header& header,
                                const void* envelope) {
  message_store& store = transaction_.resources_->session().store();
  if (&store == &sinkhole_store::instance()) return;
  const std::size_t bytes_max = transaction_.options_->payload_bytes_max;

  thread_local record_buffer of_this_thread;
  if (of_this_thread.is_lent) [[unlikely]] {
    // A store may itself run a bus, on this thread, while it is lent a message.
    recorded_message of_this_call;
    return add_record(store, type, header, envelope, bytes_max, of_this_call);
  }
  const lending lent(of_this_thread);
  add_record(store, type, header, envelope, bytes_max, of_this_thread.message);
}

void transaction_access::take_part(std::unique_ptr<participant> joining) {
  // What is lent to two calls of handle hears of the end once.
  const lent_object lent = joining->lent();
  if (lent.object != nullptr) {
    for (const auto& known : transaction_.participants_) {
      if (known->lent() == lent) return;
    }
  }
  transaction_.participants_.push_back(std::move(joining));
}

}  // namespace messagebus::detail
