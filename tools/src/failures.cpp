#include "failures.hpp"

#include <messagebus/domain/error.hpp>
#include <new>

#include "output.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

exit_code code_of(const messagebus::error& error) {
  return error.code() == errc::usage ? exit_code::usage : exit_code::location;
}

}  // namespace

failure explain(const std::exception& error) {
  if (dynamic_cast<const broken_pipe_error*>(&error) != nullptr) {
    return {.sentence = {}, .code = exit_code::broken_pipe};
  }
  if (dynamic_cast<const file_error*>(&error) != nullptr) {
    return {.sentence = shown(error.what()), .code = exit_code::file};
  }
  if (dynamic_cast<const refused_line_error*>(&error) != nullptr) {
    return {.sentence = shown(error.what()), .code = exit_code::refused_line};
  }
  if (const auto* ours = dynamic_cast<const messagebus::error*>(&error)) {
    return {.sentence = shown(error.what()), .code = code_of(*ours)};
  }
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return {.sentence = "out of memory", .code = exit_code::fault};
  }
  return {
      .sentence = shown(error.what()) + "; this is a fault of messagebus itself, please report it",
      .code = exit_code::fault};
}

}  // namespace messagebus::tool
