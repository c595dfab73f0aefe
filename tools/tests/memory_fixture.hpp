#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <clocale>
#include <messagebus/memory/database.hpp>
#include <messagebus/memory/session.hpp>
#include <stop_token>
#include <string>

#include "command_line.hpp"
#include "sample_log.hpp"

namespace messagebus::tool {

/// A file without a name that shows what was written to it.
class written_file {
 public:
  written_file() = default;
  written_file(const written_file&) = delete;
  written_file& operator=(const written_file&) = delete;
  ~written_file() { ::close(descriptor_); }

  int descriptor() const noexcept { return descriptor_; }

  /// What was written since it was asked last.
  std::string take(output& through) {
    through.flush();
    std::string text(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), ' ');
    EXPECT_EQ(::pread(descriptor_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    EXPECT_EQ(::ftruncate(descriptor_, 0), 0);
    ::lseek(descriptor_, 0, SEEK_SET);
    return text;
  }

 private:
  int descriptor_ = ::memfd_create("written", MFD_CLOEXEC);
};

/// A log in memory, and surroundings whose output stays where it can be looked at.
class memory_fixture : public ::testing::Test {
 protected:
  memory_fixture() { std::setlocale(LC_CTYPE, "C.UTF-8"); }

  void write(const sample_log& sample) {
    tool::write<memory::session>(database_, sample.messages());
  }

  /// What was written since it was asked last.
  std::string take_out() { return out_file_.take(out_); }
  std::string take_err() { return err_file_.take(err_); }

  memory::log& log() noexcept { return log_; }
  surroundings& around() noexcept { return around_; }
  std::stop_source& stop() noexcept { return stop_; }

 private:
  memory::database database_;
  memory::log log_ = database_.log();
  written_file out_file_;
  written_file err_file_;
  output out_{out_file_.descriptor(), "standard output"};
  output err_{err_file_.descriptor(), "standard error"};
  std::stop_source stop_;
  surroundings around_{
      .out = out_, .out_screen = {}, .err = err_, .err_screen = {}, .stop = stop_.get_token()};
};

}  // namespace messagebus::tool
