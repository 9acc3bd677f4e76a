#include "serve/plan_form.h"

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

const PlanShelf kShelf("/nonexistent");

plan::Plan composed(std::string_view form) {
  auto plan = compose_plan(kShelf, *object_of(form));
  EXPECT_TRUE(plan) << form << ": " << (plan ? "" : plan.error().text());
  return plan ? *plan : plan::Plan();
}

std::string fault(std::string_view form) {
  const auto plan = compose_plan(kShelf, *object_of(form));
  return plan ? "" : plan.error().text();
}

TEST(PlanForm, PutsWhatItSaysOverThePlan) {
  const auto plan = composed(R"({"path": "preset:quick", "name": "mine", "concurrency": 3,
      "requests": 50, "slos": ["ttft_p99=500ms"], "targets": ["vllm=http://a:1",
      {"url": "http://b:2", "name": "b", "model": "large"}]})");
  EXPECT_EQ(plan.name, "mine");
  ASSERT_EQ(plan.targets.size(), 2u);
  EXPECT_EQ(plan.targets[1].name, "b");
  EXPECT_EQ(plan.targets[1].model, "large");
  EXPECT_EQ(std::get<plan::Concurrency>(plan.load).users, 3u);
  EXPECT_EQ(plan.stop.requests, 50u);
  EXPECT_FALSE(plan.stop.duration) << "requests alone end it";
  EXPECT_EQ(plan.slos.size(), 1u);
}

TEST(PlanForm, TargetsAloneWillDo) {
  EXPECT_TRUE(composed(R"({"targets": ["http://a:1"]})").stop.duration);
  EXPECT_NE(fault("{}").find("names no plan"), std::string::npos);
}

TEST(PlanForm, ASweepTakesThePlaceOfASearchAndTheOtherWayRound) {
  const std::string plan = R"("targets": ["http://a:1"])";
  const auto sweep = composed("{" + plan + R"(, "sweep": {"loads": "1..4x2"}})");
  ASSERT_TRUE(sweep.sweep);
  EXPECT_EQ(sweep.sweep->loads.size(), 3u);
  const auto search = composed("{" + plan + R"(, "capacity": {"over": "rate", "at_most": 9}})");
  ASSERT_TRUE(search.capacity);
  EXPECT_EQ(search.capacity->at_most, 9);
}

TEST(PlanForm, SaysWhichMemberIsWrong) {
  const auto with = [](std::string_view more) {
    return fault(R"({"targets": ["http://a:1"], )" + std::string(more) + "}");
  };
  EXPECT_EQ(with(R"("concurrency": 2.5)"), "concurrency: must be a whole number\n");
  EXPECT_EQ(with(R"("requests": 0.5)"), "requests: must be a whole number\n");
  EXPECT_EQ(with(R"("rate": 0)"), "rate: must be above 0 and at most 1e+06\n");
  EXPECT_NE(with(R"("rate": 1, "concurrency": 1)").find("one of them"), std::string::npos);
  EXPECT_NE(with(R"("sweep": {"loads": "9..1"})").find("sweep.loads"), std::string::npos);
  EXPECT_NE(fault(R"({"scenario": "../../etc/passwd"})").find("no scenario"), std::string::npos);
  EXPECT_NE(fault(R"({"path": "/etc/passwd"})").find("no plan"), std::string::npos);
  EXPECT_NE(fault(R"({"targets": "all"})").find("must be a list"), std::string::npos);
}

}  // namespace
}  // namespace tt::serve
