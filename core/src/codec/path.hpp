#pragma once

#include <messagebus/codec/detail/shape.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace messagebus::codec::detail {

/// The path of a value in its document, for errors: `$.ratings[3].value`, `$.by_name["Eric"]`.
class path {
 public:
  void field(std::string_view name) { text_.append(1, '.').append(name); }
  void element(std::size_t index) {
    text_.append(1, '[').append(std::to_string(index)).append("]");
  }
  void key(std::string_view name);

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_ = "$";
};

/// One array or object on the way to the value that is being written or read, linked to the one
/// around it, so that a path is made only when something is wrong.
struct place {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  const place* around;
  const detail::shape* shape;
  std::size_t index = 0;      // of the field, element or alternative
  const void* key = nullptr;  // of the entry of a map
};

/// The path of the value at `here`; `$` when that is null.
path path_of(const place* here);

/// `text` in quotes for people: control characters escaped, bad UTF-8 replaced, cut off when long.
std::string quoted(std::string_view text);

/// "an array of 3 elements"
std::string count_of_elements(std::size_t count);

/// What a value of this shape should look like: "an integer from 0 to 255".
std::string expected(const shape& shape);

/// The number behind an enumerator, for values that have no name.
std::string number_text_of(const enumeration_shape& shape, const void* value);

/// The text of a map's key, of one of the shapes that keys have.
std::string key_text(const shape& shape, const void* key);

/// The name of the enumerator whose value is stored at `value`; null when there is none.
const enumerator* find_enumerator(const enumeration_shape& shape, const void* value);

}  // namespace messagebus::codec::detail
