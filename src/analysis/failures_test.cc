#include "analysis/failures.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Frame;
using record::make_frame;
using record::Row;

TEST(Failures, ByKindCodeLoadAndLimit) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 6; ++i) {
    rows.push_back(make_row({.planned_ms = 1000.0 * i, .ttft_ms = i < 4 ? 100. : 1500.}, i));
  }
  for (std::uint64_t i = 6; i < 9; ++i) {
    rows.push_back(make_failed({.planned_ms = 20'000, .ttft_ms = 10}, Status::kOverloaded, i));
    rows.back().http_code = i < 8 ? 429 : 503;
    rows.back().error = "busy " + std::to_string(i);
  }
  rows.push_back(make_failed({.planned_ms = 30'000}, Status::kFirstTokenTimeout, 9));
  rows.back().http_code = 0;
  rows.back().end = rows.back().sent + 5001 * kMillisecond;
  rows.push_back(make_failed({.planned_ms = 31'000}, Status::kCancelled, 10));
  rows.push_back(Row{});
  const Frame frame = make_frame(rows);
  const Failures f = failures(make_slices(frame, 1)[0]);
  EXPECT_EQ(f.ok, 6u);
  EXPECT_EQ(f.failed, 4u);
  EXPECT_EQ(f.cancelled, 1u);
  EXPECT_EQ(f.dropped, 1u);
  EXPECT_EQ(f.timeouts, 1u);
  EXPECT_DOUBLE_EQ(*f.success_rate, 0.6);
  EXPECT_NEAR(f.success_interval->low, 0.3127, 1e-4);  // Wilson
  ASSERT_EQ(f.kinds.size(), 3u);
  EXPECT_EQ(f.kinds[0].status, Status::kOverloaded);
  EXPECT_EQ(f.kinds[0].http_code, 429);
  EXPECT_EQ(f.kinds[0].count, 2u);
  EXPECT_DOUBLE_EQ(f.kinds[0].share, 0.2);
  EXPECT_EQ(f.kinds[0].first_error, "busy 6");
  ASSERT_FALSE(f.by_concurrency.empty());
  EXPECT_EQ(f.by_concurrency.back().failed, 3u);  // sent at once
  // TTFT over 1 s: two slow ones and the one that was given up after 5 s; over 5 s that one.
  EXPECT_EQ(f.over_limits[0].count, 3u);
  EXPECT_DOUBLE_EQ(f.over_limits[0].share, 3.0 / 7);
  EXPECT_EQ(f.over_limits[2].count, 1u);
  EXPECT_EQ(f.over_limits[3].count, 0u);
}

TEST(Failures, AllFailed) {
  const Frame frame = make_frame(std::vector{make_failed({}, Status::kConnectRefused, 0)});
  const Failures f = failures(make_slices(frame, 1)[0]);
  EXPECT_EQ(*f.success_rate, 0);
  EXPECT_EQ(f.kinds.size(), 1u);
  EXPECT_TRUE(f.over_limits.empty());
}

TEST(Failures, NothingFailedOrNothingAtAll) {
  const Frame frame = make_frame(std::vector{make_row({})});
  const Failures f = failures(make_slices(frame, 1)[0]);
  EXPECT_EQ(*f.success_rate, 1);
  EXPECT_TRUE(f.kinds.empty());
  EXPECT_TRUE(f.by_concurrency.empty());
  const Frame none = make_frame({});
  EXPECT_FALSE(failures(make_slices(none, 1)[0]).success_rate);
}

}  // namespace
}  // namespace tt::analysis
