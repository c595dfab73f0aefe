#include <messagebus/domain/recorded_message.hpp>

namespace messagebus {

void recorded_message::throw_other_type(std::string_view wanted, int wanted_version) const {
  throw usage_error("message " + message_id.to_string() + " is a " + name + " v" +
                    std::to_string(schema_version) + " and was asked for as a " +
                    std::string(wanted) + " v" + std::to_string(wanted_version) +
                    ": ask with is<M>() first");
}

}  // namespace messagebus
