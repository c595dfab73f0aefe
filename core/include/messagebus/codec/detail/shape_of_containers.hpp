#pragma once

#include <messagebus/codec/detail/shape_of.hpp>
#include <messagebus/codec/tag_of.hpp>

#include <new>
#include <optional>
#include <tuple>
#include <utility>

namespace messagebus::codec::detail {

template <class T>
constexpr bool is_optional_shape<std::optional<T>> = true;

template <class T>
struct natural_shape_of<std::optional<T>> {
  static void* get(void* optional) {
    auto& held = *static_cast<std::optional<T>*>(optional);
    return held ? &*held : nullptr;
  }
  static void* emplace(void* optional) {
    return &static_cast<std::optional<T>*>(optional)->emplace();
  }
  static void reset(void* optional) { static_cast<std::optional<T>*>(optional)->reset(); }

  static constexpr optional_shape value{
      {kind::optional}, &shape_of<T>::value, &get, &emplace, &reset};
};

template <class T, class Allocator>
  requires(!std::same_as<T, bool> && !std::same_as<T, std::byte>)
struct natural_shape_of<std::vector<T, Allocator>> {
  using vector = std::vector<T, Allocator>;

  static sequence_view view(void* sequence) {
    auto& elements = *static_cast<vector*>(sequence);
    return {elements.data(), elements.size()};
  }
  static void clear(void* sequence) { static_cast<vector*>(sequence)->clear(); }
  static void* append(void* sequence) { return &static_cast<vector*>(sequence)->emplace_back(); }

  static constexpr sequence_shape value{
      {kind::sequence}, false, sizeof(T), &shape_of<T>::value, &view, &clear, &append};
};

template <class T, std::size_t Count>
struct natural_shape_of<std::array<T, Count>> {
  static sequence_view view(void* sequence) {
    return {static_cast<std::array<T, Count>*>(sequence)->data(), Count};
  }

  static constexpr sequence_shape value{
      {kind::sequence}, true, sizeof(T), &shape_of<T>::value, &view, nullptr, nullptr};
};

// A bit of std::vector<bool> has no address: its elements are written and read as a cell each.
struct boolean_cell {
  bool value = false;
};

template <>
struct natural_shape_of<boolean_cell> : plain_shape<kind::boolean> {};

template <class Allocator>
struct boolean_cells {
  using type = std::vector<boolean_cell>;

  static type to(const std::vector<bool, Allocator>& bits) {
    type cells;
    cells.reserve(bits.size());
    for (const bool bit : bits) cells.push_back({bit});
    return cells;
  }
  static std::vector<bool, Allocator> from(type&& cells) {
    std::vector<bool, Allocator> bits;
    bits.reserve(cells.size());
    for (const auto cell : cells) bits.push_back(cell.value);
    return bits;
  }
};

template <class T, class Representation>
struct converted_through {
  using inner = typename Representation::type;

  static void to(const void* object, value_visitor& visitor) {
    const inner between = Representation::to(*static_cast<const T*>(object));
    visitor.visit(visitor, &between);
  }
  static void construct(void* storage) { ::new (storage) inner(); }
  static void destroy(void* storage) { static_cast<inner*>(storage)->~inner(); }
  static void from(void* object, void* between) {
    *static_cast<T*>(object) = Representation::from(std::move(*static_cast<inner*>(between)));
  }

  static constexpr converted_shape value{{kind::converted},
                                         &shape_of<inner>::value,
                                         sizeof(inner),
                                         alignof(inner),
                                         &to,
                                         &construct,
                                         &destroy,
                                         &from};
};

template <class T>
struct converted_shape_of : converted_through<T, representation<T>> {};

template <class Allocator>
struct natural_shape_of<std::vector<bool, Allocator>>
    : converted_through<std::vector<bool, Allocator>, boolean_cells<Allocator>> {};

// Maps: recognised by what they can do, so that a user who has none does not pay for <map>.
template <class T>
concept map_like = requires(T& map, typename T::key_type&& key) {
  typename T::mapped_type;
  map.clear();
  { map.try_emplace(std::move(key)).second } -> std::convertible_to<bool>;
};

template <class T>
concept key_like = std::same_as<T, std::string> || std::same_as<T, uuid> || integer<T> ||
                   (std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value);

template <map_like T>
struct natural_shape_of<T> {
  using key_type = typename T::key_type;
  static_assert(key_like<key_type>,
                "the keys of a map in JSON are strings, uuids, integers or described enums");

