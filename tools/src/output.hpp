#pragma once

#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace messagebus::tool {

/// Nobody reads what is written: the command ends quietly.
class broken_pipe_error : public std::exception {
 public:
  const char* what() const noexcept override { return "the reader of the output has gone"; }
};

/// A file, or standard output, cannot be read or written.
class file_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A line of a file is not what `import` takes in.
class refused_line_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Text on its way to a file descriptor, gathered so that many short lines cost few writes.
class output {
 public:
  /// `name` is for errors. The descriptor stays the caller's, and open.
  output(int descriptor, std::string name);
  output(const output&) = delete;
  output& operator=(const output&) = delete;
  ~output() = default;

  /// What is still to be written. Append to it, then call `flush_if_large` or `flush`.
  std::string& text() noexcept { return text_; }
  void write(std::string_view text) {
    text_ += text;
    flush_if_large();
  }
  void flush_if_large() {
    if (text_.size() >= bytes_gathered_max) flush();
  }
  /// Errors: `broken_pipe_error`, `file_error`.
  void flush();

 private:
  static constexpr std::size_t bytes_gathered_max = std::size_t{64} * 1024;

  int descriptor_;
  std::string name_;
  std::string text_;
};

}  // namespace messagebus::tool
