#pragma once

#include <messagebus/messages.hpp>
#include <reading_club/domain/registration.hpp>
#include <string>

namespace reading_club {

struct create_reviewer {
  static constexpr auto schema = messagebus::command<registration>("create_reviewer", 1);
  messagebus::uuid id;
  std::string name;
  bool operator==(const create_reviewer&) const = default;
};
BOOST_DESCRIBE_STRUCT(create_reviewer, (), (id, name))

struct reviewer_created {
  static constexpr auto schema = messagebus::event("reviewer_created", 1, messagebus::published);
  messagebus::uuid id;
  std::string name;
  bool operator==(const reviewer_created&) const = default;
};
BOOST_DESCRIBE_STRUCT(reviewer_created, (), (id, name))

}  // namespace reading_club
