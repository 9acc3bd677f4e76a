// The curve of an engine over its load: figures at each point, where it saturates, and which points
// no other beats. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/attainment.h"
#include "analysis/figures.h"
#include "analysis/input.h"
#include "analysis/scaling.h"
#include "record/row.h"
#include "stats/interval.h"

namespace tt::analysis {

/// One run of a sweep. Rows must outlive the call.
struct SweepRun {
  double load = 0;
  const RunInput* input = nullptr;
  std::span<const record::Row> rows;
};

/// One target at one load, over all repeats: rows of every run, blocks kept apart.
struct CurvePoint {
  double load = 0;
  std::size_t runs = 0;
  TargetSummary summary = {};
  /// Tokens a second that one user sees: 1000 / TPOT p50 in ms.
  std::optional<double> per_user = {};
  std::optional<bool> slos_met = {};  // nullopt without objectives
  /// Of every latency objective at once; nothing where there are none.
  Attainment attainment = {};
  /// TTFT in ms, by rising value: at most kMostOfSample of them, evenly by rank. For its shape.
  std::vector<double> ttft_sample = {};
  /// No point of any target has more of both total tokens/s and tokens/s per user.
  bool pareto = false;

  const QuantileFigure* latency(MetricId metric, double quantile) const;  // nullptr: none
};

inline constexpr std::size_t kMostOfSample = 1000;

/// Where more load stops paying. Between two points the throughput's elasticity is the growth of
/// output tokens/s over that of the load, both as logarithms: 1 where twice the load brings twice
/// the tokens, 0 where it brings none. The knee is where it falls through a half. In a closed loop
/// that is, by Little's law, the point of the greatest power, throughput over latency (Kleinrock
/// 1979): beyond it latency grows by more than throughput does.
struct Saturation {
  /// Where the elasticity, on straight lines between the middles of the points, crosses a half.
  double load = 0;
  /// From the middle of the last step that surely still pays to that of the first that surely does
  /// not, as far as the intervals of the throughput tell; the ends of the curve where none does.
  double low = 0;
  double high = 0;
  double throughput = 0;  // the highest of all points, output tokens/s
};

struct LoadCurve {
  std::string target;
  std::vector<CurvePoint> points;        // by rising load
  std::optional<Saturation> saturation;  // nullopt: the loads do not reach it
  std::string why;                       // why there is no saturation point
  /// Over concurrency, of 4 loads or more: the law that fits the points best; and, where they
  /// follow it (kMostScalingError), what it says of twice the largest load.
  std::optional<Scaling> scaling;
  std::optional<Projection> projection;
};

struct SweepReport {
  std::string over;  // "concurrency", "rate"
  std::vector<LoadCurve> curves;
};

inline constexpr double kKneeElasticity = 0.5;

/// Makes a report load by load, so that nobody need hold the rows of more than one load.
class SweepBuilder {
 public:
  /// `targets`: the order of the curves; others come after them.
  explicit SweepBuilder(std::string over, std::span<const std::string> targets = {});
  /// All runs at one load (or at loads that are to count as one), by which the point stands. Their
  /// targets are told apart by name. To be called once a load.
  void add(double load, std::span<const SweepRun> runs);
  SweepReport finish() &&;

 private:
  LoadCurve& curve_of(const std::string& target);
  SweepReport report_;
};

/// The same of runs that are all at hand.
SweepReport sweep_report(std::string over, std::span<const SweepRun> runs);

/// The knee of rising loads; `throughput` and `intervals` have one entry a load.
struct Throughput {
  double load = 0;
  double value = 0;
  std::optional<stats::Interval> interval;
};
std::optional<Saturation> find_saturation(std::span<const Throughput> points);

}  // namespace tt::analysis
