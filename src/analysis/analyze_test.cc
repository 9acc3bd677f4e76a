#include "analysis/analyze.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

std::vector<record::Row> two_targets() {
  std::vector<record::Row> rows;
  for (std::uint32_t t = 0; t < 2; ++t) add_blocks(rows, {.target = t}, 2, 3, 60, 7 + t);
  return rows;
}

TEST(Analyze, EverySectionOfEveryTarget) {
  const auto frame = record::make_frame(two_targets());
  const auto a = analyze(frame, make_run({"a", "b"}), {});
  ASSERT_EQ(a.targets.size(), 2u);
  for (const auto& target : a.targets) {
    EXPECT_EQ(target.requests, 180u);
    ASSERT_TRUE(target.latency && target.throughput && target.time && target.tokens &&
                target.errors && target.users && target.quality);
    EXPECT_EQ(target.latency->shapes.size(), 4u);  // ICL is ITL here
    EXPECT_EQ(target.latency->by_block.size(), 3u);
    EXPECT_EQ(target.time->steadiness.size(), 3u);
    EXPECT_EQ(target.quality->with_chunks, 180u);
    EXPECT_TRUE(target.users->empty());
  }
  EXPECT_EQ(a.targets[1].target.name, "b");
}

TEST(Analyze, OnlyWhatIsAskedFor) {
  const auto frame = record::make_frame(two_targets());
  const AnalyzeOptions options{.sections = {Section::kErrors}, .first = {}};
  const auto a = analyze(frame, make_run({"a", "b"}), options);
  EXPECT_TRUE(a.targets[0].errors);
  EXPECT_FALSE(a.targets[0].latency);
  EXPECT_FALSE(a.targets[0].throughput);
  EXPECT_FALSE(needs_chunks(options));
  EXPECT_TRUE(needs_chunks({}));
}

TEST(Analyze, OpenLoopHasLatenciesFromThePlan) {
  const auto frame = record::make_frame(two_targets());
  const auto a = analyze(frame, make_run({"a", "b"}, LoadKind::kOpen),
                         {.sections = {Section::kLatency}, .first = {}});
  EXPECT_EQ(a.targets[0].latency->shapes.back().metric, MetricId::kE2ePlan);
}

TEST(Analyze, TheFirstThatWereAskedFor) {
  const auto frame = record::make_frame(two_targets());
  const auto a = analyze(frame, make_run({"a", "b"}), {.sections = {Section::kTime}, .first = 20});
  EXPECT_EQ(a.targets[0].time->first->first.n, 20u);
  EXPECT_EQ(a.targets[0].time->first->rest.n, 160u);
}

TEST(Analyze, NothingOneRowAndAllFailed) {
  const auto none = analyze(record::make_frame({}), make_run({"a"}), {});
  EXPECT_EQ(none.targets[0].requests, 0u);
  EXPECT_TRUE(none.targets[0].latency->shapes.empty());
  const auto one_frame = record::make_frame(std::vector{make_row({})});
  const auto one = analyze(one_frame, make_run({"a"}), {});
  EXPECT_EQ(one.targets[0].latency->shapes[0].n, 1u);
  const auto failed_frame = record::make_frame(std::vector{make_failed({}, Status::kTls)});
  const auto failed = analyze(failed_frame, make_run({"a"}), {});
  EXPECT_EQ(failed.targets[0].ok, 0u);
  EXPECT_EQ(failed.targets[0].errors->failed, 1u);
  EXPECT_TRUE(analyze(record::make_frame({}), make_run({}), {}).targets.empty());
}

TEST(Analyze, IsTheSameWhateverTheThreads) {
  const auto frame = record::make_frame(two_targets());
  const auto a = analyze(frame, make_run({"a", "b"}), {});
  for (int i = 0; i < 5; ++i) {
    const auto b = analyze(frame, make_run({"a", "b"}), {});
    for (std::size_t t = 0; t < 2; ++t) {
      EXPECT_EQ(a.targets[t].latency->shapes[0].at(0.9), b.targets[t].latency->shapes[0].at(0.9));
      EXPECT_EQ(a.targets[t].throughput->timeline.output_tokens.mean,
                b.targets[t].throughput->timeline.output_tokens.mean);
      EXPECT_EQ(a.targets[t].tokens->prefill.tokens_per_s,
                b.targets[t].tokens->prefill.tokens_per_s);
    }
  }
}

}  // namespace
}  // namespace tt::analysis
