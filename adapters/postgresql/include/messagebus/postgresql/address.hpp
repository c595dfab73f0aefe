#pragma once

#include <string_view>

namespace messagebus::postgresql {

/// Whether a text is meant as what `database` connects to, and not as the path of a file: it begins
/// with `postgresql:` or `postgres:`, in capitals too, or with a parameter of libpq as in `host=…`.
/// For programs that take either; `database` says what is wrong with one that nobody understands.
bool is_address(std::string_view text);

}  // namespace messagebus::postgresql
