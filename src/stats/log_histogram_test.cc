#include "stats/log_histogram.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

TEST(LogHistogram, OfNothingAndOfOne) {
  LogHistogram h;
  EXPECT_EQ(h.count(), 0u);
  EXPECT_FALSE(h.quantile(0.5) || h.min() || h.max());
  EXPECT_TRUE(h.add(3.3));
  for (const double p : {0.0, 0.5, 1.0}) EXPECT_EQ(*h.quantile(p), 3.3);  // between min and max
}

TEST(LogHistogram, RefusesWhatHasNoBucket) {
  LogHistogram h;
  EXPECT_FALSE(h.add(-1e-9));
  EXPECT_FALSE(h.add(NAN));
  EXPECT_FALSE(h.add(INFINITY));
  EXPECT_EQ(h.count(), 0u);
  EXPECT_TRUE(h.add(0));
  EXPECT_TRUE(h.add(-0.0));
  EXPECT_EQ(*h.quantile(0.5), 0);
}

TEST(LogHistogram, KeepsItsPromiseOverAllMagnitudes) {
  Rng rng(1);
  LogHistogram h;
  std::vector<double> values;
  for (int i = 0; i < 5000; ++i) {
    values.push_back(std::exp(40 * rng.normal()));
    EXPECT_TRUE(h.add(values.back()));
  }
  const Sorted sorted(values);
  for (double p = 0; p <= 1; p += 0.0173) {
    const double exact = *quantile(sorted, p, QuantileRule::kInverseCdf);
    EXPECT_NEAR(*h.quantile(p), exact, LogHistogram::kRelativeError * exact) << p;
  }
  EXPECT_EQ(*h.quantile(1), sorted.max());
}

TEST(LogHistogram, TakesTheWholeRangeOfDoubles) {
  LogHistogram h;
  EXPECT_TRUE(h.add(std::numeric_limits<double>::max()));
  EXPECT_TRUE(h.add(std::numeric_limits<double>::denorm_min()));
  EXPECT_TRUE(h.add(std::numeric_limits<double>::min()));
  EXPECT_EQ(h.count(), 3u);
  EXPECT_LE(*h.quantile(0.99), std::numeric_limits<double>::max());
}

TEST(LogHistogram, MergedIsAsCountedWhole) {
  Rng rng(2);
  LogHistogram whole;
  LogHistogram parts[3];
  for (int i = 0; i < 999; ++i) {
    const double x = rng.exponential() * std::pow(10, i % 3);
    whole.add(x);
    parts[i % 3].add(x);
  }
  LogHistogram ab = parts[0];
  ab.merge(parts[1]);
  ab.merge(parts[2]);
  LogHistogram ca = parts[2];
  ca.merge(LogHistogram());
  ca.merge(parts[0]);
  ca.merge(parts[1]);
  for (double p = 0; p <= 1; p += 0.01) {
    EXPECT_EQ(ab.quantile(p), whole.quantile(p));
    EXPECT_EQ(ca.quantile(p), whole.quantile(p));
  }
  EXPECT_EQ(ab.count(), 999u);
}

TEST(LogHistogram, CountsAValueSeveralTimes) {
  LogHistogram h;
  EXPECT_TRUE(h.add(1, 99));
  EXPECT_TRUE(h.add(100, 1));
  EXPECT_TRUE(h.add(1000, 0));
  EXPECT_EQ(h.count(), 100u);
  EXPECT_NEAR(*h.quantile(0.99), 1, 1.0 / 512);
  EXPECT_EQ(*h.max(), 100);
}

}  // namespace
}  // namespace tt::stats
