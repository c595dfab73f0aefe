#pragma once

#include <string>
#include <string_view>

namespace messagebus::tool {

/// What a piece of text is; what it looks like is the palette's business.
enum class role {
  plain,
  faint,
  heading,
  command,
  event,
  published,
  marked,
  good,
  bad,
  bar,
  key,
};

/// Draws text in colours, or leaves it as it is.
class palette {
 public:
  explicit palette(bool has_colors = false) noexcept : has_colors_(has_colors) {}

  void paint(std::string& out, role role, std::string_view text) const {
    begin(out, role);
    out += text;
    end(out, role);
  }
  /// For text that is appended in pieces.
  void begin(std::string& out, role role) const;
  void end(std::string& out, role role) const;

 private:
  bool has_colors_;
};

}  // namespace messagebus::tool
