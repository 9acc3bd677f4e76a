#include "analysis/timeline.h"

#include <numeric>

#include <gtest/gtest.h>

#include "analysis/samples.h"
#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Frame;
using record::make_frame;
using record::Row;

struct Played {
  explicit Played(std::vector<Row> all, std::size_t targets = 1)
      : rows(std::move(all)), frame(make_frame(rows)), slices(make_slices(frame, targets)) {}
  Timeline timeline(double width_s = 0, std::span<const Slo> slos = {}) const {
    return make_timeline(slices[0], make_grid(slices, width_s), slos);
  }
  std::vector<Row> rows;
  Frame frame;
  std::vector<Slice> slices;
};

TEST(TimeGrid, TakesTheSmallestRoundWidthThatIsNotTooFine) {
  const auto width = [](double seconds) {
    const Played run({make_row({.ttft_ms = seconds * 1e3, .gap_ms = 0})});
    return make_grid(run.slices).width_s;
  };
  EXPECT_EQ(width(5), 1);
  EXPECT_EQ(width(119), 1);
  EXPECT_EQ(width(121), 2);
  EXPECT_EQ(width(3600), 30);
  EXPECT_EQ(width(86400.0 * 365), 86400);
}

TEST(TimeGrid, BeginsAtAMultipleOfItsWidthAndIsSharedByTheTargets) {
  Row a = make_row({.planned_ms = 65'000, .ttft_ms = 1000});
  Row b = make_row({.target = 1, .planned_ms = 200'000, .ttft_ms = 1000});
  const Played run({a, b}, 2);
  const TimeGrid grid = make_grid(run.slices, 60);
  EXPECT_EQ(grid.from_s, 60);
  EXPECT_EQ(grid.count, 3u);
  EXPECT_EQ(make_grid({}).count, 0u);
}

TEST(TimeGrid, AWidthThatIsTooFineForTheRunIsDoubled) {
  const Played run({make_row({.ttft_ms = 1e9, .gap_ms = 0})});  // 11 days
  EXPECT_LE(make_grid(run.slices, 1).count, kMostBuckets);
  EXPECT_EQ(make_grid(run.slices, 1).width_s, 128);
}

TEST(Timeline, TokensCountWhereTheyArrive) {
  // Ten tokens from 0.6 s on, one every 0.5 s: one in the first second, then two in each.
  const Played run({make_row({.ttft_ms = 600, .gap_ms = 500, .tokens = 10})});
  const Timeline t = run.timeline();
  ASSERT_EQ(t.buckets.size(), 6u);
  EXPECT_DOUBLE_EQ(*t.buckets[0].output_tokens_per_s, 1);
  for (int b = 1; b < 5; ++b) EXPECT_DOUBLE_EQ(*t.buckets[b].output_tokens_per_s, 2) << b;
  EXPECT_EQ(t.spread_evenly, 0);
  EXPECT_DOUBLE_EQ(*t.buckets[0].requests_per_s, 0);
  EXPECT_DOUBLE_EQ(*t.buckets[2].in_flight, 1);
  EXPECT_NEAR(*t.buckets[5].output_tokens_per_s, 10, 1e-9);  // one in a tenth of a second
  EXPECT_DOUBLE_EQ(*t.output_tokens.mean, 10 / 5.1);
}

TEST(Timeline, TheServersCountOutweighsTheChunks) {
  Row row = make_row({.ttft_ms = 500, .gap_ms = 500, .tokens = 10});
  row.output_tokens = 20;
  const Played run({row});
  EXPECT_DOUBLE_EQ(*run.timeline().buckets[1].output_tokens_per_s, 4);
}

TEST(Timeline, WithoutChunkTimesTokensAreSpreadFromFirstToLast) {
  Row row = make_row({.ttft_ms = 1500, .gap_ms = 400, .tokens = 11});  // 1.5 s to 5.5 s
  row.chunk_at.clear();
  row.chunk_tokens.clear();
  row.output_tokens = 40;
  const Played run({row});
  const Timeline t = run.timeline();
  EXPECT_EQ(t.spread_evenly, 1);
  EXPECT_DOUBLE_EQ(*t.buckets[0].output_tokens_per_s, 0);
  EXPECT_DOUBLE_EQ(*t.buckets[1].output_tokens_per_s, 5);
  EXPECT_DOUBLE_EQ(*t.buckets[2].output_tokens_per_s, 10);
  EXPECT_DOUBLE_EQ(*t.buckets[5].output_tokens_per_s, 10);  // 5 tokens in the half second measured
  EXPECT_DOUBLE_EQ(t.buckets[5].active_s, 0.5);
}

TEST(Timeline, SustainedIsTheMedianAndThePeakTheHighestBucket) {
  std::vector<Row> rows;  // a request of 100 ms each 100 ms for 20 s, and ten times as many at 10 s
  for (int i = 0; i < 200; ++i) {
    rows.push_back(make_row({.planned_ms = i * 100.0, .ttft_ms = 50, .gap_ms = 4, .tokens = 10}));
    for (int k = 0; k < (i / 10 == 10 ? 9 : 0); ++k) rows.push_back(rows.back());
  }
  const Played run(rows);
  const Timeline t = run.timeline();
  EXPECT_DOUBLE_EQ(*t.requests.sustained, 10);
  EXPECT_DOUBLE_EQ(*t.requests.peak, 100);
  EXPECT_DOUBLE_EQ(*t.requests.peak_at_s, 10);
  EXPECT_GT(*t.requests.cv, 1);
  EXPECT_NEAR(*t.requests.mean, 290 / 19.986, 1e-3);
}

TEST(Timeline, PausesBetweenTurnsAreNotTime) {
  std::vector<Row> rows;
  for (int i = 0; i < 100; ++i) {
    const double turn = i < 50 ? 0 : 60'000;
    rows.push_back(make_row({.block = i < 50 ? 0U : 1U,
                             .planned_ms = turn + i % 50 * 100.0,
                             .ttft_ms = 50,
                             .gap_ms = 5,
                             .tokens = 11}));
  }
  const Played run(rows);
  const Timeline t = run.timeline();
  ASSERT_EQ(t.buckets.size(), 65u);
  EXPECT_EQ(t.buckets[30].active_s, 0);
  EXPECT_FALSE(t.buckets[30].requests_per_s);
  EXPECT_DOUBLE_EQ(*t.requests.sustained, 10);
}

TEST(Timeline, LatenciesAndErrorsByTheInstantOfSending) {
  std::vector<Row> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(make_row({.planned_ms = i * 100.0, .ttft_ms = i < 20 ? 100.0 : 300.0}, i));
  }
  rows.push_back(make_failed({.planned_ms = 3500}, Status::kOverloaded, 40));
  const Played run(rows);
  const std::vector<Slo> slos = {*make_slo("ttft", 0.99, 200e6, "ttft_p99=200ms")};
  const Timeline t = run.timeline(0, slos);
  EXPECT_DOUBLE_EQ(*t.buckets[0].ttft.p50, 100);
  EXPECT_DOUBLE_EQ(*t.buckets[3].ttft.p50, 300);
  EXPECT_FALSE(t.buckets[0].ttft.p95);  // of ten
  EXPECT_EQ(t.buckets[3].failed, 1u);
  EXPECT_DOUBLE_EQ(*t.buckets[3].error_rate(), 1.0 / 11);
  EXPECT_DOUBLE_EQ(*t.buckets[0].slo_attainment, 1);
  EXPECT_DOUBLE_EQ(*t.buckets[3].slo_attainment, 0);
  EXPECT_FALSE(run.timeline().buckets[0].slo_attainment);
}

TEST(Timeline, RequestsMeetObjectivesAsInTheSummary) {
  std::vector<Row> rows;
  add_blocks(rows, {}, 1, 1, 200, 4);
  rows.push_back(make_failed({}, Status::kTls));
  const Played run(rows);
  const std::vector<Slo> slos = {
      *make_slo("ttft", 0.5, 90e6, ""), *make_slo("ttft", 0.99, 110e6, ""),
      *make_slo("itl", 0.9, 11e6, ""), *make_slo("success_rate", 0.5, 0.9, "")};
  std::size_t met = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(meets_all(run.slices[0], i, slos), meets_all(rows[i], slos)) << i;
    met += meets_all(rows[i], slos) ? 1 : 0;
  }
  EXPECT_GT(met, 20u);
  EXPECT_LT(met, 180u);
}

TEST(Timeline, NothingMeasuredIsEmpty) {
  EXPECT_TRUE(Played({}).timeline().buckets.empty());
  Row row;  // of another tool, without instants
  row.status = Status::kOk;
  row.reported.e2e = kSecond;
  EXPECT_TRUE(Played({row}).timeline().buckets.empty());
  const Played failed({make_failed({}, Status::kTls)});
  EXPECT_EQ(failed.timeline().buckets.at(0).failed, 1u);
}

TEST(RollingMean, OfTheLastRequests) {
  std::vector<Row> rows;
  for (int i = 0; i < 6; ++i) {
    rows.push_back(make_row({.planned_ms = i * 1000.0, .ttft_ms = (i + 1) * 100.0}, i + 10));
  }
  rows.insert(rows.begin() + 2, make_failed({.planned_ms = 1500}, Status::kTls));
  const Played run(rows);
  const auto points = rolling_mean(run.slices[0], MetricId::kTtft, 3);
  ASSERT_EQ(points.size(), 6u);
  EXPECT_DOUBLE_EQ(points[0].mean, 100);
  EXPECT_DOUBLE_EQ(points[1].mean, 150);
  EXPECT_DOUBLE_EQ(points[5].mean, 500);
  EXPECT_DOUBLE_EQ(points[5].value, 600);
  EXPECT_EQ(points[5].row.index, 15u);
  EXPECT_EQ(points[2].row.row, 3u);  // past the failed one
  EXPECT_EQ(rolling_mean(run.slices[0], MetricId::kTtft, 3, 2).size(), 2u);
}

TEST(Heatmap, HasACellWhereThereWereRequests) {
  std::vector<Row> rows;
  for (int i = 0; i < 10; ++i) {  // one at a time, then eight at once
    rows.push_back(make_row({.planned_ms = i * 1000.0, .ttft_ms = 100}, i));
  }
  for (int i = 0; i < 8; ++i) {
    rows.push_back(make_row({.planned_ms = 20'000.0 + i, .ttft_ms = 500}, 20 + i));
  }
  const Played run(rows);
  const Heatmap map = make_heatmap(run.slices[0], MetricId::kTtft, make_grid(run.slices, 10));
  ASSERT_EQ(map.concurrency.size(), 4u);  // 1, 2, 3 to 4, 5 to 8
  ASSERT_EQ(map.cells.size(), 5u);
  EXPECT_EQ(map.cells[0].bucket, 0u);
  EXPECT_EQ(map.cells[0].latency.n, 10u);
  EXPECT_EQ(map.cells[4].range, 3u);
  EXPECT_EQ(map.cells[4].latency.n, 4u);
  EXPECT_DOUBLE_EQ(*map.cells[4].latency.p50, 500);
}

}  // namespace
}  // namespace tt::analysis
