// Several runs of one plan over time: which figures rise or fall from run to run, and where they
// would be if it goes on so. Pure; docs/methods.md gives the reasons.
//
// A figure's logarithm is fitted by a straight line over the time (least squares), so that a change
// is a share of the figure. Intervals are Student's, from how the runs scatter about their line:
// what differs from run to run, not only within one. With few runs they are wide, and that is so.
//
// The last run is also held against those before it: by Student's prediction interval of one new
// observation (Hahn and Meeker, Statistical Intervals, 1991), on the same scale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/compare.h"
#include "analysis/summary.h"
#include "base/time.h"
#include "stats/interval.h"

namespace tt::analysis {

/// Fewer runs have no trend that could be told from chance.
inline constexpr std::size_t kFewestTrendRuns = 4;
/// A projection goes so far beyond the last run, of the time that the runs span.
inline constexpr double kTrendHorizon = 0.5;

/// One run, in time. The summary must outlive the call.
struct TrendRun {
  const RunInput* input = nullptr;
  const RunSummary* summary = nullptr;
  Nanos started = 0;  // wall clock; above 0
};

struct TrendPoint {
  std::string run_id;
  Nanos started = 0;
  std::optional<double> value;
  std::optional<stats::Interval> interval;  // of the run by itself
};

enum class TrendVerdict : std::uint8_t {
  kBetter,      // it surely gets better, by enough to matter over the time looked at
  kWorse,       // likewise worse
  kSteady,      // whatever it does is surely too little to matter
  kCannotTell,  // too few runs, or too much scatter
};
std::string_view trend_verdict_name(TrendVerdict verdict);  // "better", ..., "cannot_tell"

/// What is expected of a new run at an instant.
struct TrendProjection {
  Nanos at = 0;  // wall clock
  double value = 0;
  stats::Interval interval;  // 95%, of one new run
};

/// The last run, where it surely is not like those before it: a jump, which no straight line tells.
struct LastRunApart {
  double change = 0;       // from the mean of those before: 0.1 is 10% more (shares: a difference)
  stats::Interval before;  // the lowest and the highest of those before
  double p_value = 1;      // adjusted over all lines (Holm)
};

/// One figure of one target over all runs.
struct TrendLine {
  std::string target;
  Figure figure;
  std::vector<TrendPoint> points;  // by time
  /// From the first run's instant to the last one's, along the line: 0.1 is 10% more.
  std::optional<double> change;
  std::optional<stats::Interval> change_interval;  // 95%
  double p_value = 1;                              // of no change, adjusted over all lines (Holm)
  TrendVerdict verdict = TrendVerdict::kCannotTell;
  std::string why;  // what keeps us from telling; empty otherwise
  std::optional<TrendProjection> projection;
  /// Where the change is also large enough to matter, and the trend is not certain itself.
  std::optional<LastRunApart> apart;
  /// Its objective, where it has one.
  std::optional<Slo> slo;
  /// When the line crosses the objective's limit, within the horizon, where the trend is certain.
  std::optional<Nanos> crosses;
};

struct TrendReport {
  std::vector<TrendLine> lines;      // target by target, figure by figure
  std::vector<std::string> run_ids;  // by time
  Nanos first = 0;                   // wall clock
  Nanos last = 0;
  std::vector<std::string> warnings;  // what makes runs unlike each other
};

/// The runs in any order. Targets are told apart by name; of those that are in fewer than two runs
/// nothing is said. `smallest`: the change that matters.
TrendReport find_trends(std::span<const TrendRun> runs, double smallest = kSmallestEffect);

}  // namespace tt::analysis
