#include "base/build_info.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace tt::build_info {
namespace {

TEST(BuildInfo, VersionIsThreeNumbers) {
  int dots = 0;
  for (const char c : version()) {
    if (c == '.') {
      ++dots;
    } else {
      EXPECT_TRUE(c >= '0' && c <= '9') << version();
    }
  }
  EXPECT_EQ(dots, 2) << version();
}

TEST(BuildInfo, HashIsACommitOrSaysUnknown) {
  if (git_hash() == "unknown") return;
  std::string_view hash = git_hash();
  if (hash.ends_with("-changed")) hash.remove_suffix(std::string_view("-changed").size());
  EXPECT_EQ(hash.size(), 12U) << git_hash();
  EXPECT_TRUE(std::ranges::all_of(hash, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  })) << git_hash();
}

TEST(BuildInfo, NothingIsLeftUnfilled) {
  for (const std::string_view value : {version(), git_hash(), compiler(), build_type()}) {
    EXPECT_FALSE(value.empty());
    EXPECT_EQ(value.find('@'), std::string_view::npos) << value;
  }
}

}  // namespace
}  // namespace tt::build_info
