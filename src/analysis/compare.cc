#include "analysis/compare.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/volume.h"
#include "base/text.h"
#include "stats/proportion.h"
#include "stats/select.h"

namespace tt::analysis {
namespace {

double quantile_of(std::vector<double> values, double p) {
  return *stats::quantile_in_place(values, p);
}

// `values` cut into kStretches parts of equal length.
stats::Blocks stretches(const std::vector<double>& values) {
  stats::Blocks parts(kStretches);
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts[i * kStretches / values.size()].push_back(values[i]);
  }
  return parts;
}

std::vector<double> by_block(const stats::Blocks& blocks, double p) {
  std::vector<double> sections;
  for (const auto& block : blocks) {
    if (!block.empty()) sections.push_back(quantile_of(block, p));
  }
  return sections;
}

void estimate_success(Estimate& e, const TargetRows& rows) {
  for (const auto& block : rows.blocks) {
    for (const record::Row* row : block) {
      e.n += ended_by_client(row->status) ? 0 : 1;
      e.hits += row->ok() ? 1 : 0;
    }
  }
  if (e.n > 0) e.value = static_cast<double>(e.hits) / static_cast<double>(e.n);
}

void estimate_rate(Estimate& e, const TargetRows& rows, std::span<const Slo> slos) {
  const MetricId rate = e.figure.metric;
  const Volume all = volume(rows, slos);
  e.n = all.requests;
  e.value = all.per_second(rate);
  e.sections_are_blocks = rows.blocks.size() >= stats::kMinSections;
  for (std::size_t block = 0; block < rows.blocks.size(); ++block) {
    if (e.sections_are_blocks) {
      e.sections.push_back(volume(rows, block, slos).per_second(rate).value_or(0));
    } else if (rate != MetricId::kWholeOutputRate) {  // which has no stretches that are alike
      const auto cut = rate_sections(rows, block, rate, kStretches / rows.blocks.size(), slos);
      e.sections.insert(e.sections.end(), cut.begin(), cut.end());
    }
  }
}

void estimate_samples(Estimate& e, const TargetRows& rows, std::uint64_t seed, IntervalBy by) {
  const Metric& m = metric(e.figure.metric);
  const double p = e.figure.quantile;
  const stats::Blocks blocks = samples(rows, m.id);
  const std::vector<double> all = pooled(blocks);
  stats::Sorted sorted(all);
  e.n = sorted.size();
  e.value = stats::quantile(sorted, p);
  e.sections_are_blocks = blocks.size() >= stats::kMinSections;
  if (m.grain == Grain::kGap) {
    e.sections = gap_sections(blocks, {{p}}).front();
    return;
  }
  if (by == IntervalBy::kAuto && e.sections_are_blocks) {
    e.sections = by_block(blocks, p);
  } else if (by == IntervalBy::kAuto && all.size() >= kStretches * stats::samples_needed(p)) {
    e.sections = by_block(stretches(all), p);
  }
  if (e.sections.size() < stats::kMinSections) {
    e.sections.clear();
    e.bootstrap = stats::bootstrap_quantile(blocks, p, {.seed = seed});
  }
  e.pooled = std::move(sorted);
}

struct Ruling {
  Verdict verdict = Verdict::kCannotTell;
  std::string why;
};

// `value` with its interval against `none`, the value of no difference, and the band around it
// within which differences do not matter.
Ruling rule(double value, const stats::Interval& interval, double none, double band_low,
            double band_high, Better better, std::string_view band) {
  if (band_low <= interval.low && interval.high <= band_high) return {Verdict::kSame, {}};
  if (interval.contains(none)) return {Verdict::kCannotTell, "the interval allows both directions"};
  if (band_low < value && value < band_high) {
    return {Verdict::kCannotTell,
            fmt::format("the difference may be too small to matter ({})", band)};
  }
  const bool less = value < none;
  return {less == (better == Better::kLower) ? Verdict::kBetter : Verdict::kWorse, {}};
}

void compare_shares(Comparison& c, const Estimate& a, const Estimate& b) {
  c.interval = stats::share_difference_interval(a.hits, a.n, b.hits, b.n);
  c.p_value = stats::share_difference_p(a.hits, a.n, b.hits, b.n);
  c.method = Method::kShares;
  auto [verdict, why] = rule(*c.difference, *c.interval, 0, -kSmallestShareEffect,
                             kSmallestShareEffect, Better::kHigher, "1 point");
  c.verdict = verdict;
  c.why = std::move(why);
}

// What is missing for an interval of this quantile; empty where nothing is.
std::string too_few(const Estimate& a, const Estimate& b) {
  if (metric(a.figure.metric).grain == Grain::kFigure) return {};
  const std::size_t needed = stats::samples_needed(a.figure.quantile);
  const std::uint64_t fewest = std::min(a.n, b.n);
  if (fewest >= needed) return {};
  return fmt::format("{} needs {} requests a target and has {}", quantile_name(a.figure.quantile),
                     format_count(needed), format_count(fewest));
}

void compare_ratios(Comparison& c, const Estimate& a, const Estimate& b, stats::Sections sections,
                    double smallest) {
  c.why = too_few(a, b);
  if (!c.why.empty()) return;
  std::optional<stats::Ratio> ratio;
  if (a.bootstrap && b.bootstrap) {
    ratio = stats::bootstrap_ratio(*a.bootstrap, *b.bootstrap);
    c.method = Method::kBootstrap;
    c.block_length = std::max(a.bootstrap->block_length, b.bootstrap->block_length);
  } else {
    const bool paired = sections == stats::Sections::kPaired && a.sections_are_blocks &&
                        b.sections_are_blocks && a.sections.size() == b.sections.size();
    ratio = stats::sectioned_ratio(*a.value, a.sections, *b.value, b.sections,
                                   paired ? stats::Sections::kPaired : stats::Sections::kUnpaired);
    c.method = Method::kSections;
  }
  if (!ratio) {
    c.method = Method::kNone;
    c.why = "too little was measured for an interval";
    return;
  }
  c.interval = ratio->interval;
  c.p_value = ratio->p_value;
  // Ratios below this are as small an advantage as ratios above its inverse.
  const double same = 1 + smallest;
  auto [verdict, why] = rule(ratio->value, ratio->interval, 1, 1 / same, same,
                             metric(a.figure.metric).better, fmt::format("{:g}%", smallest * 100));
  c.verdict = verdict;
  c.why = std::move(why);
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kSame:
      return "same";
    case Verdict::kCannotTell:
      return "cannot_tell";
  }
  return "";
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::kNone:
      return "none";
    case Method::kSections:
      return "sections";
    case Method::kBootstrap:
      return "block_bootstrap";
    case Method::kShares:
      return "newcombe";
  }
  return "";
}

