#include "sim/exposition.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

constexpr std::array kEdges{0.5, 1., 2.5};

std::string number(Dialect dialect, double value) {
  std::string out;
  append_number(out, dialect, value);
  return out;
}

TEST(Exposition, NumbersAreWrittenAsEachLibraryDoes) {
  EXPECT_EQ(number(Dialect::kPython, 0), "0.0");
  EXPECT_EQ(number(Dialect::kPython, 12), "12.0");
  EXPECT_EQ(number(Dialect::kPython, 0.25), "0.25");
  EXPECT_EQ(number(Dialect::kPython, 123456), "123456.0");
  EXPECT_EQ(number(Dialect::kPython, 1234567), "1.234567e+06");
  EXPECT_EQ(number(Dialect::kPython, 2e6), "2e+06");
  EXPECT_EQ(number(Dialect::kPython, 1795337000.25), "1.79533700025e+09");
  EXPECT_EQ(number(Dialect::kPython, -3), "-3.0");
  EXPECT_EQ(number(Dialect::kPython, std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(number(Dialect::kPython, std::nan("")), "NaN");
  EXPECT_EQ(number(Dialect::kRust, 12), "12");
  EXPECT_EQ(number(Dialect::kRust, 0.00015), "0.00015");
  EXPECT_EQ(number(Dialect::kLlamaCpp, 1234567), "1.23457e+06");
  EXPECT_EQ(number(Dialect::kLlamaCpp, 999999), "999999");
}

TEST(Exposition, AHistogramPutsAValueOnAnEdgeBelowIt) {
  Histogram h(kEdges);
  h.observe(0.5);
  h.observe(0.6, 3);
  h.observe(99);
  EXPECT_EQ(h.counts()[0], 1U);
  EXPECT_EQ(h.counts()[1], 3U);
  EXPECT_EQ(h.counts()[2], 0U);
  EXPECT_EQ(h.counts()[3], 1U);
  EXPECT_EQ(h.count(), 5U);
  EXPECT_DOUBLE_EQ(h.sum(), 0.5 + 1.8 + 99);
  Histogram twice = h;
  twice.add(h);
  EXPECT_EQ(twice.counts()[1], 6U);
  EXPECT_EQ(twice.count(), 10U);
}

TEST(Exposition, APageOfPythonsClient) {
  Exposition out(Dialect::kPython, 100);
  out.counter("a:tokens", "Tokens\nof \"all\" \\ kinds.", {{"z", "1"}, {"model", "a\"b\\c\nd"}}, 7);
  Histogram h(kEdges);
  h.observe(0.75);
  out.family("a:seconds", Exposition::Type::kHistogram, "Seconds.");
  out.sample({{"model", "m"}}, h);
  out.gauge("a:now", "Now.", {}, 3);
  EXPECT_EQ(out.take(),
            "# HELP a:tokens_total Tokens\\nof \"all\" \\\\ kinds.\n"
            "# TYPE a:tokens_total counter\n"
            "a:tokens_total{model=\"a\\\"b\\\\c\\nd\",z=\"1\"} 7.0\n"
            "# HELP a:tokens_created Tokens\\nof \"all\" \\\\ kinds.\n"
            "# TYPE a:tokens_created gauge\n"
            "a:tokens_created{model=\"a\\\"b\\\\c\\nd\",z=\"1\"} 100.0\n"
            "# HELP a:seconds Seconds.\n"
            "# TYPE a:seconds histogram\n"
            "a:seconds_bucket{le=\"0.5\",model=\"m\"} 0.0\n"
            "a:seconds_bucket{le=\"1.0\",model=\"m\"} 1.0\n"
            "a:seconds_bucket{le=\"2.5\",model=\"m\"} 1.0\n"
            "a:seconds_bucket{le=\"+Inf\",model=\"m\"} 1.0\n"
            "a:seconds_count{model=\"m\"} 1.0\n"
            "a:seconds_sum{model=\"m\"} 0.75\n"
            "# HELP a:seconds_created Seconds.\n"
            "# TYPE a:seconds_created gauge\n"
            "a:seconds_created{model=\"m\"} 100.0\n"
            "# HELP a:now Now.\n"
            "# TYPE a:now gauge\n"
            "a:now 3.0\n");
}

TEST(Exposition, APageOfOpenMetricsNamesItsFamiliesWithoutTotalAndEnds) {
  Exposition out(Dialect::kOpenMetrics, 100);
  out.counter("a:tokens", "All \"tokens\".", {}, 7);
  EXPECT_EQ(out.take(),
            "# HELP a:tokens All \\\"tokens\\\".\n"
            "# TYPE a:tokens counter\n"
            "a:tokens_total 7.0\n"
            "a:tokens_created 100.0\n"
            "# EOF\n");
}

TEST(Exposition, APageOfRustsExporterKeepsNamesAsTheyAre) {
  Exposition out(Dialect::kRust, 100);
  out.family("tgi_failure", Exposition::Type::kCounter, "");
  out.sample({{"err", "a"}}, 1);
  out.sample({{"err", "b"}}, 2);
  Histogram h(kEdges);
  out.family("tgi_seconds", Exposition::Type::kHistogram, "Seconds.");
  out.sample({}, h);
  EXPECT_EQ(out.take(),
            "# TYPE tgi_failure counter\n"
            "tgi_failure{err=\"a\"} 1\n"
            "tgi_failure{err=\"b\"} 2\n"
            "\n"
            "# HELP tgi_seconds Seconds.\n"
            "# TYPE tgi_seconds histogram\n"
            "tgi_seconds_bucket{le=\"0.5\"} 0\n"
            "tgi_seconds_bucket{le=\"1\"} 0\n"
            "tgi_seconds_bucket{le=\"2.5\"} 0\n"
            "tgi_seconds_bucket{le=\"+Inf\"} 0\n"
            "tgi_seconds_sum 0\n"
            "tgi_seconds_count 0\n"
            "\n");
}

}  // namespace
}  // namespace tt::sim
