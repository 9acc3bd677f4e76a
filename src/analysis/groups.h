// Requests by what they have in common: user, session, turn, token range, load, block.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/slice.h"

namespace tt::analysis {

/// Of the successful requests of a group that have the metric; in its unit. Values of n = 0 are
/// not there, nor a p95 or p99 of which not even one sample would lie above.
struct GroupQuantiles {
  std::uint64_t n = 0;
  std::optional<double> p50;
  std::optional<double> p95;
  std::optional<double> p99;
};

/// Reorders `scratch`.
GroupQuantiles quantiles_of(std::span<double> scratch);

/// How many requests a group has, and how they ended.
struct GroupCount {
  std::string label;  // "129 to 256", a user's name (foreign text)
  /// What the group holds of the quantity, both ends included; nullopt where it is no range.
  std::optional<double> low;
  std::optional<double> high;
  std::uint64_t requests = 0;  // = ok + failed + cancelled
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;

  /// Failed over those that succeeded or failed; nullopt where none did either.
  std::optional<double> error_rate() const;
};

struct Group : GroupCount {
  std::uint64_t input_tokens = 0;  // of the successful
  std::uint64_t output_tokens = 0;
  std::uint64_t cached_tokens = 0;     // of the input tokens, as far as the engine tells
  GroupQuantiles ttft;                 // ms
  GroupQuantiles tpot;                 // ms
  GroupQuantiles e2e;                  // ms
  std::optional<double> request_rate;  // median tokens/s of a single request, not of the system

  /// Cached over input tokens of the successful; nullopt where the engine tells of none.
  std::optional<double> cached_share() const;
};

enum class GroupBy : std::uint8_t {
  kUser,          // empty where the rows name none; most requests first
  kInputTokens,   // ranges of about as many requests each
  kOutputTokens,  // likewise
  kConcurrency,   // at the send: 1, 2, 3 to 4, 5 to 8 ...
  kBlock,         // blocks of an interleaved run
  kTurn,          // place in the session, from the first on; empty where there are no sessions
  kSession,       // likewise; highest median TTFT first
};

/// Groups without requests are left out. O(n log n).
std::vector<Group> group_by(const Slice& slice, GroupBy by);
/// By the stage of the load in which a request was planned, in their order. Stages count from the
/// target's first planned instant, so an open loop's bounds are off by at most its first gap.
/// Empty where the rows tell no planned instants.
std::vector<Group> group_by_stage(const Slice& slice, std::span<const LoadStage> stages);
/// The same groups without their latencies, which take most of the time.
std::vector<GroupCount> count_by(const Slice& slice, GroupBy by);
/// All requests as one group, under this label.
Group whole_group(const Slice& slice, std::string label);

/// Ranges of a quantity: low and high, both included, rising, without overlap.
struct Range {
  double low = 0;
  double high = 0;
  std::string label() const;  // "5 to 8"; "5" where both are the same
};
/// 1, 2, 3 to 4, 5 to 8 ... up to the largest of `values`; those not there (kNoValue) are passed.
std::vector<Range> doubling_ranges(std::span<const double> values);
/// At most `most` ranges of whole numbers with about as many values each.
std::vector<Range> even_ranges(std::span<const double> values, std::size_t most);
/// The range of each value; ranges.size() where it lies in none.
std::vector<std::uint32_t> place_in(std::span<const Range> ranges, std::span<const double> values);

}  // namespace tt::analysis
