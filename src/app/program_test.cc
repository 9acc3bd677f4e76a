#include "app/program.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "app/completion.h"
#include "app/help_view.h"
#include "app/test_gold.h"
#include "base/build_info.h"

namespace tt::app {
namespace {

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

Ran program(std::vector<std::string_view> words, Look look = {}) {
  Ran ran;
  Printer out(ran.out, look);
  Printer err(ran.err, look);
  Session session{.out = out, .err = err};
  ran.code = run_program(words, session);
  return ran;
}

TEST(Program, AloneIsAShortGuide) {
  const auto ran = program({});
  EXPECT_EQ(ran.code, ExitCode::kGood);
  EXPECT_LE(std::ranges::count(ran.out, '\n'), 16);
  expect_gold(ran.out, "guide.txt");
}

TEST(Program, SuggestsTheNearestCommand) {
  const auto ran = program({"rnu"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("did you mean run?"), std::string::npos) << ran.err;
  const auto family = program({"results", "lst"});
  EXPECT_EQ(family.code, ExitCode::kUsage);
  EXPECT_NE(family.err.find("did you mean results list?"), std::string::npos) << family.err;
}

TEST(Program, NamesTheCommandInItsErrors) {
  const auto ran = program({"run", "--durration", "5s"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_EQ(ran.err,
            "tokentrial run: there is no option --durration; did you mean --duration?\n"
            "Try: tokentrial help run\n");
}

TEST(Program, CountsWords) {
  EXPECT_EQ(program({"compare"}).code, ExitCode::kUsage);
  EXPECT_EQ(program({"version", "now"}).code, ExitCode::kUsage);
  EXPECT_EQ(program({"results", "show"}).code, ExitCode::kUsage);
}

TEST(Program, EveryCommandExplainsItself) {
  for (const auto& command : commands()) {
    std::vector<std::string_view> words;
    const auto blank = command.name.find(' ');
    words.push_back(command.name.substr(0, blank));
    if (blank != std::string_view::npos) words.push_back(command.name.substr(blank + 1));
    words.push_back("--help");
    const auto ran = program(words);
    EXPECT_EQ(ran.code, ExitCode::kGood) << command.name;
    for (const auto& option : command.options) {
      EXPECT_NE(ran.out.find(option.name), std::string::npos) << command.name << option.name;
      EXPECT_FALSE(option.help.empty()) << command.name << option.name;
    }
    EXPECT_FALSE(command.examples.empty()) << command.name;
  }
}

TEST(Program, EveryExampleIsACommandLineThatParses) {
  for (const auto& command : commands()) {
    for (const auto example : command.examples) {
      if (!example.starts_with("tokentrial ")) continue;
      std::vector<std::string_view> words;
      std::size_t from = std::string_view("tokentrial ").size();
      for (std::size_t i = from; i <= example.size(); ++i) {
        if (i < example.size() && example[i] != ' ') continue;
        words.push_back(example.substr(from, i - from));
        from = i + 1;
      }
      words.push_back("--help");
      EXPECT_EQ(program(words).code, ExitCode::kGood) << example;
    }
  }
}

TEST(Program, HelpFitsEveryWidth) {
  for (const std::size_t width : {60u, 80u, 120u, 200u}) {
    expect_within(guide(std::max<std::size_t>(width, 80)), std::max<std::size_t>(width, 80));
    expect_within(overview(width), width);
    for (const auto& command : commands()) {
      for (const auto& line : command_help(command, width)) {
        EXPECT_LE(line.width(), std::max<std::size_t>(width, 80)) << line.text();
      }
    }
    for (const auto& topic : topics()) expect_within(topic.lines(width), width);
  }
}

TEST(Program, HelpOfRun) { expect_gold(program({"help", "run"}).out, "help_run.txt"); }

TEST(Program, HelpKnowsItsTopics) {
  for (const auto& topic : topics()) {
    EXPECT_EQ(program({"help", topic.name}).code, ExitCode::kGood) << topic.name;
  }
  EXPECT_EQ(program({"help", "metric"}).code, ExitCode::kUsage);
  EXPECT_NE(program({"help", "metric"}).err.find("metrics"), std::string::npos);
}

TEST(Program, VersionSaysWhichBuild) {
  EXPECT_NE(program({"--version"}).out.find(build_info::version()), std::string::npos);
  EXPECT_NE(program({"version", "--json"}).out.find("\"version\": \""), std::string::npos);
}

TEST(Program, NoColorIsObeyedEverywhere) {
  const Look look{.terminal = true, .colour = true};
  EXPECT_NE(program({"help"}, look).out.find('\x1b'), std::string::npos);
  EXPECT_EQ(program({"help", "--no-color"}, look).out.find('\x1b'), std::string::npos);
}

TEST(Completion, KnowsEveryCommandAndOption) {
  const std::string script = bash_completion();
  for (const auto& command : commands()) {
    for (const auto& option : command.options) {
      EXPECT_NE(script.find(option.name), std::string::npos) << option.name;
    }
  }
  EXPECT_NE(script.find("interleaved sequential together"), std::string::npos);
  EXPECT_NE(zsh_completion().find("bashcompinit"), std::string::npos);
  EXPECT_EQ(program({"completion", "fish"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace tt::app
