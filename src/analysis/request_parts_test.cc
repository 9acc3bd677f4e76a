#include "analysis/request_parts.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::make_frame;
using record::Row;

double mean_of(const MeanParts& parts, Part part) {
  for (const auto& entry : parts.entries) {
    if (entry.part == part) return entry.mean_ms;
  }
  return -1;
}

double sum_of(const MeanParts& parts) {
  double sum = 0;
  for (const auto& entry : parts.entries) sum += entry.mean_ms;
  return sum;
}

// Waited 20 ms, of which 5 connecting; 100 ms to the first token, 10 gaps of 10 ms.
Row request() {
  Row row = make_row({.planned_ms = 1000, .waited_ms = 20});
  row.connect = 5 * kMillisecond;
  return row;
}

TEST(Parts, WithoutTheEnginesWord) {
  const auto frame = make_frame(std::vector{request(), make_failed({}, Status::kTls)});
  const MeanParts parts = mean_parts(make_slices(frame, 1)[0]);
  EXPECT_EQ(parts.n, 1u);
  EXPECT_FALSE(parts.engine_told);
  EXPECT_DOUBLE_EQ(mean_of(parts, Part::kToSend), 15);
  EXPECT_DOUBLE_EQ(mean_of(parts, Part::kConnecting), 5);
  EXPECT_DOUBLE_EQ(mean_of(parts, Part::kToFirst), 100);
  EXPECT_DOUBLE_EQ(mean_of(parts, Part::kStreaming), 100);
  EXPECT_DOUBLE_EQ(sum_of(parts), 220);
}

TEST(Parts, OfTheEngine) {
  Row row = request();
  row.engine = {.queue_ns = 30 * kMillisecond,
                .prefill_ns = 50 * kMillisecond,
                .decode_ns = 95 * kMillisecond};
  const auto frame = make_frame(std::vector{row});
  const MeanParts parts = mean_parts(make_slices(frame, 1)[0]);
  EXPECT_TRUE(parts.engine_told);
  EXPECT_DOUBLE_EQ(mean_of(parts, Part::kQueue), 30);
  EXPECT_DOUBLE_EQ(mean_of(parts, Part::kRest), 25);
  EXPECT_DOUBLE_EQ(sum_of(parts), 220);
}

TEST(Parts, OfNothing) {
  const auto frame = make_frame({});
  EXPECT_TRUE(mean_parts(make_slices(frame, 1)[0]).entries.empty());
}

TEST(Waterfall, OfOneRequest) {
  const auto frame = make_frame(std::vector{request()});
  const Waterfall w = waterfall(make_slices(frame, 1)[0], 0);
  ASSERT_EQ(w.bars.size(), 4u);
  EXPECT_DOUBLE_EQ(w.bars[0].to_ms, 15);
  EXPECT_EQ(w.bars[1].part, Part::kConnecting);
  EXPECT_DOUBLE_EQ(w.bars[1].to_ms, 20);
  EXPECT_DOUBLE_EQ(w.bars[2].to_ms, 120);
  EXPECT_DOUBLE_EQ(w.bars[3].to_ms, 220);
  ASSERT_EQ(w.chunks_ms.size(), 11u);
  EXPECT_DOUBLE_EQ(w.chunks_ms[1], 130);
}

TEST(Waterfall, OfOneThatWasNeverSent) {
  Row row;
  const auto frame = make_frame(std::vector{row});
  const Slice slice{.frame = &frame, .rows = {}, .stretches = {}};
  EXPECT_TRUE(waterfall(slice, 0).bars.empty());
}

}  // namespace
}  // namespace tt::analysis
