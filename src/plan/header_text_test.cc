#include "plan/header_text.h"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace tt::plan {
namespace {

TEST(HeaderText, IsFilledIn) {
  const HeaderFacts facts{.index = 12, .user = 3, .target = 0, .priority = -2, .seed = 1};
  EXPECT_EQ(fill_header("u{user}/{index} p={priority}", facts), "u3/12 p=-2");
  EXPECT_EQ(fill_header("plain", facts), "plain");
  EXPECT_EQ(fill_header("", facts), "");
  const std::regex version4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (std::uint64_t index = 0; index < 1000; ++index) {
    for (std::uint64_t target = 0; target < 3; ++target) {
      const auto uuid = fill_header("{uuid}", {.index = index, .target = target, .seed = 1});
      EXPECT_TRUE(std::regex_match(uuid, version4)) << uuid;
      EXPECT_TRUE(seen.insert(uuid).second);
    }
  }
}

}  // namespace
}  // namespace tt::plan
