#pragma once

#include "idle_thread.hpp"              // IWYU pragma: export
#include "keep.hpp"                     // IWYU pragma: export
#include "pinned_to_one_processor.hpp"  // IWYU pragma: export
#include "session.hpp"                  // IWYU pragma: export
