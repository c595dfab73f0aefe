#pragma once

#include <functional>
#include <messagebus/ports/message_log.hpp>
#include <span>
#include <string>

#include "command_line.hpp"

namespace messagebus::tool {

/// Hands the messages that match to `handle`, page by page, as far as the log reaches when this
/// begins, so that it ends however fast others write; shows a bar called `label` meanwhile. False
/// when it was told to stop before the end.
bool walk_log(message_log& log, log_query query, const std::string& label, surroundings& around,
              const std::function<void(std::span<const recorded_message> messages)>& handle);

}  // namespace messagebus::tool
