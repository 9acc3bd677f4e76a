// How much a target got done, and the time to divide it by: its time at full load.
//
// A block begins empty and ends by waiting for its last answers. Over all of its time its rates
// read low, the more so the shorter the block and the longer the answers. So a block is taken at
// the pace that it had between:
// - Closed loop: from its first end to its last send every place is taken, and the output tokens
//   that arrived in between give the pace. (Requests that ended in between would not: they all
//   began together, and end in waves.)
// - Open loop: requests come at the pace of the plan, from the first send to the last. Where the
//   answers fall behind they end at a slower pace than they are sent: by the slope of the least
//   squares line of end over send.
// - A load that varies by plan (ramps, waves, traces) has no full load: its rates are means over
// all
//   of the time, from the first send to the last end.
// A block without such a part (all of its requests left at once) counts in all its length, and no
// block counts for longer than it took.
// docs/methods.md says how well that does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/input.h"
#include "analysis/metrics.h"
#include "analysis/samples.h"
#include "base/time.h"

namespace tt::analysis {

/// The least share of a block's output tokens from which its pace is read.
inline constexpr double kFullLoadShare = 0.10;

struct Volume {
  std::uint64_t requests = 0;       // successful
  std::uint64_t output_tokens = 0;  // of the successful
  std::uint64_t good_requests = 0;  // successful, and met every SLO
  double whole_s = 0;               // from the first send to the last end
  /// How long the work would have taken at the pace of full load: what rates are divided by.
  double full_load_s = 0;
  double never_full_s = 0;  // the part of `full_load_s` that stems from blocks without full load

  /// Per second; nullopt where no time passed.
  std::optional<double> per_second(MetricId rate) const;
};

/// Of one block, and of all: the sum over the blocks, so that other targets' turns between them do
/// not count. Rows cancelled by the user neither count nor stretch the time.
Volume volume(const TargetRows& rows, std::size_t block, std::span<const Slo> slos);
Volume volume(const TargetRows& rows, std::span<const Slo> slos);

/// A rate over `count` equal stretches of a block, for targets that have too few blocks. Closed
/// loop: tokens fall where they arrived, requests where they ended; open loop: both where the
/// request was sent. Empty where no time passed, and where the load varies: no two stretches of it
/// are alike.
std::vector<double> rate_sections(const TargetRows& rows, std::size_t block, MetricId rate,
                                  std::size_t count, std::span<const Slo> slos);

}  // namespace tt::analysis
