#pragma once

#include <messagebus/messages.hpp>
#include <string>

namespace reading_club {

/// Somebody who rates books. No two have the same id; names may be shared.
struct reviewer {
  messagebus::uuid id;
  std::string name;
  messagebus::raised_messages messages = {};
  bool operator==(const reviewer&) const = default;
};
BOOST_DESCRIBE_STRUCT(reviewer, (), (id, name))

}  // namespace reading_club