QuantileSections gap_sections(const stats::Blocks& gaps, std::span<const double> quantiles) {
  const bool by_blocks = gaps.size() >= stats::kMinSections;
  const stats::Blocks cut = by_blocks ? stats::Blocks() : stretches(pooled(gaps));
  const stats::Blocks& sections = by_blocks ? gaps : cut;
  std::vector<double> reached;
  std::vector<std::size_t> places;
  for (std::size_t q = 0; q < quantiles.size(); ++q) {
    const auto reaches = [&](const std::vector<double>& section) {
      return static_cast<double>(section.size()) * (1 - quantiles[q]) >= 1 - 1e-9;
    };
    if (!std::ranges::all_of(sections, reaches)) continue;
    reached.push_back(quantiles[q]);
    places.push_back(q);
  }
  QuantileSections found(quantiles.size());
  for (const auto& section : sections) {
    const auto values = stats::select_quantiles(section, reached);
    for (std::size_t i = 0; i < values.size(); ++i) found[places[i]].push_back(values[i]);
  }
  return found;
}

Estimate estimate(const TargetRows& rows, const Figure& figure, std::span<const Slo> slos,
                  std::uint64_t seed, IntervalBy by) {
  Estimate e;
  e.figure = figure;
  e.blocks = rows.blocks.size();
  if (figure.metric == MetricId::kSuccessRate) {
    estimate_success(e, rows);
  } else if (metric(figure.metric).grain == Grain::kFigure) {
    estimate_rate(e, rows, slos);
  } else {
    estimate_samples(e, rows, seed, by);
  }
  return e;
}

Comparison compare(const Estimate& a, const Estimate& b, stats::Sections sections,
                   double smallest) {
  Comparison c;
  c.figure = a.figure;
  c.a = a.value;
  c.b = b.value;
  c.a_n = a.n;
  c.b_n = b.n;
  c.a_blocks = a.blocks;
  c.b_blocks = b.blocks;
  if (!a.value || !b.value) {
    c.why = "a side has no values";
    return c;
  }
  c.difference = *a.value - *b.value;
  if (a.figure.metric == MetricId::kSuccessRate) {
    compare_shares(c, a, b);
    return c;
  }
  if (*b.value > 0) c.ratio = *a.value / *b.value;
  c.by_rank = stats::mann_whitney(a.pooled, b.pooled);
  compare_ratios(c, a, b, sections, smallest);
  return c;
}

Comparison mirror(const Comparison& comparison) {
  Comparison c = comparison;
  std::swap(c.a, c.b);
  std::swap(c.a_n, c.b_n);
  std::swap(c.a_blocks, c.b_blocks);
  if (c.difference) c.difference = -*c.difference;
  c.ratio.reset();
  if (c.a && c.b && *c.b > 0 && comparison.method != Method::kShares) c.ratio = *c.a / *c.b;
  if (c.interval) {
    const auto [low, high, confidence] = *c.interval;
    c.interval = c.method == Method::kShares ? stats::Interval{-high, -low, confidence}
                                             : stats::Interval{1 / high, 1 / low, confidence};
  }
  if (c.by_rank) {
    c.by_rank->u = static_cast<double>(c.a_n) * static_cast<double>(c.b_n) - c.by_rank->u;
    c.by_rank->cliffs_delta = -c.by_rank->cliffs_delta;
  }
  if (c.verdict == Verdict::kBetter) {
    c.verdict = Verdict::kWorse;
  } else if (c.verdict == Verdict::kWorse) {
    c.verdict = Verdict::kBetter;
  }
  return c;
}

