#include "analysis/shape.h"

#include <numeric>

#include <gtest/gtest.h>

#include "analysis/figures.h"
#include "analysis/test_rows.h"
#include "stats/select.h"

namespace tt::analysis {
namespace {

Pieces one_to(std::size_t n) {
  Pieces pieces(1);
  pieces[0].resize(n);
  std::iota(pieces[0].begin(), pieces[0].end(), 1.0);
  return pieces;
}

TEST(Shape, HundredValues) {
  const Shape s = shape_of(MetricId::kTtft, one_to(100));
  EXPECT_EQ(s.n, 100u);
  EXPECT_DOUBLE_EQ(s.mean, 50.5);
  EXPECT_NEAR(*s.stddev, 29.011, 1e-3);
  EXPECT_DOUBLE_EQ(s.min, 1);
  EXPECT_DOUBLE_EQ(s.max, 100);
  EXPECT_DOUBLE_EQ(*s.at(0.5), 50.5);
  EXPECT_DOUBLE_EQ(*s.at(0.99), 99.01);
  EXPECT_DOUBLE_EQ(s.q25, 25.75);
  // The 40th and 61st value (ranks 39 and 60) hold the median with at least 95%.
  EXPECT_DOUBLE_EQ(s.percentiles[0].interval->low, 40);
  EXPECT_DOUBLE_EQ(s.percentiles[0].interval->high, 61);
}

TEST(Shape, APercentileThatTheSampleCannotResolveSaysWhatItTakes) {
  const Shape s = shape_of(MetricId::kTtft, one_to(500));
  const Percentile& p999 = s.percentiles.back();
  EXPECT_FALSE(p999.value);
  EXPECT_EQ(p999.needed, 1000u);
  EXPECT_EQ(p999.needed_for_interval, 3688u);
  EXPECT_TRUE(s.at(0.99));
  EXPECT_TRUE(s.percentiles[3].interval);  // 500 of 368
  const Shape few = shape_of(MetricId::kTtft, one_to(200));
  EXPECT_TRUE(few.at(0.99));
  EXPECT_FALSE(few.percentiles[3].interval);
}

TEST(Shape, NothingAndOneAndAConstant) {
  EXPECT_EQ(shape_of(MetricId::kTtft, {}).n, 0u);
  EXPECT_EQ(shape_of(MetricId::kTtft, {{}, {}}).n, 0u);
  const Shape one = shape_of(MetricId::kTtft, {{7}});
  EXPECT_EQ(one.n, 1u);
  EXPECT_FALSE(one.stddev);
  EXPECT_FALSE(one.at(0.5));  // one value has no middle
  EXPECT_DOUBLE_EQ(one.max, 7);
  const Shape same = shape_of(MetricId::kTtft, {std::vector<double>(50, 3.0)});
  EXPECT_DOUBLE_EQ(*same.at(0.5), 3);
  EXPECT_FALSE(same.density);
  ASSERT_EQ(same.histogram.counts.size(), 1u);
  EXPECT_EQ(same.histogram.counts[0], 50u);
}

TEST(Shape, EverySampleIsInOneBinAndTheCurveEndsAtOne) {
  Rng rng(5);
  Pieces pieces(3);
  for (int i = 0; i < 3000; ++i) pieces[i % 3].push_back(std::exp(1.5 * rng.normal()));
  const Shape s = shape_of(MetricId::kTtft, pieces);
  EXPECT_TRUE(s.histogram.log_scale);  // p99 is a thousand times p1
  EXPECT_EQ(std::accumulate(s.histogram.counts.begin(), s.histogram.counts.end(), std::uint64_t{0}),
            3000u);
  EXPECT_EQ(s.ecdf.back().share, 1);
  EXPECT_EQ(s.ecdf.back().x, s.max);
  EXPECT_TRUE(s.density);
}

TEST(Shape, OfManySamplesTheTailIsStillExact) {
  Rng rng(6);
  Pieces pieces(1);
  for (std::size_t i = 0; i < 4 * kMostForCurves; ++i) {
    pieces[0].push_back(std::exp(rng.normal()));
  }
  const Shape s = shape_of(MetricId::kTtft, pieces);
  EXPECT_EQ(s.curve_samples, kMostForCurves);
  EXPECT_EQ(s.ecdf.back().x, s.max);
  EXPECT_EQ(s.ecdf.back().share, 1);
  const stats::Sorted sorted(pieces[0]);
  for (const auto& step : s.ecdf) {
    if (step.share > 0.99) {
      EXPECT_DOUBLE_EQ(stats::ecdf(sorted, step.x), step.share);
    }
    EXPECT_NEAR(stats::ecdf(sorted, step.x), step.share, 0.01);
  }
  EXPECT_EQ(*s.at(0.999), *stats::quantile(sorted, 0.999));
}

TEST(Shape, GapsHaveTheFiguresOfTheSummary) {
  std::vector<record::Row> rows;
  add_blocks(rows, {.tokens = 30}, 1, 4, 40, 3);
  const record::Frame frame = record::make_frame(rows);
  const Slice slice = make_slices(frame, 1)[0];
  const auto grouped = group_rows(rows, 1);
  const TargetSummary summary = summarise_target({"a", "", ""}, grouped[0], {});
  for (const MetricId id : {MetricId::kTtft, MetricId::kTpot, MetricId::kItl, MetricId::kE2e}) {
    const Shape s = shape(slice, id);
    const Distribution* d = summary.distribution(id);
    EXPECT_EQ(s.n, d->n);
    EXPECT_NEAR(s.mean, d->mean, 1e-9 * d->mean);
    for (const auto& q : d->quantiles) {
      EXPECT_EQ(s.at(q.quantile), q.value) << metric(id).name << q.quantile;
      const auto found = std::ranges::find(s.percentiles, q.quantile, &Percentile::quantile);
      EXPECT_EQ(found->interval, q.interval) << metric(id).name << q.quantile;
    }
  }
}

TEST(Shape, GapsOfASingleBlockAreCutIntoStretches) {
  std::vector<record::Row> rows;
  add_blocks(rows, {.tokens = 30}, 1, 1, 100, 3);
  const record::Frame frame = record::make_frame(rows);
  const Shape s = shape(make_slices(frame, 1)[0], MetricId::kItl);
  const auto grouped = group_rows(rows, 1);
  const TargetSummary summary = summarise_target({"a", "", ""}, grouped[0], {});
  const Distribution* d = summary.distribution(MetricId::kItl);
  EXPECT_EQ(s.percentiles[0].interval, d->quantiles[0].interval);
  EXPECT_EQ(s.percentiles[3].interval, d->quantiles[3].interval);
}

}  // namespace
}  // namespace tt::analysis
