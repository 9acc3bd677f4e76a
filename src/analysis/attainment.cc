#include "analysis/attainment.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <fmt/format.h>

#include "analysis/compare.h"
#include "stats/autocorrelation.h"
#include "stats/proportion.h"
#include "stats/quantile.h"
#include "stats/ratio.h"

namespace tt::analysis {
namespace {

using record::Row;

bool meets(const Metric& m, double value, double limit) {
  return m.better == Better::kLower ? value <= limit : value >= limit;
}

// How much of the limit is left, over the limit: above 0 where it is met.
double margin_of(const Metric& m, double value, double limit) {
  const double left = m.better == Better::kLower ? limit - value : value - limit;
  return left / limit;
}

// How many independent values each series of 0 and 1 is worth, in all. A series that never changes
// says nothing of its dependence and counts in full.
double effective_size(const stats::Blocks& indicators) {
  double size = 0;
  for (const auto& series : indicators) {
    size += stats::effective_sample_size(series).value_or(static_cast<double>(series.size()));
  }
  return size;
}

template <class Test>
stats::Blocks indicators(const stats::Blocks& blocks, Test test) {
  stats::Blocks out;
  for (const auto& block : blocks) {
    auto& series = out.emplace_back();
    for (const double x : block) series.push_back(test(x) ? 1 : 0);
  }
  return out;
}

// --- A quantile, by order statistics -----------------------------------------------------------

// A sample with the size that it is worth.
struct Worth {
  double n;
  double effective;
  double of(std::size_t count) const { return static_cast<double>(count) * effective / n; }
};

// That the quantile at p is at most a value that `count` samples do not exceed: one less the
// chance that so many of the (effective) sample lay there if the quantile were above. Clopper and
// Pearson (1934).
double confidence_below(const Worth& worth, double p, std::size_t count) {
  if (count == 0) return 0;
  const double hits = worth.of(count);
  return boost::math::ibeta(worth.effective - hits + 1, hits, 1 - p);
}

// That the quantile at p is at least a value below which `count` samples lie.
double confidence_above(const Worth& worth, double p, std::size_t count) {
  const double hits = worth.of(count);
  if (hits >= worth.effective) return 0;
  return boost::math::ibeta(hits + 1, worth.effective - hits, p);
}

// Hahn and Meeker (1991), 5.2: the two order statistics that the quantile is between.
std::optional<stats::Interval> order_interval(const stats::Sorted& sorted, const Worth& worth,
                                              double p) {
  constexpr double kEach = 0.5 + stats::kConfidence / 2;
  const std::size_t n = sorted.size();
  // Ranks from 1: confidence_below rises with the rank, confidence_above falls.
  std::size_t high = n + 1;
  for (std::size_t low = 0; low + 1 < high;) {
    const std::size_t middle = (low + high) / 2;
    (confidence_below(worth, p, middle) >= kEach ? high : low) = middle;
  }
  std::size_t low = 0;
  for (std::size_t past = n + 1; low + 1 < past;) {
    const std::size_t middle = (low + past) / 2;
    (confidence_above(worth, p, middle - 1) >= kEach ? low : past) = middle;
  }
  if (low == 0 || high > n) return std::nullopt;
  const double coverage =
      confidence_below(worth, p, high) + confidence_above(worth, p, low - 1) - 1;
  return stats::Interval{sorted[low - 1], sorted[high - 1], coverage};
}

void judge_requests(SloResult& result, const stats::Blocks& blocks) {
  const double p = result.slo.figure.quantile;
  const double limit = result.slo.limit;
  const stats::Sorted sorted(pooled(blocks));
  result.value = stats::quantile(sorted, p);
  if (!result.value) return;
  result.met = *result.value <= limit;
  // What makes a quantile vary is which requests lie below it.
  const double middle = *result.value;
  const Worth worth{static_cast<double>(sorted.size()),
                    effective_size(indicators(blocks, [&](double x) { return x <= middle; }))};
  result.method = SloMethod::kOrderStatistics;
  result.effective = worth.effective;
  result.interval = order_interval(sorted, worth, p);
  const auto values = sorted.values();
  const auto within =
      static_cast<std::size_t>(std::ranges::upper_bound(values, limit) - values.begin());
  result.confidence =
      result.met ? confidence_below(worth, p, within) : confidence_above(worth, p, within);
}

// --- A figure, by how it scatters over sections ------------------------------------------------

void judge_sections(SloResult& result, std::span<const double> sections) {
  const Metric& m = metric(result.slo.figure.metric);
  if (!result.value) return;
  result.met = meets(m, *result.value, result.slo.limit);
  result.interval = stats::sectioned_interval(*result.value, sections);
  if (!result.interval || result.slo.limit <= 0) return;
  result.method = SloMethod::kSections;
  // The one-sided interval that ends at the limit: Student, on the log scale.
  const boost::math::students_t student(static_cast<double>(sections.size() - 1));
  const double half = std::log(result.interval->high / *result.value);
  const double distance = std::fabs(std::log(result.slo.limit / *result.value));
  if (half <= 0) {
    result.confidence = distance > 0 ? 1 : 0.5;
    return;
  }
  const double error = half / quantile(student, 0.5 + stats::kConfidence / 2);
  result.confidence = cdf(student, distance / error);
}

// --- A share, by Wilson's score ----------------------------------------------------------------

stats::Blocks flags_of(const TargetRows& rows, bool (*good)(const Row&, std::span<const Slo>),
                       std::span<const Slo> slos) {
  stats::Blocks flags;
  for (const auto& block : rows.blocks) {
    auto& series = flags.emplace_back();
    for (const Row* row : block) {
      if (ended_by_client(row->status)) continue;
      series.push_back(good(*row, slos) ? 1 : 0);
    }
  }
  return flags;
}

std::uint64_t count_of(const stats::Blocks& flags) {
  std::uint64_t count = 0;
  for (const auto& series : flags) {
    count += static_cast<std::uint64_t>(std::ranges::count(series, 1.0));
  }
  return count;
}

// In the share being on its side of the limit: the score test's. Nothing proves that a share is 1.
std::optional<double> share_confidence(double share, double n, double limit, bool met) {
  if (limit >= 1) return met ? std::nullopt : std::optional<double>(1);
  const double z = (share - limit) / std::sqrt(limit * (1 - limit) / n);
  return cdf(boost::math::normal(), std::fabs(z));
}

Attainment attain(const stats::Blocks& flags, std::optional<double> limit) {
  Attainment all;
  for (const auto& series : flags) all.answered += series.size();
  all.good = count_of(flags);
  all.limit = limit;
  all.met = !limit;
  if (all.answered == 0) return all;
  all.effective = effective_size(flags);
  all.share = static_cast<double>(all.good) / static_cast<double>(all.answered);
  all.interval = stats::wilson_interval_of_share(*all.share, all.effective);
  if (!limit) return all;
  all.met = *all.share >= *limit;
  all.confidence = share_confidence(*all.share, all.effective, *limit, all.met);
  return all;
}

void judge_success(SloResult& result, const TargetRows& rows) {
  const Attainment all =
      attain(flags_of(rows, [](const Row& row, std::span<const Slo>) { return row.ok(); }, {}),
             result.slo.limit);
  result.value = all.share;
  result.interval = all.interval;
  result.effective = all.effective;
  result.confidence = all.confidence;
  result.met = all.share && all.met;
  if (all.share) result.method = SloMethod::kScore;
}

}  // namespace

std::string_view slo_method_name(SloMethod method) {
  switch (method) {
    case SloMethod::kNone:
      return "none";
    case SloMethod::kOrderStatistics:
      return "order_statistics";
    case SloMethod::kSections:
      return "sections";
    case SloMethod::kScore:
      return "score";
  }
  return "";
}

SloResult judge(const Slo& slo, const TargetRows& rows, std::span<const Slo> all) {
  SloResult result{.slo = slo, .value = {}, .interval = {}};
  const Metric& m = metric(slo.figure.metric);
  if (m.id == MetricId::kSuccessRate) {
    judge_success(result, rows);
  } else if (m.grain == Grain::kRequest) {
    judge_requests(result, samples(rows, m.id));
  } else {
    const Estimate e = estimate(rows, slo.figure, all, 0);
    result.value = e.value;
    judge_sections(result, e.sections);
  }
  if (!result.value) return result;
  if (slo.limit > 0) result.margin = margin_of(m, *result.value, slo.limit);
  result.certain = result.interval && meets(m, result.interval->low, slo.limit) ==
                                          meets(m, result.interval->high, slo.limit);
  return result;
}

Attainment attainment(const TargetRows& rows, std::span<const Slo> slos,
                      std::optional<double> limit) {
  return attain(flags_of(rows, meets_all, slos), limit);
}

std::optional<ErrorBudget> error_budget(const Slo& slo, const TargetRows& rows) {
  ErrorBudget budget{.slo = slo};
  const Metric& m = metric(slo.figure.metric);
  if (m.id == MetricId::kSuccessRate) {
    budget.allowed = 1 - slo.limit;
    const Attainment all =
        attain(flags_of(rows, [](const Row& row, std::span<const Slo>) { return row.ok(); }, {}),
               slo.limit);
    budget.requests = all.answered;
    budget.spent = all.answered - all.good;
  } else if (m.grain == Grain::kRequest) {
    budget.allowed = 1 - slo.figure.quantile;
    for (const auto& block : samples(rows, m.id)) {
      for (const double value : block) {
        ++budget.requests;
        if (!meets(m, value, slo.limit)) ++budget.spent;
      }
    }
  }
  if (budget.requests == 0 || !(budget.allowed > 1e-9)) return std::nullopt;
  return budget;
}

bool passes(const SloResult& result, const SloDemand& demand) {
  return result.met && (!demand.confidence || result.confidence.value_or(0) >= *demand.confidence);
}

bool passes(const Attainment& all, const SloDemand& demand) {
  return !all.limit ||
         (all.met && (!demand.confidence || all.confidence.value_or(0) >= *demand.confidence));
}

SloReport judge_run(const RunInput& run, std::span<const Row> rows, SloDemand demand) {
  SloReport report{.run_id = run.run_id, .demand = std::move(demand), .targets = {}};
  const SloDemand& asked = report.demand;
  const auto grouped = group_rows(rows, run.targets.size(), run.load, run.load_varies);
  for (std::size_t t = 0; t < run.targets.size(); ++t) {
    TargetAttainment target{.target = run.targets[t].name, .slos = {}, .all = {}, .budgets = {}};
    for (const Slo& slo : asked.slos) {
      target.slos.push_back(judge(slo, grouped[t], asked.slos));
      target.passed &= passes(target.slos.back(), asked);
      if (auto budget = error_budget(slo, grouped[t])) target.budgets.push_back(std::move(*budget));
    }
    target.all = attainment(grouped[t], asked.slos, asked.attainment);
    target.passed &= passes(target.all, asked);
    report.passed &= target.passed;
    report.targets.push_back(std::move(target));
  }
  return report;
}

std::string confidence_text(double confidence) {
  if (confidence > 0.999) return "over 99.9%";
  const double scale = confidence >= 0.99 ? 10 : 1;
  return fmt::format("{:g}%", std::floor(confidence * 100 * scale) / scale);
}

}  // namespace tt::analysis
