#include "findings.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <iterator>
#include <messagebus/codec/json.hpp>

#include "bars.hpp"
#include "message_lines.hpp"
#include "message_writer.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

constexpr std::size_t short_id_columns = 13;
constexpr std::size_t check_columns = 11;

// What `--json` writes of a finding.
struct finding_record {
  std::optional<std::int64_t> position;
  std::optional<uuid> message_id;
  std::string check;
  std::string finding;
};
BOOST_DESCRIBE_STRUCT(finding_record, (), (position, message_id, check, finding))

}  // namespace

void findings::add(const finding_place& where, const finding& found, progress& bar) {
  ++count_;
  ++counts_.at(static_cast<std::size_t>(found.which));
  if (count_ > shown_max_) return;
  if (json_) {
    write_json(where, found);
  } else {
    write_text(where, found);
  }
  if (!around_.out_screen.is_terminal) return;
  bar.hide();
  around_.out.flush();
}

void findings::write_text(const finding_place& where, const finding& found) {
  auto& text = around_.out.text();
  const auto colors = around_.colors();
  fmt::format_to(std::back_inserter(text), "{:>8}  ",
                 where.position ? std::to_string(where.position->value) : "—");
  const auto id = where.message_id ? short_id(*where.message_id) : std::string("—");
  colors.paint(text, role::faint, id);
  append_spaces(text, columns_of(id), short_id_columns + 2);
  const auto check = to_string(found.which);
  colors.paint(text, role::bad, check);
  append_spaces(text, check.size(), check_columns + 2);
  append_shown(text, found.text);
  text += '\n';
  around_.out.flush_if_large();
}

void findings::write_json(const finding_place& where, const finding& found) {
  finding_record record{.position = {},
                        .message_id = where.message_id,
                        .check = std::string(to_string(found.which)),
                        .finding = shown(found.text)};
  if (where.position) record.position = where.position->value;
  write_json_line(around_, codec::encode(record));
}

std::string findings::by_check() const {
  std::string text;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_.at(i) == 0) continue;
    if (!text.empty()) text += ", ";
    text += grouped(counts_.at(i)) + " " + std::string(to_string(static_cast<check>(i)));
  }
  return text;
}

}  // namespace messagebus::tool
