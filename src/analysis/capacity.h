// The search for the highest load that meets the objectives. Pure: it is asked for the next load
// and told what came of it, so that it runs against anything, real or simulated.
//
// First the load grows (or shrinks) by powers of two until one is met and one is missed. Then
// probabilistic bisection (Horstein 1963; Waeber, Frazier and Henderson 2013): all probes together
// make a density over where the capacity may lie, and the next one goes to its median. What a probe
// says is not just met or missed but how surely, as a standard score, which is taken to fall along
// a line in the log of the load (a probit model, as for thresholds of the senses: Watson and Pelli
// 1983, Kontsevich and Tyler 1999). It ends once the density is 99% sure of the answer within the
// tolerance.
// docs/capacity.md gives the reasons, docs/methods.md the formulas.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/figures.h"
#include "stats/interval.h"

namespace tt::analysis {

/// What one probe says of its load.
struct ProbeOutcome {
  /// Confidence that the load meets every objective, 0 to 1: 0.5 says nothing.
  double support = 0.5;
  /// So few requests could not have shown more: at least so sure, perhaps far more.
  bool at_least = false;
  std::string why;  // which objective decided, for people
};

/// Support of a load by its judged objectives: that of the one least sure to be met. 0.5 where
/// there is none; 0 where one has no value, since nothing succeeded.
ProbeOutcome outcome_of(std::span<const SloResult> slos);

enum class ProbeVerdict : std::uint8_t { kMet, kMissed, kCannotTell };
std::string_view probe_verdict_name(ProbeVerdict verdict);  // "met", "missed", "cannot_tell"

struct CapacityOptions {
  bool whole = false;       // loads are whole numbers (concurrency)
  double from = 1;          // the first load
  double at_most = 10'000;  // and the highest that is tried
  double tolerance = 0.03;  // the answer is to be that near to the capacity
  std::size_t probes = 40;  // at most
};

/// A load to try.
struct Ask {
  double load = 1;
  /// How many times as long as the first it should be tried: 1, 2, 4, 8.
  unsigned effort = 1;
};

struct Probe {
  Ask ask;
  ProbeOutcome outcome;
  ProbeVerdict verdict = ProbeVerdict::kCannotTell;
};

/// Two probes of which one must have erred, or the engine did not behave alike: the lower load
/// was missed and the higher one met, each with at least kSure.
struct Violation {
  std::size_t lower = 0;  // indices of probes
  std::size_t higher = 0;
};

enum class CapacityEnd : std::uint8_t {
  kSearching,    // more probes would help
  kTight,        // known within the tolerance
  kAllMet,       // even the highest load that may be tried
  kNoneMet,      // not even the lowest
  kProbesSpent,  // not within the tolerance after all probes that it may take
};
std::string_view capacity_end_name(CapacityEnd end);  // "tight", "all_met", ...

struct CapacityAnswer {
  CapacityEnd end = CapacityEnd::kSearching;
  /// The median of the density; for whole loads the highest that is more likely met than not.
  /// nullopt where no load was bracketed.
  std::optional<double> load;
  std::optional<stats::Interval> interval;  // credible
  double half_width = 0;                    // of the interval, over the capacity; 0 without one
  std::vector<Violation> violations;
};

class CapacitySearch {
 public:
  /// A verdict needs this confidence.
  static constexpr double kSure = 0.95;
  /// It ends once it is so sure that the capacity lies within the tolerance of its answer.
  static constexpr double kCertain = 0.99;
  static constexpr unsigned kMostEffort = 8;

  explicit CapacitySearch(const CapacityOptions& options);

  /// The next load; nullopt once the search has ended. The same until tell() is called.
  std::optional<Ask> next() const;
  /// What came of a load: that of next(), or another one.
  void tell(const Ask& ask, const ProbeOutcome& outcome);

  std::span<const Probe> probes() const { return probes_; }
  CapacityAnswer answer() const;
  /// How probable it is that the capacity is at least `load`, by all probes.
  double probability_met(double load) const;

 private:
  CapacityEnd end() const;
  double lowest() const;
  double fitting(double load) const;
  Ask bracketing() const;
  bool bracketed() const;
  bool widen();
  double log_width(std::size_t cell) const;
  double log_middle(std::size_t cell) const;
  void weigh();
  double quantile(double p) const;
  stats::Interval interval() const;
  double half_width() const;
  double certainty() const;

  CapacityOptions options_;
  std::vector<Probe> probes_;
  std::vector<double> edges_;    // of cells, rising: the capacity lies in [edges_[i], edges_[i+1])
  std::vector<double> weights_;  // of the cells, in sum 1
  std::vector<std::vector<double>> fit_;  // log likelihood by slope and cell
  double lowest_tried_ = 0;
  double highest_tried_ = 0;
};

}  // namespace tt::analysis
