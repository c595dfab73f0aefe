#pragma once

namespace reading_club {

/// Writes out what was printed. Errors: `std::system_error` when it cannot be written, now or when
/// it was printed.
void flush_standard_output();

}  // namespace reading_club
