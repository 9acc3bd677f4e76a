// Two to five sides, each a target of some run, compared with one of them, the baseline, and among
// each other. docs/compare.md says what a user sees, docs/methods.md by which rules.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/answer.h"
#include "analysis/compare.h"
#include "analysis/input.h"
#include "analysis/pair_tests.h"
#include "analysis/ranking.h"
#include "analysis/validity.h"
#include "base/error.h"
#include "base/time.h"
#include "record/row.h"
#include "record/telemetry.h"

namespace tt::analysis {

struct RunSummary;

inline constexpr std::size_t kMostSides = 5;

/// A run whose targets take part. Points to what must outlive the contest's making.
struct Entry {
  const RunInput* run = nullptr;
  std::span<const record::Row> rows;
  const record::Telemetry* telemetry = nullptr;  // nullptr: none was recorded
  std::string schedule;  // its schedule's digest: runs with the same one played the same prompts
  std::string tool;      // that measured it; empty: this one
  /// How that tool computes each metric, by the metric's name; empty for our own runs.
  std::map<std::string, std::string> definitions;
  Nanos started = 0;  // wall clock; 0: not known
  Nanos ended = 0;
  const RunSummary* summary = nullptr;  // of these rows, where it is known already
};

/// A side: a target of an entry.
struct Seat {
  std::size_t entry = 0;
  std::size_t target = 0;
  bool operator==(const Seat&) const = default;
};

/// The sides that belong into one table, and what is left over.
struct Seating {
  std::vector<std::vector<Seat>> tables;
  std::vector<std::string> unmatched;  // targets that no table has
};

/// One run: its targets against each other. Several: where each has one target, those; where each
/// has several and some names are in all of them, a table for each such name; else all targets of
/// all runs. `only` keeps the targets of that name. An error where a table has fewer than two sides
/// or more than kMostSides.
Result<Seating> seat(std::span<const Entry> entries, std::string_view only = {});

/// What sides are called, distinct: by the target's name, else by the run's name or its id, else by
/// both.
std::vector<std::string> seat_labels(std::span<const Entry> entries, std::span<const Seat> seats);

struct ContestOptions {
  std::size_t baseline = 0;     // a side
  std::vector<Figure> figures;  // empty: compared_figures()
  double min_effect = kSmallestEffect;
  bool tests = false;
  Weights weights;
};

/// One figure over all sides.
struct ContestFigure {
  Figure figure;
  std::vector<std::optional<double>> values;  // by side; nullopt: none, or too few to show
  /// By side, said of it against the baseline; the baseline's own is left as it is made. Verdicts
  /// are adjusted for the number of sides.
  std::vector<Comparison> against;
  std::vector<double> adjusted_p;       // Holm's, by side; 1 where there is none
  Winner winner;                        // better than every other side
  std::string not_comparable;           // because ...; empty: it is
  std::vector<std::string> definition;  // of the tools, where they are not ours
};

struct Side {
  std::string label;  // distinct
  std::string run_id;
  std::string target;
  std::string engine;
  std::string model;
  std::string tool;  // empty: this one
};

/// A side that is worse than the baseline in a figure, with certainty that holds for all figures
/// and sides at once.
struct Regression {
  std::size_t side = 0;
  Figure figure;
  double p_value = 1;  // adjusted (Benjamini and Hochberg)
};

struct Contest {
  std::string scenario;  // the plan's name; of the first side where they differ
  std::vector<Side> sides;
  std::size_t baseline = 0;
  double min_effect = kSmallestEffect;
  std::vector<ContestFigure> figures;
  std::vector<Check> checks;
  bool comparable = true;
  std::string why_not;  // "not comparable: failed the check ..."
  Answer answer;
  std::vector<std::string> reasons;  // at most three, in plain English; empty without a winner
  std::vector<Regression> regressions;
  Scores scores;
  std::vector<PairTests> tests;  // of every other side against the baseline, where asked for
};

/// Pure. `seats` are two or more; the same input gives the same contest.
Contest hold_contest(std::span<const Entry> entries, std::span<const Seat> seats,
                     const ContestOptions& options);

/// "ttft_p99", "ttft_p99.9", "ttft" (its median), "output_tokens_per_s". An error that names the
/// metrics there are.
Result<Figure> parse_figure(std::string_view name);

}  // namespace tt::analysis
