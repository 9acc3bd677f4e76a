#include "analysis/metrics.h"

#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "analysis/input.h"

namespace tt::analysis {
namespace {

TEST(Metrics, AreFoundByTheirOwnNames) {
  std::set<std::string_view> names;
  std::set<std::string_view> keys;
  for (const Metric& m : metrics()) {
    EXPECT_EQ(find_metric(m.name), &m);
    EXPECT_EQ(&metric(m.id), &m);
    EXPECT_TRUE(names.insert(m.name).second) << m.name;
    EXPECT_TRUE(keys.insert(m.key).second) << m.key;
    EXPECT_TRUE(m.definition.ends_with('.')) << m.name;
    EXPECT_EQ(m.unit == Unit::kMillis, m.key.ends_with("_ms")) << m.key;
  }
  EXPECT_EQ(find_metric("latency"), nullptr);
  EXPECT_EQ(find_metric(""), nullptr);
}

TEST(Metrics, AreAllDocumented) {
  std::ifstream file(TT_SOURCE_DIR "/docs/metrics.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const Metric& m : metrics()) {
    EXPECT_NE(text.str().find("`" + std::string(m.name) + "`"), std::string::npos) << m.name;
    EXPECT_NE(text.str().find(m.definition), std::string::npos) << m.name;
  }
}

TEST(Metrics, ValuesCarryTheirUnit) {
  EXPECT_EQ(format_value(metric(MetricId::kTtft), 12.34), "12.3 ms");
  EXPECT_EQ(format_value(metric(MetricId::kOutputRate), 1240), "1,240 tokens/s");
  EXPECT_EQ(format_value(metric(MetricId::kSuccessRate), 0.995), "99.5%");
  EXPECT_EQ(format_value(metric(MetricId::kSuccessRate), 1), "100%");
  EXPECT_EQ(format_value(metric(MetricId::kSuccessRate), 0), "0%");
}

TEST(Metrics, AShareIsNeverRoundedUpToTheWhole) {
  EXPECT_EQ(format_value(metric(MetricId::kSuccessRate), 0.999999), "99.99%");
}

TEST(Metrics, FiguresAreNamedByQuantile) {
  EXPECT_EQ(figure_name({MetricId::kTtft, 0.5}), "ttft_p50");
  EXPECT_EQ(figure_name({MetricId::kE2ePlan, 0.999}), "e2e_plan_p99.9");
  EXPECT_EQ(figure_title({MetricId::kE2ePlan, 0.95}), "E2E from plan p95");
  EXPECT_EQ(figure_name({MetricId::kOutputRate, 0.5}), "output_tokens_per_s");
}

TEST(Slo, LimitsOfLatenciesAreGivenInNanoseconds) {
  const auto latency = make_slo("ttft", 0.99, 500e6, "ttft_p99=500ms");
  ASSERT_TRUE(latency);
  EXPECT_EQ(latency->limit, 500);
  EXPECT_EQ(latency->figure, (Figure{MetricId::kTtft, 0.99}));
  EXPECT_EQ(make_slo("success_rate", 0, 0.999, "")->limit, 0.999);
  EXPECT_FALSE(make_slo("speed", 0.5, 1, "speed=1"));
}

}  // namespace
}  // namespace tt::analysis
