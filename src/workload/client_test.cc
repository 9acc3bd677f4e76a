#include "workload/client.h"

#include <cmath>
#include <map>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::workload {
namespace {

Plan good(std::string_view yaml) {
  auto plan = parse_plan(yaml, "p.yaml");
  EXPECT_TRUE(plan) << plan.error().text();
  return plan.value_or(Plan{});
}

void expect_fault(std::string_view yaml, std::string_view part) {
  const auto plan = parse_plan(yaml, "p.yaml");
  ASSERT_FALSE(plan) << "accepted: " << yaml;
  EXPECT_NE(plan.error().text().find(part), std::string::npos)
      << "'" << part << "' is not in: " << plan.error().text();
}

std::vector<PlannedRequest> requests_of(const Plan& plan, std::uint64_t count) {
  const auto prompts = make_prompts(plan);
  EXPECT_TRUE(prompts);
  std::vector<PlannedRequest> requests;
  for (std::uint64_t i = 0; i < count; ++i) requests.push_back(request_at(plan, **prompts, i));
  return requests;
}

TEST(Client, AShareLeavesBySeedAndTheDigestKnowsIt) {
  Plan plan =
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
  Plan staying = plan;
  staying.workload.cancel.reset();
  auto others = requests_of(staying, 20'000);
  for (std::size_t i = 0; i < others.size(); ++i) {
    EXPECT_EQ(others[i].output_tokens, requests[i].output_tokens) << "lengths do not depend on it";
  }
  EXPECT_NE(schedule_digest(requests), schedule_digest(others));
}

TEST(Client, LeavesAfterTokensWhereThePlanSaysSo) {
  const Plan plan = good("workload: {cancel: {share: 1, after_tokens: 'uniform(5,9)'}}");
  for (const auto& request : requests_of(plan, 200)) {
    EXPECT_EQ(request.leave_after, 0);
    EXPECT_GE(request.leave_tokens, 5u);
    EXPECT_LE(request.leave_tokens, 9u);
  }
}

TEST(Client, PrioritiesAreDrawnByWeight) {
  const Plan plan = good("workload: {priority: [{value: -1, weight: 3}, {value: 10, weight: 1}]}");
  std::map<std::int32_t, double> counts;
  for (const auto& request : requests_of(plan, 20'000)) ++counts[request.priority];
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_NEAR(counts[-1], 15'000, 5 * std::sqrt(20'000 * 0.25 * 0.75));
  for (const auto& request : requests_of(good("workload: {priority: 7}"), 5)) {
    EXPECT_EQ(request.priority, 7);
  }
  EXPECT_EQ(good("workload: {priority: [1, 2]}").workload.priorities,
            (std::vector<PriorityShare>{{1, 1}, {2, 1}}));
}

TEST(Client, FillsHeaders) {
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

TEST(Client, UsersAskInTurn) {
  const Plan closed = good("load: {concurrency: 4}");
  EXPECT_EQ(user_of(closed, 0), 1u);
  EXPECT_EQ(user_of(closed, 3), 4u);
  EXPECT_EQ(user_of(closed, 4), 1u);
  EXPECT_EQ(user_of(good("load: {concurrency: 1, to: 9}"), 8), 9u);
  EXPECT_EQ(user_of(good("load: {rate: 4}"), 100), 101u);
}

TEST(Client, SurvivesWritingAndReading) {
  const Plan plan = good(R"(
workload:
  cancel: {share: 0.1, after: exponential(2s)}
  priority: [{value: 0, weight: 9}, {value: -5, weight: 0.5}]
  headers: {X-Tenant: "t{user}", X-Trace: "{uuid}"}
)");
  EXPECT_EQ(good(format_plan(plan)), plan);
  const Plan tokens = good("workload: {cancel: {share: 1, after_tokens: 20}, priority: 3}");
  EXPECT_EQ(good(format_plan(tokens)), tokens);
}

TEST(Client, SaysWhatIsWrong) {
  expect_fault("workload: {cancel: {share: 0, after: 1s}}", "must be above 0 and at most 1, not 0");
  expect_fault("workload: {cancel: {share: 0.5}}", "needs after (a time, such as 2s)");
  expect_fault("workload: {cancel: {share: 0.5, after: 1s, after_tokens: 5}}", "one of them");
  expect_fault("workload: {cancel: {share: 0.5, after: soon}}",
               "p.yaml:1:40: workload.cancel.after");
  expect_fault("workload: {cancel: 0.5}", "must be a map with the keys share, after, after_tokens");
  expect_fault("workload: {cancel: {share: 1, after: 1s}, sessions: {}}", "is for single requests");
  expect_fault("workload: {priority: high}", "must be a number");
  expect_fault("workload: {priority: 1.5}", "must be a whole number from");
  expect_fault("workload: {priority: [{value: 1, weight: 0}]}",
               "workload.priority[0].weight: must be above 0");
  expect_fault("workload: {headers: {X-A: '{model}'}}", "{model} is not known; there are {index}");
  expect_fault("workload: {headers: {Authorization: abc}}", "a key must not stand in a plan");
  expect_fault("workload: {headers: {Content-Length: 5}}", "is set by the client itself");
}

}  // namespace
}  // namespace tt::workload
