#include "app/child.h"

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace tt::app {
namespace {

constexpr Nanos kPatience = 60 * kSecond;

Result<Child> shell(const std::string& script) { return Child::start("/bin/sh", {"-c", script}); }

TEST(Child, ReadsLineByLineWhateverTheChunks) {
  auto child = shell("printf 'one\\ntw'; printf 'o\\n\\nfour'");
  ASSERT_TRUE(child);
  EXPECT_EQ(child->read_line(kPatience), "one");
  EXPECT_EQ(child->read_line(kPatience), "two");
  EXPECT_EQ(child->read_line(kPatience), "");
  const auto cut = child->read_line(kPatience);  // a line without its end is no line
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kUnavailable);
}

TEST(Child, GetsItsArgumentsAsTheyAreAndNoStandardInput) {
  auto child =
      Child::start("/bin/sh", {"-c", "read -r word; echo \"$? $1 $2\"", "sh", "a b", "$HOME"});
  ASSERT_TRUE(child);
  EXPECT_EQ(child->read_line(kPatience), "1 a b $HOME");
}

TEST(Child, SilenceEndsWithThePatience) {
  auto child = shell("exec sleep 600");
  ASSERT_TRUE(child);
  for (const Nanos patience : {kMillisecond, Nanos{0}, Nanos{-1}}) {
    const auto line = child->read_line(patience);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(line.error().message.find("in time"), std::string::npos) << line.error().message;
  }
}

TEST(Child, AProgramThatIsNotThereEndsAtOnce) {
  auto child = Child::start("/nonexistent/program", {});
  ASSERT_TRUE(child);
  const auto line = child->read_line(kPatience);
  ASSERT_FALSE(line);
  EXPECT_NE(line.error().message.find("ended at once"), std::string::npos) << line.error().message;
}

TEST(Child, DiesWithItsOwnerAndMovesWithIt) {
  pid_t pid = 0;
  {
    auto first = shell("echo ready; exec sleep 600");
    ASSERT_TRUE(first);
    const Child second = std::move(*first);
    EXPECT_EQ(first->pid(), -1);
    pid = second.pid();
    ASSERT_GT(pid, 0);
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Child, IsOutOfReachOfTheTerminalsCtrlC) {
  auto child = shell("cut -d' ' -f5 /proc/$$/stat");  // its process group
  ASSERT_TRUE(child);
  EXPECT_EQ(child->read_line(kPatience), std::to_string(child->pid()));
}

TEST(Child, KnowsTheProgramThatRuns) {
  EXPECT_NE(own_path().find("app_test"), std::string::npos) << own_path();
}

}  // namespace
}  // namespace tt::app
