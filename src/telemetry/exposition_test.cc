#include "telemetry/exposition.h"

#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>

namespace tt::telemetry {
namespace {

struct Page final : ExpositionSink {
  struct Sample {
    std::string name;
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
    std::optional<double> timestamp;
    std::optional<double> exemplar;
    std::map<std::string, std::string> exemplar_labels;
    std::optional<double> exemplar_timestamp;
  };
  std::vector<Sample> samples;
  std::map<std::string, MetricType> types;
  std::map<std::string, std::string> units;
  std::map<std::size_t, std::string> errors;

  void on_type(std::string_view family, MetricType type) override {
    types[std::string(family)] = type;
  }
  void on_unit(std::string_view family, std::string_view unit) override {
    units[std::string(family)] = unit;
  }
  void on_sample(const ExpositionSample& s) override {
    Sample sample{.name = std::string(s.name), .value = s.value, .timestamp = s.timestamp};
    for (const Label& l : s.labels) sample.labels.emplace_back(l.name, l.value);
    if (s.exemplar != nullptr) {
      sample.exemplar = s.exemplar->value;
      sample.exemplar_timestamp = s.exemplar->timestamp;
      for (const Label& l : s.exemplar->labels) {
        sample.exemplar_labels.emplace(l.name, l.value);
      }
    }
    samples.push_back(std::move(sample));
  }
  void on_error(std::size_t line, std::string_view what) override { errors[line] = what; }
};

ExpositionResult parse(std::string_view text, Page& page, ExpositionLimits limits = {}) {
  return ExpositionParser(limits).parse(text, page);
}

TEST(Exposition, ReadsPrometheusText) {
  Page page;
  const auto result = parse(
      "# HELP http_requests_total The total.\n# TYPE http_requests_total counter\n"
      "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n"
      "\n# A comment\nplain 12.47\r\n"
      "weird { a = \"b\" , } 1e3\t-1\n"
      "something{problem=\"div\\\\ by \\\"zero\\\"\\n\"} +Inf -3982045\n"
      "# TYPE rpc summary\nrpc{quantile=\"0.5\"} NaN",
      page);
  EXPECT_EQ(result.bad_lines, 0u) << result.first_error;
  EXPECT_EQ(result.samples, 5u);
  EXPECT_FALSE(result.ended);
  ASSERT_EQ(page.samples.size(), 5u);
  EXPECT_EQ(page.samples[0].labels,
            (decltype(page.samples[0].labels){{"method", "post"}, {"code", "200"}}));
  EXPECT_EQ(page.samples[0].timestamp, 1395066363000.0);
  EXPECT_EQ(page.samples[1].value, 12.47);
  EXPECT_EQ(page.samples[2].labels.size(), 1u);
  EXPECT_EQ(page.samples[2].timestamp, -1.0);
  EXPECT_EQ(page.samples[3].labels[0].second, "div\\ by \"zero\"\n");
  EXPECT_EQ(page.samples[3].value, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(page.samples[4].value));
  EXPECT_EQ(page.types["http_requests_total"], MetricType::kCounter);
  EXPECT_EQ(page.types["rpc"], MetricType::kSummary);
}

TEST(Exposition, ReadsOpenMetrics) {
  Page page;
  const auto result = parse(
      "# TYPE foo histogram\n# UNIT foo seconds\n"
      "foo_bucket{le=\"0.1\"} 8 # {} 0.054\n"
      "foo_bucket{le=\"+Inf\"} 17 1520879607.789 # {trace_id=\"Kx\",n=\"a\\\"b\"} 0.67 "
      "1520879607.5\n"
      "foo_created 1520430000.123\n"
      "# TYPE s stateset\n# TYPE i info\ni_info{v=\"1\"} 1\n"
      "{\"utf8.name\",\"label.name\"=\"x\"} 3\n# EOF\nafter 1\n",
      page);
  EXPECT_EQ(result.bad_lines, 0u) << result.first_error;
  EXPECT_TRUE(result.ended);
  ASSERT_EQ(page.samples.size(), 5u) << "nothing after # EOF counts";
  EXPECT_EQ(page.samples[0].exemplar, 0.054);
  EXPECT_FALSE(page.samples[0].exemplar_timestamp);
  EXPECT_EQ(page.samples[1].timestamp, 1520879607.789);
  EXPECT_EQ(page.samples[1].exemplar, 0.67);
  EXPECT_EQ(page.samples[1].exemplar_timestamp, 1520879607.5);
  EXPECT_EQ(page.samples[1].exemplar_labels["n"], "a\"b");
  EXPECT_EQ(page.samples[4].name, "utf8.name");
  EXPECT_EQ(page.samples[4].labels[0].first, "label.name");
  EXPECT_EQ(page.units["foo"], "seconds");
  EXPECT_EQ(page.types["foo"], MetricType::kHistogram);
}

TEST(Exposition, ABadLineLosesOnlyItself) {
  const std::string_view bad[] = {"a",           "a b",          "a{",
                                  "a{x} 1",      "a{x=y} 1",     "a{x=\"y} 1",
                                  "a{x=\"y\"",   "a{x=\"y\" 1",  "a 1 x",
                                  "a 1 2 3",     "1a 2",         "{} 1",
                                  "{x=\"y\"} 1", "a 0x10",       "a 1_000",
                                  "a --1",       "a +-1",        "a 1 # 2",
                                  "a 1 # {} x",  "a 1 # {} 1 x", "# TYPE a strange",
                                  "a{\"x\"} 1",  "\xff 1",       "a{x=\"\\"};
  for (const auto line : bad) {
    Page page;
    const auto result = parse("good 1\n" + std::string(line) + "\nalso_good 2\n", page);
    EXPECT_EQ(result.bad_lines, 1u) << line;
    EXPECT_EQ(result.samples, 2u) << line;
    EXPECT_EQ(page.errors.size(), 1u) << line;
    EXPECT_TRUE(page.errors.contains(2)) << line;
    EXPECT_TRUE(result.first_error.starts_with("line 2: ")) << result.first_error;
  }
}

TEST(Exposition, LimitsAreSaid) {
  Page page;
  auto result = parse("a 1\nb 2\nc 3\n", page, {.samples = 2});
  EXPECT_TRUE(result.cut);
  EXPECT_EQ(result.samples, 2u);
  EXPECT_EQ(result.first_error, "line 3: there are more than 2 samples");
  result = parse("a 1\nb 2\nc 3\n", page, {.page = 6});
  EXPECT_TRUE(result.cut);
  EXPECT_EQ(result.samples, 1u) << "half a line is not read";
  result = parse("a 1\n" + std::string(100, 'b') + " 2\nc 3\n", page, {.line = 50});
  EXPECT_FALSE(result.cut);
  EXPECT_EQ(result.bad_lines, 1u);
  EXPECT_EQ(result.samples, 2u);
  result = parse("a{a=\"1\",b=\"2\"} 1\n", page, {.labels = 1});
  EXPECT_EQ(result.first_error, "line 1: has too many labels");
}

TEST(MetricValue, ReadsWhatServersWrite) {
  EXPECT_EQ(parse_metric_value("1.23457e+06"), 1234570.0);
  EXPECT_EQ(parse_metric_value("+5"), 5.0);
  EXPECT_EQ(parse_metric_value("-.5"), -0.5);
  EXPECT_EQ(parse_metric_value("5."), 5.0);
  EXPECT_EQ(parse_metric_value("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_metric_value("1e-400"), 0.0);
  EXPECT_EQ(parse_metric_value("0.1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_metric_value("10.5E-400"), 0.0);
  EXPECT_EQ(parse_metric_value("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(parse_metric_value(std::string(400, '1') + ".0"),
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_metric_value("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(*parse_metric_value("nan")));
  for (const char* bad : {"", "-", "+", "e5", "1e", "0x1", "1,5", "one", "- 1", "infi"}) {
    EXPECT_FALSE(parse_metric_value(bad)) << bad;
  }
}

}  // namespace
}  // namespace tt::telemetry
