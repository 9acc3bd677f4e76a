// Can the figures be trusted? Each check says what was seen, against which limit, and what to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/figures.h"
#include "analysis/input.h"
#include "analysis/samples.h"

namespace tt::analysis {

// The limits. docs/methods.md gives the reason for each.
inline constexpr std::uint64_t kEnoughRequests = 100;
inline constexpr double kEnoughSeconds = 60;
inline constexpr double kErrorShareWarn = 0.05;
inline constexpr double kErrorShareFail = 0.50;
inline constexpr double kClientCpuShare = 0.90;
inline constexpr double kLagOfTtft = 0.10;   // client delay p99 over TTFT p50
inline constexpr double kLagOfE2e = 0.10;    // closed loop: a place stands idle, over E2E p50
inline constexpr double kLagOfTpot = 0.50;   // read lag p99 over TPOT p50
inline constexpr double kLagFail = 1.00;     // the client's delay is as long as what it measures
inline constexpr double kLengthMiss = 0.10;  // mean output length away from what was asked
inline constexpr double kLengthUnequal = 0.05;
inline constexpr double kDrift = 0.20;
inline constexpr double kStampedShare = 0.99;
inline constexpr double kNeverFull = 0.20;        // of the time, in turns without a full load
inline constexpr double kIncredibleShare = 0.01;  // of the output tokens
/// Of the input tokens. A chat template that all prompts share stays below, but for short prompts.
inline constexpr double kKnownPromptsShare = 0.20;

enum class Level : std::uint8_t { kPass, kWarn, kFail };
std::string_view level_name(Level level);  // "pass", "warn", "fail"

struct Check {
  std::string id;     // "requests": stable, for JSON and tests
  std::string title;  // "Enough requests"
  Level level = Level::kPass;
  std::string text;                   // what was seen and what to do
  std::optional<std::size_t> target;  // none: the whole run
  std::optional<double> value;
  std::optional<double> limit;
};

struct ClientVerdict {
  bool ok = true;
  std::string text;  // "client ok", "client ok, though ...", "client was the bottleneck: ..."
};

/// The worst level of all; kPass where there are none.
Level worst(std::span<const Check> checks);

/// Every check of a run, passed ones included. `rows` and `targets` are parallel.
std::vector<Check> check_run(const RunInput& run, std::span<const TargetRows> rows,
                             std::span<const TargetSummary> targets);

/// Reads the verdict on the client off the checks "client_lag", "schedule_lag", "client_cpu" and
/// "client_limit". It was the bottleneck where a delay is as long as what it measures, its CPU was
/// spent, or it ran out of files, ports or memory.
ClientVerdict client_verdict(std::span<const Check> checks);

}  // namespace tt::analysis
