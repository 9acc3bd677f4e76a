#include "analysis/resources_beside.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "analysis/test_telemetry.h"
#include "record/frame.h"

namespace tt::analysis {
namespace {

const BesideRow* row_of(const std::vector<BesideRow>& rows, std::string_view key) {
  for (const BesideRow& row : rows) {
    if (row.key == key) return &row;
  }
  return nullptr;
}

// Two targets, ten requests each; both tell of their cache, the second alone of its queue.
std::vector<ResourcesView> views_of_two() {
  std::vector<record::Row> rows;
  for (std::uint64_t i = 0; i < 20; ++i) {
    rows.push_back(make_row({.target = static_cast<std::uint32_t>(i % 2),
                             .planned_ms = 1000.0 + 500.0 * static_cast<double>(i),
                             .ttft_ms = 100,
                             .gap_ms = 100,
                             .tokens = 10},
                            i));
  }
  TelemetryMaker t;
  for (int s = 0; s <= 12; ++s) {
    t.add(s, 0, "kv_cache_usage", 0.5);
    t.add(s, 1, "kv_cache_usage", s == 6 ? 1.0 : 0.25);
    t.histogram(s, 1, "queue_seconds", s, 0.02);
    t.add(s, record::kNoTarget, "host_cpu_utilization", 0.1);
  }
  const auto frame = record::make_frame(rows);
  const auto telemetry = t.make();
  std::vector<ResourcesView> views;
  for (const Slice& slice : make_slices(frame, 2)) {
    views.push_back(make_resources(slice, telemetry));
  }
  return views;
}

TEST(ResourcesBeside, OneValueATargetAndNoneWhereItTellsNothing) {
  const auto views = views_of_two();
  const std::array<const ResourcesView*, 3> three = {&views[0], nullptr, &views[1]};
  const auto rows = resources_beside(three);
  const BesideRow* cache = row_of(rows, "kv_cache");
  ASSERT_NE(cache, nullptr);
  EXPECT_EQ(cache->means[0], 0.5);
  EXPECT_EQ(cache->means[1], std::nullopt) << "no such view is not 0";
  EXPECT_GT(*cache->means[2], 0.25);
  EXPECT_EQ(cache->peaks[2], 1.0);
  const BesideRow* queue = row_of(rows, "queue_ms");
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->means[0], std::nullopt);
  EXPECT_NEAR(*queue->means[2], 20, 1e-6);
  EXPECT_NEAR(*row_of(rows, "e2e_ms")->means[0], 1000, 1e-6);
}

TEST(ResourcesBeside, WhatNobodyTellsAndTheClientsMachineHaveNoRow) {
  const auto views = views_of_two();
  const std::array<const ResourcesView*, 2> two = {&views[0], &views[1]};
  const auto rows = resources_beside(two);
  for (const char* key : {"host_cpu", "gpu_power", "preemptions", "joules_per_output_token"}) {
    EXPECT_EQ(row_of(rows, key), nullptr) << key;
  }
  EXPECT_TRUE(resources_beside({}).empty());
}

}  // namespace
}  // namespace tt::analysis
