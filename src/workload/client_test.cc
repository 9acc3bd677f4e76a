#include "workload/client.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::workload {
namespace {

plan::Plan good(std::string_view yaml) {
  auto plan = plan::parse_plan(yaml, "p.yaml");
  EXPECT_TRUE(plan) << plan.error().text();
  return plan.value_or(plan::Plan{});
}

std::vector<PlannedRequest> requests_of(const plan::Plan& plan, std::uint64_t count) {
  const auto prompts = make_prompts(plan);
  EXPECT_TRUE(prompts);
  std::vector<PlannedRequest> requests;
  for (std::uint64_t i = 0; i < count; ++i) requests.push_back(request_at(plan, **prompts, i));
  return requests;
}

TEST(Client, AShareLeavesBySeedAndTheDigestKnowsIt) {
  plan::Plan plan =
      good("workload: {cancel: {share: 0.25, after: 'uniform(1s,3s)'}}\nstop: {requests: 5000}");
  const auto requests = requests_of(plan, 20'000);
  std::size_t leaving = 0;
  for (const auto& request : requests) {
    EXPECT_EQ(request.leave_tokens, 0u);
    if (request.leave_after == 0) continue;
    ++leaving;
    EXPECT_GE(request.leave_after, kSecond);
    EXPECT_LE(request.leave_after, 3 * kSecond);
  }
  EXPECT_NEAR(static_cast<double>(leaving), 5000, 5 * std::sqrt(20'000 * 0.25 * 0.75));
  EXPECT_EQ(requests, requests_of(plan, 20'000));
  plan::Plan staying = plan;
  staying.workload.cancel.reset();
  auto others = requests_of(staying, 20'000);
  for (std::size_t i = 0; i < others.size(); ++i) {
    EXPECT_EQ(others[i].output_tokens, requests[i].output_tokens) << "lengths do not depend on it";
  }
  EXPECT_NE(schedule_digest(requests), schedule_digest(others));
}

TEST(Client, LeavesAfterTokensWhereThePlanSaysSo) {
  const plan::Plan plan = good("workload: {cancel: {share: 1, after_tokens: 'uniform(5,9)'}}");
  for (const auto& request : requests_of(plan, 200)) {
    EXPECT_EQ(request.leave_after, 0);
    EXPECT_GE(request.leave_tokens, 5u);
    EXPECT_LE(request.leave_tokens, 9u);
  }
}

TEST(Client, PrioritiesAreDrawnByWeight) {
  const plan::Plan plan =
      good("workload: {priority: [{value: -1, weight: 3}, {value: 10, weight: 1}]}");
  std::map<std::int32_t, double> counts;
  for (const auto& request : requests_of(plan, 20'000)) ++counts[request.priority];
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_NEAR(counts[-1], 15'000, 5 * std::sqrt(20'000 * 0.25 * 0.75));
  for (const auto& request : requests_of(good("workload: {priority: 7}"), 5)) {
    EXPECT_EQ(request.priority, 7);
  }
  EXPECT_EQ(good("workload: {priority: [1, 2]}").workload.priorities,
            (std::vector<plan::PriorityShare>{{1, 1}, {2, 1}}));
}

TEST(Client, UsersAskInTurn) {
  const plan::Plan closed = good("load: {concurrency: 4}");
  EXPECT_EQ(user_of(closed, 0), 1u);
  EXPECT_EQ(user_of(closed, 3), 4u);
  EXPECT_EQ(user_of(closed, 4), 1u);
  EXPECT_EQ(user_of(good("load: {concurrency: 1, to: 9}"), 8), 9u);
  EXPECT_EQ(user_of(good("load: {rate: 4}"), 100), 101u);
}

}  // namespace
}  // namespace tt::workload
