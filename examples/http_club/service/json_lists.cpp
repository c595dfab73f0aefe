#include <http_club/service/json_lists.hpp>
#include <messagebus/codec/raw_json.hpp>
#include <optional>

namespace http_club {
namespace {

struct json_message {
  std::int64_t position;
  uuid id;
  messagebus::timestamp created_at;
  std::string name;
  int version;
  bool published;
  uuid correlation_id;
  std::optional<uuid> causation_id;
  messagebus::codec::raw_json payload;
};
BOOST_DESCRIBE_STRUCT(json_message, (),
                      (position, id, created_at, name, version, published, correlation_id,
                       causation_id, payload))

}  // namespace

void append_line(const messagebus::recorded_message& message, std::string& out) {
  const json_message line{message.position.value, message.message_id,     message.created_at,
                          message.name,           message.schema_version, message.published,
                          message.correlation_id, message.causation_id,   {message.payload}};
  messagebus::codec::encode(line, out);
  out += '\n';
}

}  // namespace http_club
