#include "analysis/token_effects.h"

#include <cmath>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "base/rng.h"

namespace tt::analysis {
namespace {

using record::Frame;
using record::make_frame;
using record::Row;

// TTFT 50 ms and a ms for every 10 input tokens; `sigma` of noise; one at a time.
std::vector<Row> prefill_rows(std::size_t n, double sigma) {
  Rng rng(11);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t input = 100 + static_cast<std::uint32_t>(i * 37 % 1900);
    const double ttft = (50 + input / 10.0) * std::exp(sigma * rng.normal());
    rows.push_back(make_row({.planned_ms = 1e4 * static_cast<double>(i), .ttft_ms = ttft}, i));
    rows.back().input_tokens = input;
  }
  return rows;
}

TEST(Scatter, FindsThePrefillRate) {
  const Frame frame = make_frame(prefill_rows(300, 0));
  const Slice slice = make_slices(frame, 1)[0];
  const Scatter s = scatter(slice, Quantity::kInputTokens, Quantity::kTtft);
  EXPECT_EQ(s.n, 300u);
  EXPECT_NEAR(s.pearson->r, 1, 1e-9);
  EXPECT_NEAR(s.spearman->r, 1, 1e-9);
  const PrefillRate rate = prefill_rate(s);
  EXPECT_NEAR(*rate.tokens_per_s, 10'000, 1);
  EXPECT_NEAR(rate.base_ms, 50, 0.1);
  EXPECT_EQ(s.points[7].row.index, 7u);
}

TEST(Scatter, TheRateHasAnIntervalThatHoldsUnderNoise) {
  const Frame frame = make_frame(prefill_rows(500, 0.1));
  const PrefillRate rate =
      prefill_rate(scatter(make_slices(frame, 1)[0], Quantity::kInputTokens, Quantity::kTtft));
  EXPECT_LT(rate.interval->low, *rate.tokens_per_s);
  EXPECT_TRUE(rate.interval->contains(10'000));
}

TEST(Scatter, LengthsThatAreAlikeTellNoRate) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 100; ++i) rows.push_back(make_row({.planned_ms = 1e4 * i}, i));
  const Frame frame = make_frame(rows);
  const auto s = scatter(make_slices(frame, 1)[0], Quantity::kInputTokens, Quantity::kTtft);
  EXPECT_FALSE(s.pearson);
  EXPECT_TRUE(prefill_rate(s).lengths_alike);
  EXPECT_FALSE(prefill_rate(s).tokens_per_s);
}

TEST(Scatter, TtftThatDoesNotRiseTellsNoRate) {
  auto rows = prefill_rows(300, 0.2);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].input_tokens = 100 + i * 7919 % 1900;
  const Frame frame = make_frame(rows);
  const auto rate =
      prefill_rate(scatter(make_slices(frame, 1)[0], Quantity::kInputTokens, Quantity::kTtft));
  EXPECT_FALSE(rate.lengths_alike);
  EXPECT_FALSE(rate.tokens_per_s);
}

TEST(Scatter, NothingAndFailures) {
  const Frame frame = make_frame(std::vector{make_failed({}, Status::kTls)});
  const Slice slice = make_slices(frame, 1)[0];
  const auto s = scatter(slice, Quantity::kInputTokens, Quantity::kTtft);
  EXPECT_EQ(s.n, 0u);
  EXPECT_TRUE(s.points.empty());
  EXPECT_FALSE(prefill_rate(s).tokens_per_s);
  EXPECT_TRUE(decode_load(slice).steps.empty());
  EXPECT_EQ(find_anomalies(slice, Quantity::kOutputTokens, Quantity::kE2e).n, 0u);
  EXPECT_EQ(lengths(slice).output.n, 0u);
  EXPECT_EQ(correlations(slice).n, 0u);
}

TEST(DecodeLoad, SlowsWithTheNumberInFlight) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 20; ++i) {  // alone: 10 ms a token
    rows.push_back(make_row({.planned_ms = 1e4 * i, .gap_ms = 10}, i));
  }
  for (std::uint64_t i = 0; i < 40; ++i) {  // four at once: 20 ms a token
    const std::uint64_t round = i / 4;
    rows.push_back(make_row({.planned_ms = 1e6 + 1e4 * round + i % 4, .gap_ms = 20}, 20 + i));
  }
  const Frame frame = make_frame(rows);
  const DecodeLoad load = decode_load(make_slices(frame, 1)[0]);
  ASSERT_EQ(load.steps.size(), 3u);
  EXPECT_DOUBLE_EQ(load.steps[0].tokens_per_s, 100);  // the first of four counts as alone
  EXPECT_EQ(load.steps[0].n, 30u);
  EXPECT_DOUBLE_EQ(load.steps[2].tokens_per_s, 50);
  EXPECT_GT(load.tpot_over_load->slope, 0);
}

