#pragma once

#include <messagebus/bus.hpp>
#include <reading_club/service/handlers.hpp>

namespace reading_club {

/// Every handler of the club. A command that is missing here does not compile where it is sent.
inline constexpr auto club_handlers =
    messagebus::handlers<&on_register_book, &on_create_reviewer, &on_create_review>;

using club_bus = messagebus::bus<club, club_handlers>;

}  // namespace reading_club
