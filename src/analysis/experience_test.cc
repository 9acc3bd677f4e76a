#include "analysis/experience.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

Experience of(const std::vector<record::Row>& rows) {
  const auto frame = record::make_frame(rows);
  return experience(make_slices(frame, 1).at(0));
}

record::Row waited(double ttft_ms, double gap_ms = 10, std::uint64_t index = 0) {
  return make_row({.ttft_ms = ttft_ms, .gap_ms = gap_ms}, index);
}

TEST(Experience, BandsHoldTheirUpperEnd) {
  const auto seen =
      of({waited(100), waited(100.001, 10, 1), waited(1'000, 10, 2), waited(1'000.001, 10, 3),
          waited(4'000, 10, 4), waited(10'000, 10, 5), waited(10'000.001, 10, 6)});
  EXPECT_EQ(seen.requests, 7u);
  EXPECT_EQ(seen.immediate, 1u);
  EXPECT_EQ(seen.in_thought, 2u);
  EXPECT_EQ(seen.attentive, 3u);
  EXPECT_EQ(seen.lost, 1u);
  EXPECT_EQ(seen.tolerating, 2u);
  EXPECT_DOUBLE_EQ(seen.apdex(), (3 + 2 / 2.0) / 7);
}

TEST(Experience, AFailureFrustratesAndACancellationIsNobodys) {
  const auto seen = of({waited(50), make_failed({}, Status::kOverloaded, 1),
                        make_failed({}, Status::kCancelled, 2), make_failed({}, Status::kLeft, 3)});
  EXPECT_EQ(seen.requests, 2u);
  EXPECT_EQ(seen.failed, 1u);
  EXPECT_DOUBLE_EQ(seen.apdex(), 0.5);
}

TEST(Experience, StreamsAgainstTheSpeedOfReading) {
  const auto seen = of({waited(50, 100), waited(50, 189, 1), waited(50, 190, 2)});
  EXPECT_EQ(seen.streamed, 3u);
  EXPECT_EQ(seen.reads_along, 2u);
  EXPECT_NEAR(kReadingMsPerToken, 189.08, 0.01);
}

TEST(Experience, AnAnswerThatCameWholeIsWaitedForToItsEnd) {
  record::Row row = waited(50, 500);  // ends after 5 s
  row.first_token = kNever;
  row.chunk_at.clear();
  row.chunk_tokens.clear();
  const auto seen = of({row});
  EXPECT_EQ(seen.immediate, 0u);
  EXPECT_EQ(seen.attentive, 1u);
}

TEST(Experience, NothingIsZero) {
  const auto seen = of({});
  EXPECT_EQ(seen.requests, 0u);
  EXPECT_DOUBLE_EQ(seen.apdex(), 0);
}

}  // namespace
}  // namespace tt::analysis
