#pragma once

#include <messagebus/codec/detail/shape.hpp>

#include <string_view>

namespace messagebus::codec::detail {

/// Reads what a JSON string holds into a value of a shape that is written as a string. False when
/// the shape is no such one, or the text is none of its values.
bool read_text(const shape& shape, std::string_view text, void* value);

}  // namespace messagebus::codec::detail
