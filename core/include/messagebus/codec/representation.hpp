#pragma once

namespace messagebus::codec {

/// The one place to teach the codec a type of one's own: it is written and read as another type
/// that the codec knows.
///
/// ```cpp
/// template <>
/// struct messagebus::codec::representation<money> {
///   using type = std::string;
///   static std::string to(const money& value) { return value.text(); }
///   static money from(std::string&& text) { return money::parse(text); }
/// };
/// ```
///
/// What `from` throws becomes a `decode_error`, what `to` throws an `encode_error`, each with the
/// path of the field in front. The specialisation must be visible wherever the type is encoded or
/// decoded.
template <class T>
struct representation;

}  // namespace messagebus::codec