TEST(Anomalies, FindTheSlowAndTheFast) {
  Rng rng(3);
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto tokens = static_cast<std::uint32_t>(20 + i % 100);
    rows.push_back(make_row(
        {.planned_ms = 1e5 * i, .gap_ms = 10 * std::exp(0.05 * rng.normal()), .tokens = tokens},
        i));
  }
  rows[100].end = rows[100].sent + 20 * (rows[100].end - rows[100].sent);
  rows[200].end = rows[200].sent + (rows[200].end - rows[200].sent) / 20;
  const Frame frame = make_frame(rows);
  const auto found =
      find_anomalies(make_slices(frame, 1)[0], Quantity::kOutputTokens, Quantity::kE2e);
  EXPECT_EQ(found.n, 400u);
  EXPECT_GE(found.slow, 1u);
  EXPECT_LE(found.slow + found.fast, 8u);
  ASSERT_GE(found.worst.size(), 2u);
  EXPECT_EQ(found.worst[0].row.index + found.worst[1].row.index, 300u);
  EXPECT_NEAR(found.worst[0].value_ms / found.worst[0].expected_ms,
              found.worst[0].score > 0 ? 20 : 0.05, found.worst[0].score > 0 ? 3 : 0.01);
}

TEST(Anomalies, NoneWhereAllAreAlike) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 50; ++i) rows.push_back(make_row({.planned_ms = 1e4 * i}, i));
  const Frame frame = make_frame(rows);
  const auto found =
      find_anomalies(make_slices(frame, 1)[0], Quantity::kOutputTokens, Quantity::kE2e);
  EXPECT_EQ(found.slow + found.fast, 0u);
}

TEST(Correlations, OfWhatIsThere) {
  const Frame frame = make_frame(prefill_rows(200, 0));
  const auto c = correlations(make_slices(frame, 1)[0]);
  EXPECT_EQ(c.n, 200u);
  const auto at = [&](Quantity q) {
    return static_cast<std::size_t>(std::ranges::find(c.quantities, q) - c.quantities.begin());
  };
  EXPECT_NEAR(c.pearson.at(at(Quantity::kInputTokens), at(Quantity::kTtft))->r, 1, 1e-9);
  EXPECT_FALSE(c.pearson.at(at(Quantity::kOutputTokens), at(Quantity::kTtft)));  // constant
}

TEST(Lengths, OfTheSuccessful) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 101; ++i) {
    rows.push_back(make_row({.tokens = static_cast<std::uint32_t>(i + 1)}, i));
  }
  rows.push_back(make_failed({}, Status::kTls, 101));
  const Frame frame = make_frame(rows);
  const Lengths all = lengths(make_slices(frame, 1)[0]);
  EXPECT_EQ(all.output.n, 101u);
  EXPECT_EQ(*all.output.p50, 51);
  EXPECT_DOUBLE_EQ(all.mean_output, 51);
  EXPECT_EQ(all.input.n, 101u);
  EXPECT_EQ(all.input_histogram.counts.size(), 1u);
}

}  // namespace
}  // namespace tt::analysis
