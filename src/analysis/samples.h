// Rows into samples: which rows count for what, and in which order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analysis/input.h"
#include "analysis/metrics.h"
#include "record/row.h"
#include "stats/ratio.h"

namespace tt::analysis {

/// A target's rows, pointing into the run's rows, which must outlive this. Warm-up rows are counted
/// and left out of everything else.
struct TargetRows {
  /// Measured rows that were not dropped, by block, in the order of sending. No block is empty.
  std::vector<std::vector<const record::Row*>> blocks;
  std::uint64_t dropped = 0;  // measured rows that were never sent, by the player's choice
  /// Measured rows for which the client ran out of files, ports or memory.
  std::vector<const record::Row*> client_limited;
  std::uint64_t warmup = 0;
};

/// One entry a target. Rows of a target that is not there are left out.
std::vector<TargetRows> group_rows(std::span<const record::Row> rows, std::size_t targets);

/// One metric's samples in its unit, by block, in the order of sending. Only successful rows have
/// latencies; lags are taken from every row that has them. Empty for Grain::kFigure.
stats::Blocks samples(const TargetRows& rows, MetricId metric);

/// All blocks in one.
std::vector<double> pooled(const stats::Blocks& blocks);

/// What a rate is made of. A block lasts from its first send to its last end; rows cancelled by the
/// user neither count nor stretch it. A target's time is the sum over its blocks, so that other
/// targets' turns between them do not count.
struct Volume {
  std::uint64_t requests = 0;       // successful
  std::uint64_t output_tokens = 0;  // of the successful
  std::uint64_t good_requests = 0;  // successful, and met every SLO
  double seconds = 0;

  /// Per second; nullopt where no time passed.
  std::optional<double> per_second(MetricId rate) const;
};
Volume volume(const std::vector<const record::Row*>& block, std::span<const Slo> slos);
Volume volume(const TargetRows& rows, std::span<const Slo> slos);

/// The same rates over `count` equal stretches of a single block, for targets that have only one:
/// tokens fall where their chunks arrived, requests where they ended. Empty where no time passed.
std::vector<double> rate_sections(const std::vector<const record::Row*>& block, MetricId rate,
                                  std::size_t count, std::span<const Slo> slos);

/// True where the row is successful and meets every latency SLO. Of several on one metric the one
/// with the highest quantile binds a single request; for gaps it is the quantile of its own gaps.
bool meets_all(const record::Row& row, std::span<const Slo> slos);

}  // namespace tt::analysis