std::vector<Figure> compared_figures(LoadKind load, bool with_goodput) {
  std::vector<Figure> figures;
  const auto add = [&](MetricId id, std::initializer_list<double> quantiles) {
    for (const double p : quantiles) figures.push_back({id, p});
  };
  add(MetricId::kTtft, {0.5, 0.99});
  if (load == LoadKind::kOpen) add(MetricId::kTtftPlan, {0.5, 0.99});
  add(MetricId::kTpot, {0.5, 0.99});
  add(MetricId::kItl, {0.5, 0.99});
  add(MetricId::kE2e, {0.5, 0.99});
  if (load == LoadKind::kOpen) add(MetricId::kE2ePlan, {0.5, 0.99});
  for (const MetricId id :
       {MetricId::kOutputRate, MetricId::kRequestRate, MetricId::kSuccessRate}) {
    figures.push_back({.metric = id});
  }
  if (with_goodput) figures.push_back({.metric = MetricId::kGoodput});
  return figures;
}

Figure primary_figure(LoadKind load) {
  return load == LoadKind::kClosed ? Figure{.metric = MetricId::kOutputRate}
                                   : Figure{.metric = MetricId::kE2ePlan, .quantile = 0.5};
}

namespace {

// One number of decimals for a ratio and its interval, so that an interval around 1 does not look
// lopsided: thousandths near 1 and below, three digits elsewhere.
int ratio_decimals(double ratio) {
  if (ratio >= 99.95) return 0;
  if (ratio >= 9.995) return 1;
  if (ratio >= 1.1) return 2;
  if (ratio >= 0.1 || ratio <= 0) return 3;
  return std::min(2 - static_cast<int>(std::floor(std::log10(ratio))), 9);
}

}  // namespace

std::string effect_text(const Comparison& c) {
  if (!c.difference) return "";
  const Metric& m = metric(c.figure.metric);
  if (c.method == Method::kShares) {
    return fmt::format("{:+.2f} points (95% {:+.2f} to {:+.2f})", *c.difference * 100,
                       c.interval->low * 100, c.interval->high * 100);
  }
  if (!c.ratio) return fmt::format("{} against {}", format_value(m, *c.a), format_value(m, *c.b));
  const int decimals = ratio_decimals(*c.ratio);
  if (!c.interval) return fmt::format("{:.{}f}x", *c.ratio, decimals);
  return fmt::format("{:.{}f}x (95% {:.{}f} to {:.{}f})", *c.ratio, decimals, c.interval->low,
                     decimals, c.interval->high, decimals);
}

std::string headline(const Comparison& primary, const Comparison& success, std::string_view a,
                     std::string_view b) {
  const bool decided = primary.verdict == Verdict::kBetter || primary.verdict == Verdict::kWorse;
  const bool a_fails_less = success.verdict == Verdict::kBetter;
  if (!a_fails_less && success.verdict != Verdict::kWorse) return sentence(primary, a, b);
  if (!decided) {
    return fmt::format("{}; {}", sentence(success, a, b), undecided_text(primary));
  }
  if (primary.verdict == success.verdict) return sentence(primary, a, b);
  return fmt::format("no clear answer: {}, but {} fails more requests", sentence(primary, a, b),
                     a_fails_less ? b : a);
}

std::string undecided_text(const Comparison& c) {
  return fmt::format("{} {}", figure_title(c.figure),
                     c.verdict == Verdict::kSame ? fmt::format("is the same, {}", effect_text(c))
                                                 : fmt::format("cannot tell: {}", c.why));
}

std::string sentence(const Comparison& c, std::string_view a, std::string_view b) {
  const std::string what = figure_title(c.figure);
  const std::string effect = effect_text(c);
  switch (c.verdict) {
    case Verdict::kBetter:
    case Verdict::kWorse:
      return fmt::format("{} is {}: {} {}{}{}", a, verdict_name(c.verdict), what, effect,
                         c.method == Method::kShares ? " against " : " that of ", b);
    case Verdict::kSame:
      return fmt::format("{} and {} are the same: {} {}, within what matters", a, b, what, effect);
    case Verdict::kCannotTell:
      break;
  }
  return fmt::format("cannot tell {} and {} apart: {}{}{}; {}", a, b, what,
                     effect.empty() ? "" : " ", effect, c.why);
}

}  // namespace tt::analysis
