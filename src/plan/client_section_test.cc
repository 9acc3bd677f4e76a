#include "plan/client_section.h"

#include <gtest/gtest.h>

namespace tt::plan {
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

TEST(ClientSection, SurvivesWritingAndReading) {
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

TEST(ClientSection, SaysWhatIsWrong) {
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
}  // namespace tt::plan
