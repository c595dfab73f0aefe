#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <messagebus/domain/error.hpp>
#include <messagebus/testing/simulated_run.hpp>

namespace messagebus::testing {
namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size();
}

std::optional<planned_fault> parse_fault(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto* kind = std::ranges::find(all_faults, text.substr(0, at),
                                       [](fault known) { return testing::to_string(known); });
  planned_fault planned;
  if (kind == all_faults.end() || !read_number(text.substr(at + 1), planned.step)) {
    return std::nullopt;
  }
  planned.kind = *kind;
  return planned;
}

}  // namespace

std::string simulated_run::to_string() const {
  std::string text = std::to_string(seed);
  char before = ':';
  for (const planned_fault& planned : faults) {
    text += before;
    text.append(testing::to_string(planned.kind)).append("@").append(std::to_string(planned.step));
    before = ',';
  }
  return text;
}

std::optional<simulated_run> simulated_run::parse(std::string_view text) {
  simulated_run run;
  const std::size_t colon = text.find(':');
  if (!read_number(text.substr(0, colon), run.seed)) return std::nullopt;
  if (colon == std::string_view::npos) return run;
  for (std::size_t begin = colon + 1; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto planned = parse_fault(text.substr(begin, end - begin));
    if (!planned) return std::nullopt;
    run.faults.push_back(*planned);
    begin = end + 1;
  }
  return run;
}

std::optional<simulated_run> simulated_run::from_environment() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment while tests run
  const char* const text = std::getenv("MESSAGEBUS_SEED");
  if (text == nullptr || *text == '\0') return std::nullopt;
  auto run = parse(text);
  if (!run) {
    throw usage_error("MESSAGEBUS_SEED is '" + std::string(text) +
                      "', which is no run: give a seed such as 7, or a seed and faults such as "
                      "7:crash@12,busy@20");
  }
  return run;
}

}  // namespace messagebus::testing
