// Rows into samples: which rows count for what, and in which order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analysis/input.h"
#include "analysis/metrics.h"
#include "analysis/request_value.h"
#include "record/row.h"
#include "stats/ratio.h"

namespace tt::analysis {

/// A target's rows, pointing into the run's rows, which must outlive this.
struct TargetRows {
  /// Measured rows that were sent, or that the target kept from it, by block, in the order of
  /// sending. No block is empty.
  std::vector<std::vector<const record::Row*>> blocks;
  /// For each of `blocks`, its successful warm-up rows: their last answers still stream while the
  /// first measured requests leave.
  std::vector<std::vector<const record::Row*>> warming;
  LoadKind load = LoadKind::kClosed;
  bool varies = false;        // what is asked changes with time by plan
  std::uint64_t dropped = 0;  // measured rows that were never sent, by the player's choice
  /// Measured rows for which the client ran out of files, ports or memory.
  std::vector<const record::Row*> client_limited;
  std::uint64_t warmup = 0;
};

/// One entry a target. Rows of a target that is not there are left out.
std::vector<TargetRows> group_rows(std::span<const record::Row> rows, std::size_t targets,
                                   LoadKind load = LoadKind::kClosed, bool varies = false);

/// What the metrics of a row are made of.
RequestFacts facts_of(const record::Row& row);

/// When a request began to take its target's time. One that failed before its first byte left (no
/// connection) began when it was planned.
Nanos start_of(const record::Row& row);

/// One metric's samples in its unit, by block, in the order of sending. Only successful rows have
/// latencies; lags are taken from every row that has them. Rows without instants have what their
/// tool reported. Empty for Grain::kFigure.
stats::Blocks samples(const TargetRows& rows, MetricId metric);

/// All blocks in one.
std::vector<double> pooled(const stats::Blocks& blocks);

/// True where the row is successful and meets every latency SLO. Of several on one metric the one
/// with the highest quantile binds a single request; for gaps it is the quantile of its own gaps.
bool meets_all(const record::Row& row, std::span<const Slo> slos);

}  // namespace tt::analysis
