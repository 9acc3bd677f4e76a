#include "analysis/contest.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/contest_gate.h"
#include "analysis/reasons.h"
#include "base/text.h"
#include "stats/adjust.h"

namespace tt::analysis {
namespace {

constexpr double kErrorRate = 0.05;

// Everything that is known of the sides before they are compared.
struct Hall {
  std::vector<std::vector<TargetRows>> rows;  // by entry
  std::vector<Contender> sides;
  std::vector<Seat> seats;
};

Hall open_hall(std::span<const Entry> entries, std::span<const Seat> seats) {
  Hall hall;
  for (const Entry& entry : entries) {
    hall.rows.push_back(
        group_rows(entry.rows, entry.run->targets.size(), entry.run->load, entry.run->load_varies));
  }
  hall.seats.assign(seats.begin(), seats.end());
  const auto names = seat_labels(entries, seats);
  for (std::size_t i = 0; i < seats.size(); ++i) {
    const auto [entry, target] = seats[i];
    const TargetRows& rows = hall.rows[entry][target];
    hall.sides.push_back(
        {.entry = &entries[entry],
         .target = target,
         .label = names[i],
         .rows = &rows,
         .summary = summarise_target(entries[entry].run->targets[target], rows, {})});
  }
  return hall;
}

// The objectives of goodput: the baseline's, for all sides alike.
std::span<const Slo> objectives(const Hall& hall, const ContestOptions& options) {
  return hall.sides[options.baseline].entry->run->slos;
}

// Both sides of a comparison need the same way to an interval, and the bootstrap is open to all.
std::vector<Estimate> estimate_sides(const Hall& hall, const Figure& figure,
                                     std::span<const Slo> slos) {
  const auto all = [&](IntervalBy by) {
    std::vector<Estimate> estimates;
    for (std::size_t i = 0; i < hall.sides.size(); ++i) {
      estimates.push_back(estimate(*hall.sides[i].rows, figure, slos, i + 1, by));
    }
    return estimates;
  };
  auto estimates = all(IntervalBy::kAuto);
  const auto resampled =
      std::ranges::count_if(estimates, [](const Estimate& e) { return e.bootstrap.has_value(); });
  if (resampled > 0 && resampled < std::ssize(estimates)) estimates = all(IntervalBy::kBootstrap);
  // A quantile that not even one value lies above is the maximum, and no quantile.
  for (Estimate& e : estimates) {
    if (metric(figure.metric).grain == Grain::kFigure || e.n == 0) continue;
    if (static_cast<double>(e.n) * (1 - figure.quantile) < 1 - 1e-9) e.value.reset();
  }
  return estimates;
}

// What the pair lacks for an interval of this quantile; empty where nothing is.
std::string too_few(const Estimate& a, const Estimate& b) {
  const std::uint64_t fewest = std::min(a.n, b.n);
  if (metric(a.figure.metric).grain == Grain::kFigure || fewest == 0) return {};
  const std::size_t needed = stats::samples_needed(a.figure.quantile);
  if (fewest >= needed) return {};
  return fmt::format("{} needs {} requests a side and has {}", quantile_name(a.figure.quantile),
                     format_count(needed), format_count(fewest));
}

std::vector<PairComparison> empty_pairs(std::size_t sides) {
  std::vector<PairComparison> pairs;
  for (std::size_t a = 0; a < sides; ++a) {
    for (std::size_t b = a + 1; b < sides; ++b)
      pairs.push_back({.a = a, .b = b, .comparisons = {}});
  }
  return pairs;
}

Comparison compare_seats(const Hall& hall, const std::vector<Estimate>& estimates, std::size_t a,
                         std::size_t b, double smallest) {
  const bool one_run = hall.seats[a].entry == hall.seats[b].entry;
  return compare(estimates[a], estimates[b],
                 one_run ? stats::Sections::kPaired : stats::Sections::kUnpaired, smallest);
}

void withhold(Comparison& c, const std::string& why) {
  c.verdict = Verdict::kCannotTell;
  c.why = why;
}

// Verdicts against the baseline that do not hold for all sides at once are taken back.
void adjust(ContestFigure& figure, std::size_t baseline) {
  std::vector<double> p;
  std::vector<std::size_t> sides;
  figure.adjusted_p.assign(figure.against.size(), 1);
  for (std::size_t i = 0; i < figure.against.size(); ++i) {
    if (i == baseline || !figure.against[i].p_value) continue;
    p.push_back(*figure.against[i].p_value);
    sides.push_back(i);
  }
  const auto adjusted = stats::holm_adjust(p);
  for (std::size_t k = 0; k < sides.size(); ++k) {
    Comparison& c = figure.against[sides[k]];
    figure.adjusted_p[sides[k]] = adjusted[k];
    const bool decided = c.verdict == Verdict::kBetter || c.verdict == Verdict::kWorse;
    if (decided && adjusted[k] > kErrorRate) {
      withhold(c, fmt::format("not certain once adjusted for {} comparisons (Holm)", p.size()));
    }
  }
}

std::vector<std::string> definitions(const Hall& hall, MetricId id) {
  std::vector<std::string> texts;
  for (const Contender& side : hall.sides) {
    const std::string definition = foreign_definition(side, id);
    if (definition.empty()) continue;
    std::string text = fmt::format("{}: {}", side.entry->tool, definition);
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

ContestFigure compare_figure(const Hall& hall, const Figure& figure, const ContestOptions& options,
                             std::vector<PairComparison>& pairs) {
  ContestFigure result;
  result.figure = figure;
  const auto estimates = estimate_sides(hall, figure, objectives(hall, options));
  for (const Estimate& e : estimates) result.values.push_back(e.value);
  result.not_comparable = gate_figure(hall.sides, figure);
  result.definition = definitions(hall, figure.metric);
  const auto judge = [&](std::size_t a, std::size_t b) {
    Comparison c = compare_seats(hall, estimates, a, b, options.min_effect);
    if (!result.not_comparable.empty()) {
      withhold(c, "not comparable, because " + result.not_comparable);
    } else if (c.verdict == Verdict::kCannotTell) {
      if (auto few = too_few(estimates[a], estimates[b]); !few.empty()) c.why = std::move(few);
    }
    return c;
  };
  for (PairComparison& pair : pairs) pair.comparisons.push_back(judge(pair.a, pair.b));
  for (std::size_t i = 0; i < hall.sides.size(); ++i) {
    result.against.push_back(i == options.baseline ? Comparison{.figure = figure}
                                                   : judge(i, options.baseline));
  }
  return result;
}

LoadKind common_load(const Hall& hall) {
  const bool open = std::ranges::all_of(
      hall.sides, [](const Contender& side) { return side.entry->run->load == LoadKind::kOpen; });
  return open ? LoadKind::kOpen : LoadKind::kClosed;
}

// The primary figure where every side has it and it can be compared, else the next best: files of
// other tools may lack the instants that rates need.
Figure decisive(std::span<const ContestFigure> figures, LoadKind load) {
  for (const Figure& wanted : {primary_figure(load), Figure{MetricId::kE2e, 0.5},
                               Figure{MetricId::kTtft, 0.5}, Figure{MetricId::kTpot, 0.5}}) {
    const auto found = std::ranges::find(figures, wanted, &ContestFigure::figure);
    if (found == figures.end() || !found->not_comparable.empty()) continue;
    if (std::ranges::all_of(found->values, [](const auto& v) { return v.has_value(); })) {
      return wanted;
    }
  }
  return primary_figure(load);
}

// Which sides are worse than the baseline, holding for all figures and sides at once: Benjamini and
// Hochberg's adjustment keeps a gate from going off by mere number of figures, and as figures of
// one run rise and fall together it loses less to their number than Holm's.
std::vector<Regression> find_regressions(std::span<const ContestFigure> figures,
                                         std::span<const Figure> shown, std::size_t baseline) {
  std::vector<Regression> worse;
  std::vector<double> p;
  std::vector<std::size_t> place;
  for (const ContestFigure& f : figures) {
    if (std::ranges::find(shown, f.figure) == shown.end()) continue;
    for (std::size_t side = 0; side < f.against.size(); ++side) {
      if (side == baseline || !f.against[side].p_value || !f.not_comparable.empty()) continue;
      if (f.against[side].verdict == Verdict::kWorse) {
        worse.push_back({.side = side, .figure = f.figure});
        place.push_back(p.size());
      }
      p.push_back(*f.against[side].p_value);
    }
  }
  const auto adjusted = stats::benjamini_hochberg_adjust(p);
  for (std::size_t i = 0; i < worse.size(); ++i) worse[i].p_value = adjusted[place[i]];
  std::erase_if(worse, [](const Regression& r) { return r.p_value > kErrorRate; });
  return worse;
}

std::vector<Figure> all_figures(std::span<const Figure> shown, LoadKind load, bool goodput) {
  std::vector<Figure> figures = compared_figures(load, goodput);
  for (const Figure& figure : shown) {
    if (std::ranges::find(figures, figure) == figures.end()) figures.push_back(figure);
  }
  return figures;
}

void set_comparable(Contest& contest) {
  const auto failed = std::ranges::find(contest.checks, Level::kFail, &Check::level);
  if (failed == contest.checks.end()) return;
  contest.comparable = false;
  contest.why_not =
      fmt::format("not comparable: failed the check \"{}\" ({})", failed->title, failed->text);
  contest.answer.headline = contest.why_not;
  contest.answer.winner.reset();
  contest.answer.verdict = Verdict::kCannotTell;
  contest.answer.details.clear();
  contest.regressions.clear();
}

std::vector<PairTests> run_tests(const Hall& hall, std::size_t baseline) {
  std::vector<PairTests> tests;
  for (std::size_t i = 0; i < hall.sides.size(); ++i) {
    if (i == baseline) continue;
    const Contender& a = hall.sides[i];
    const Contender& b = hall.sides[baseline];
    const bool matched = a.entry == b.entry ||
                         (!a.entry->schedule.empty() && a.entry->schedule == b.entry->schedule);
    tests.push_back(test_pair(*a.rows, *b.rows, matched));
    tests.back().a = i;
    tests.back().b = baseline;
  }
  adjust_tests(tests);
  return tests;
}

// A run made of the sides, for what judges the targets of one.
RunInput as_run(const Hall& hall, LoadKind load) {
  RunInput run;
  run.load = load;
  for (const Contender& side : hall.sides) {
    TargetInput target = side.entry->run->targets[side.target];
    target.name = side.label;
    run.targets.push_back(std::move(target));
  }
  return run;
}

void describe_sides(Contest& contest, const Hall& hall) {
  for (const Contender& side : hall.sides) {
    const TargetInput& target = side.entry->run->targets[side.target];
    contest.sides.push_back({.label = side.label,
                             .run_id = side.entry->run->run_id,
                             .target = target.name,
                             .engine = target.engine,
                             .model = target.model,
                             .tool = side.entry->tool});
  }
}

}  // namespace

Contest hold_contest(std::span<const Entry> entries, std::span<const Seat> seats,
                     const ContestOptions& options) {
  const Hall hall = open_hall(entries, seats);
  Contest contest;
  contest.scenario = entries[seats.front().entry].run->scenario;
  contest.baseline = options.baseline;
  contest.min_effect = options.min_effect;
  describe_sides(contest, hall);
  contest.checks = gate_checks(entries, hall.sides);

  const LoadKind load = common_load(hall);
  const bool goodput = !objectives(hall, options).empty();
  const std::vector<Figure> shown =
      options.figures.empty() ? compared_figures(load, goodput) : options.figures;
  auto pairs = empty_pairs(hall.sides.size());
  for (const Figure& figure : all_figures(shown, load, goodput)) {
    contest.figures.push_back(compare_figure(hall, figure, options, pairs));
  }
  contest.regressions = find_regressions(contest.figures, shown, contest.baseline);
  const auto winners = find_winners(pairs, hall.sides.size());
  for (std::size_t i = 0; i < contest.figures.size(); ++i) {
    contest.figures[i].winner = winners[i];
    adjust(contest.figures[i], contest.baseline);
  }
  const RunInput run = as_run(hall, load);
  contest.answer = find_answer(run, pairs, winners, {}, decisive(contest.figures, load));
  if (contest.answer.winner) {
    contest.reasons = find_reasons(run, pairs, contest.answer);
  }
  set_comparable(contest);
  if (!contest.comparable) contest.reasons.clear();
  std::erase_if(contest.figures, [&](const ContestFigure& f) {
    return std::ranges::find(shown, f.figure) == shown.end();
  });
  std::vector<const TargetRows*> rows;
  for (const Contender& side : hall.sides) rows.push_back(side.rows);
  contest.scores = score_sides(rows, options.weights);
  if (options.tests) contest.tests = run_tests(hall, contest.baseline);
  return contest;
}

Result<Figure> parse_figure(std::string_view name) {
  const auto unknown = [&] {
    std::vector<std::string_view> names;
    for (const Metric& m : metrics()) names.push_back(m.name);
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no metric; there are {}, and a quantile of those that have a "
                            "value a request is written ttft_p99",
                            name, fmt::join(names, ", ")));
  };
  if (const Metric* m = find_metric(name)) return Figure{.metric = m->id, .quantile = 0.5};
  const std::size_t cut = name.rfind("_p");
  if (cut == std::string_view::npos) return unknown();
  const Metric* m = find_metric(name.substr(0, cut));
  const std::string_view digits = name.substr(cut + 2);
  double percent = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), percent);
  const bool read = error == std::errc() && end == digits.data() + digits.size();
  if (m == nullptr || m->grain == Grain::kFigure || !read || !(percent > 0) || percent >= 100) {
    return unknown();
  }
  // 99.9 / 100 is not 0.999.
  return Figure{.metric = m->id, .quantile = std::round(percent * 1e7) / 1e9};
}

}  // namespace tt::analysis
