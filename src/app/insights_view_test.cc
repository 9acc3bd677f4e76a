#include "app/insights_view.h"

#include <gtest/gtest.h>

#include "app/test_gold.h"

namespace tt::app {
namespace {

TEST(InsightsView, ShowsBothWordingsAndTheRows) {
  using namespace analysis;
  Signal signal{.name = "errors", .target = "vllm", .strength = 0.1};
  for (std::uint64_t i = 0; i < 7; ++i) signal.rows.push_back({0, i * 10});
  const std::vector<Insight> insights = {
      {.rule = "errors",
       .kind = InsightKind::kRisk,
       .severity = InsightSeverity::kCritical,
       .simple = "vllm failed 10.0% of its requests: users will notice.",
       .technical = "70 of 700 requests failed; most often: overloaded.",
       .evidence = signal},
      {.rule = "decode",
       .kind = InsightKind::kBottleneck,
       .severity = InsightSeverity::kInfo,
       .simple = "vllm spends most of its time writing the answers.",
       .technical = "The time after the first token takes 85.0% of E2E on average (310 ms)."}};
  const auto lines = insight_lines(insights, 72);
  expect_within(lines, 72);
  expect_gold(plain_text(lines), "insights_72.txt");
  EXPECT_NE(plain_text(insight_lines({}, 72)).find("Nothing stands out"), std::string::npos);
}

}  // namespace
}  // namespace tt::app
