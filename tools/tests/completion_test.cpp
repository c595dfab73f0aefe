// The completion that bash gives, asked for as bash asks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <messagebus/codec/json.hpp>
#include <string>

#include "end_to_end_fixture.hpp"

namespace messagebus::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class completion : public end_to_end {
 protected:
  // What bash offers for the last of these words, which may be empty.
  std::string offered(const std::string& words) const {
    const auto result = run_shell("source <($messagebus completion bash); COMP_WORDS=(" + words +
                                      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _messagebus; "
                                      "printf '%s ' \"${COMPREPLY[@]}\"",
                                  {.folder = folder_.path()});
    EXPECT_EQ(result.err, "");
    return result.out;
  }

  static bool is_installed(const std::string& shell) {
    return run_shell("command -v " + shell).exit_code == 0;
  }
};

struct script_record {
  std::string shell;
  std::string script;
};
BOOST_DESCRIBE_STRUCT(script_record, (), (shell, script))

TEST_F(completion, offers_commands) {
  EXPECT_EQ(offered("messagebus ''"), "log follow show stats verify export import completion ");
  EXPECT_EQ(offered("messagebus ex"), "export ");
  EXPECT_EQ(offered("messagebus --v"), "--version ");
}

TEST_F(completion, offers_the_options_of_the_command) {
  EXPECT_EQ(offered("messagebus log club.db --pa"), "--payload ");
  EXPECT_EQ(offered("messagebus import --s"), "--skip-existing ");
  EXPECT_THAT(offered("messagebus stats -"), HasSubstr("--sort "));
  EXPECT_THAT(offered("messagebus show -"), Not(HasSubstr("--sort ")));
}

TEST_F(completion, offers_what_an_option_takes) {
  EXPECT_EQ(offered("messagebus log club.db --kind ''"), "command event ");
  EXPECT_EQ(offered("messagebus log --color = a"), "auto always ");
  EXPECT_EQ(offered("messagebus log --color ="), "auto always never ");
  EXPECT_EQ(offered("messagebus stats --sort n"), "name ");
  EXPECT_EQ(offered("messagebus log --first ''"), " ");
  EXPECT_EQ(offered("messagebus completion ''"), "bash zsh fish ");
}

TEST_F(completion, offers_files) {
  write_text(folder_ / "my notes", "");
  EXPECT_EQ(offered("messagebus log cl"), "club.db ");
  EXPECT_EQ(offered("messagebus export club.db --output my"), "my notes ");
  EXPECT_EQ(offered("messagebus export club.db -o cl"), "club.db ");
}

TEST_F(completion, is_written_as_each_shell_reads_it) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto script = run_messagebus({"completion", shell});
    EXPECT_EQ(script.exit_code, 0);
    EXPECT_THAT(script.out, HasSubstr("skip-existing")) << shell;
    if (!is_installed(shell)) continue;
    EXPECT_EQ(run_shell(std::string("$messagebus completion ") + shell + " > script; " + shell +
                            " -n script",
                        {.folder = folder_.path()})
                  .exit_code,
              0)
        << shell;
  }
  expect_failure(run_messagebus({"completion", "tcsh"}), 2, "tcsh");
}

TEST_F(completion, is_written_as_json_too) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto result = run_messagebus({"completion", shell, "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const auto record = codec::decode<script_record>(result.out);
    EXPECT_EQ(record.shell, shell);
    EXPECT_EQ(record.script, run_messagebus({"completion", shell}).out);
  }
}

TEST_F(completion, fish_offers_the_same) {
  if (!is_installed("fish")) GTEST_SKIP() << "fish is not installed";
  const auto offered = run_shell(
      "export HOME=$PWD; $messagebus completion fish > script; fish -c 'source script; complete "
      "-C \"messagebus log club.db --kind \"; complete -C \"messagebus exp\"'",
      {.folder = folder_.path()});
  EXPECT_EQ(offered.out,
            "command\tOnly commands, or only events\n"
            "event\tOnly commands, or only events\n"
            "export\tWrite the messages of a log as JSON lines\n")
      << offered.err;
}

}  // namespace
}  // namespace messagebus::tool
