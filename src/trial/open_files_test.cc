#include "trial/open_files.h"

#include <gtest/gtest.h>

namespace tt::trial {
namespace {

plan::Plan plan_of(plan::LoadShape load, std::size_t targets) {
  plan::Plan plan;
  plan.load = load;
  plan.targets.resize(targets);
  return plan;
}

TEST(OpenFiles, EveryPlaceInFlightNeedsOne) {
  const auto plan = plan_of(plan::Concurrency{.users = 1000}, 1);
  EXPECT_TRUE(check_open_files(plan, 1064));
  const auto refused = check_open_files(plan, 1063);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("ulimit -n 1064"), std::string::npos)
      << refused.error().message;
}

TEST(OpenFiles, TargetsThatWaitKeepTheirs) {
  EXPECT_FALSE(check_open_files(plan_of(plan::Concurrency{.users = 400}, 3), 1024));
  EXPECT_TRUE(check_open_files(plan_of(plan::Concurrency{.users = 300}, 3), 1024));
}

TEST(OpenFiles, AnOpenLoopCountsByItsCap) {
  EXPECT_FALSE(check_open_files(plan_of(plan::Rate{.max_in_flight = 2000}, 1), 1024));
  EXPECT_TRUE(check_open_files(plan_of(plan::Rate{}, 1), 1024)) << "nobody knows how many";
}

TEST(OpenFiles, TheSystemsLimitIsKnown) { EXPECT_GT(open_files_limit(), 0U); }

}  // namespace
}  // namespace tt::trial
