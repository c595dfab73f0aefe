#pragma once

#include <cstddef>
#include <string>

namespace messagebus::codec::detail {

// These walk over JSON that the parser has already accepted, to find where a value stands in the
// text: the parser does not tell.

/// Skips what stands before a token: spaces, commas and colons.
const char* skip_separators(const char* at) noexcept;

/// Skips one token (a brace, a bracket, a string, a number or a word) and what stands before it;
/// `end` is that of the text.
const char* skip_token(const char* at, const char* end) noexcept;

/// Appends the text from `begin` to `end` without the spaces between its tokens.
void append_compact(const char* begin, const char* end, std::string& out);

}  // namespace messagebus::codec::detail