  static void clear(void* map) { static_cast<T*>(map)->clear(); }

  static inserted insert(void* map, std::string_view text) {
    key_type key{};
    if (!parse_key(shape_of<key_type>::value, text, &key)) {
      return {nullptr, nullptr, insertion::bad_key};
    }
    const auto [at, is_new] = static_cast<T*>(map)->try_emplace(std::move(key));
    return {&at->first, &at->second, is_new ? insertion::done : insertion::duplicate};
  }

  static void visit(const void* map, map_visitor& visitor) {
    for (const auto& [key, mapped] : *static_cast<const T*>(map))
      visitor.visit(visitor, &key, &mapped);
  }

  static constexpr map_shape value{{kind::map},
                                   &shape_of<key_type>::value,
                                   &shape_of<typename T::mapped_type>::value,
                                   &clear,
                                   &insert,
                                   &visit};
};

template <class T, class... Element>
struct tuple_shape_of {
  template <std::size_t Index>
  static void* get(void* tuple) {
    return &std::get<Index>(*static_cast<T*>(tuple));
  }

  template <std::size_t... Index>
  static constexpr std::array<tuple_element, sizeof...(Element)> list(
      std::index_sequence<Index...>) {
    return {{{&get<Index>, &shape_of<Element>::value}...}};
  }

  static constexpr std::array<tuple_element, sizeof...(Element)> elements =
      list(std::index_sequence_for<Element...>{});
  static constexpr tuple_shape value{{kind::tuple}, elements.data(), elements.size()};
};

template <class First, class Second>
struct natural_shape_of<std::pair<First, Second>>
    : tuple_shape_of<std::pair<First, Second>, First, Second> {};

template <class... Element>
struct natural_shape_of<std::tuple<Element...>>
    : tuple_shape_of<std::tuple<Element...>, Element...> {};

template <class... Alternative>
constexpr bool all_have_tags = (requires { tag_of<Alternative>::value; } && ...);

template <class... Alternative>
constexpr bool tags_differ() {
  if constexpr (all_have_tags<Alternative...>) {
    const std::string_view tags[] = {tag_of<Alternative>::value...};
    for (std::size_t i = 0; i < sizeof...(Alternative); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (tags[i] == tags[k]) return false;
      }
    }
  }
  return true;
}

template <class... Alternative>
struct natural_shape_of<std::variant<Alternative...>> {
  static_assert(all_have_tags<Alternative...>,
                "an alternative of this variant has no tag: give it a member `static constexpr "
                "std::string_view tag`, or specialise messagebus::codec::tag_of for it");
  static_assert(
      tags_differ<Alternative...>(),
      "two alternatives of this variant have the same tag: JSON could not tell them apart");

  using variant = std::variant<Alternative...>;

  static std::size_t index(const void* object) {
    return static_cast<const variant*>(object)->index();
  }
  static void* get(void* object) {
    return std::visit([](auto& held) -> void* { return &held; }, *static_cast<variant*>(object));
  }
  template <std::size_t Index>
  static void* emplace(void* object) {
    return &static_cast<variant*>(object)->template emplace<Index>();
  }

  template <std::size_t... Index>
  static constexpr std::array<alternative, sizeof...(Alternative)> list(
      std::index_sequence<Index...>) {
    return {{{tag_of<Alternative>::value, &shape_of<Alternative>::value, &emplace<Index>}...}};
  }

  static constexpr std::array<alternative, sizeof...(Alternative)> alternatives =
      list(std::index_sequence_for<Alternative...>{});
  static constexpr variant_shape value{
      {kind::variant}, alternatives.data(), alternatives.size(), &index, &get};
};

}  // namespace messagebus::codec::detail
