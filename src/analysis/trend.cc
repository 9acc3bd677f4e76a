#include "analysis/trend.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stats/adjust.h"

namespace tt::analysis {
namespace {

bool is_share(const Figure& figure) { return metric(figure.metric).unit == Unit::kShare; }

// The straight line through (x, y), and what is needed to say how sure it is.
struct Line {
  double intercept = 0;
  double slope = 0;
  double mean_x = 0;
  double sum_xx = 0;   // of squares about the mean
  double scatter = 0;  // standard deviation of the residuals
  double freedom = 0;
  double n = 0;

  double at(double x) const { return intercept + slope * x; }
  double slope_error() const { return scatter / std::sqrt(sum_xx); }
  double new_run_error(double x) const {
    return scatter * std::sqrt(1 + 1 / n + (x - mean_x) * (x - mean_x) / sum_xx);
  }
  double student() const {
    return boost::math::quantile(boost::math::students_t(freedom), 0.5 + stats::kConfidence / 2);
  }
};

std::optional<Line> fit(const std::vector<double>& x, const std::vector<double>& y) {
  Line line;
  line.n = static_cast<double>(x.size());
  line.freedom = line.n - 2;
  double mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    line.mean_x += x[i] / line.n;
    mean_y += y[i] / line.n;
  }
  double sum_xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    line.sum_xx += (x[i] - line.mean_x) * (x[i] - line.mean_x);
    sum_xy += (x[i] - line.mean_x) * (y[i] - mean_y);
  }
  if (!(line.sum_xx > 0)) return std::nullopt;
  line.slope = sum_xy / line.sum_xx;
  line.intercept = mean_y - line.slope * line.mean_x;
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double miss = y[i] - line.at(x[i]);
    squares += miss * miss;
  }
  line.scatter = std::sqrt(squares / line.freedom);
  return line;
}

// How likely Student's law makes a value so far from 0.
double two_sided(double distance, double error, double freedom) {
  // Not a scatter: what is left of the arithmetic.
  constexpr double kNothing = 1e-12;
  if (error < kNothing) return distance < kNothing ? 1 : 0;
  return 2 * cdf(complement(boost::math::students_t(freedom), distance / error));
}

// Between what a figure is and what a line is drawn through.
struct Scale {
  bool logs = true;
  double to(double value) const { return logs ? std::log(value) : value; }
  double from(double y) const { return logs ? std::exp(y) : y; }
  double change(double slope) const { return logs ? std::expm1(slope) : slope; }
};

struct Before {
  double mean = 0;
  double low = 0;
  double high = 0;
  double p_value = 1;  // of one more like them being as far off as the last
};

// Of the last value against the others.
Before before_last(std::span<const double> y) {
  const auto others = y.first(y.size() - 1);
  const auto n = static_cast<double>(others.size());
  Before before{.low = std::ranges::min(others), .high = std::ranges::max(others)};
  for (const double one : others) before.mean += one / n;
  double squares = 0;
  for (const double one : others) squares += (one - before.mean) * (one - before.mean);
  const double error = std::sqrt(squares / (n - 1) * (1 + 1 / n));
  before.p_value = two_sided(std::abs(y.back() - before.mean), error, n - 1);
  return before;
}

class Finder {
 public:
  Finder(std::span<const TrendRun> runs, double smallest)
      : runs_(runs.begin(), runs.end()), smallest_(smallest) {
    std::ranges::stable_sort(runs_, {}, &TrendRun::started);
  }

  TrendReport find() && {
    if (runs_.empty()) return {};
    report_.first = runs_.front().started;
    report_.last = runs_.back().started;
    for (const auto& run : runs_) report_.run_ids.push_back(run.input->run_id);
    warn();
    for (const auto& name : targets()) add_target(name);
    judge();
    return std::move(report_);
  }

 private:
  static const TargetSummary* target_of(const TrendRun& run, std::string_view name) {
    const auto& targets = run.summary->targets;
    const auto found = std::ranges::find_if(
        targets, [&](const TargetSummary& one) { return one.target.name == name; });
    return found == targets.end() ? nullptr : &*found;
  }

  std::vector<std::string> targets() const {
    std::vector<std::string> names;
    for (const auto& run : runs_) {
      for (const auto& target : run.summary->targets) {
        const auto& name = target.target.name;
        const auto in = std::ranges::count_if(
            runs_, [&](const TrendRun& other) { return target_of(other, name) != nullptr; });
        if (in > 1 && std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
    return names;
  }

  // What two runs must have in common for their figures to be of the same thing.
  void warn() {
    const auto several = [&](auto text_of) {
      return std::ranges::any_of(
          runs_, [&](const TrendRun& run) { return text_of(run) != text_of(runs_.front()); });
    };
    if (several([](const TrendRun& run) { return run.input->load_text; })) {
      report_.warnings.emplace_back(
          "The runs had different loads: a trend may be that of the load.");
    }
    if (several([](const TrendRun& run) { return run.input->workload_text; })) {
      report_.warnings.emplace_back(
          "The runs had different workloads: a trend may be that of the workload.");
    }
    std::vector<std::string> doubtful;
    for (const auto& run : runs_) {
      if (!run.summary->valid()) doubtful.push_back(run.input->run_id);
    }
    if (!doubtful.empty()) {
      report_.warnings.push_back(
          fmt::format("A check failed in {}: its figures are in the trend "
                      "all the same.",
                      fmt::join(doubtful, ", ")));
    }
  }

  void add_target(const std::string& name) {
    const auto& first = *runs_.front().input;
    const bool goodput = std::ranges::any_of(runs_, [&](const TrendRun& run) {
      const auto* target = target_of(run, name);
      return target != nullptr && target->rate(MetricId::kGoodput) != nullptr;
    });
    for (const auto& figure : compared_figures(first.load, goodput)) {
      TrendLine line{.target = name, .figure = figure, .why = {}, .slo = {}};
      for (const auto& run : runs_) {
        const auto* target = target_of(run, name);
        if (target == nullptr) continue;
        const Measured measured = measured_of(*target, figure);
        line.points.push_back({run.input->run_id, run.started, measured.value, measured.interval});
        for (const auto& slo : target->slos) {
          if (slo.slo.figure == figure) line.slo = slo.slo;
        }
      }
      const bool any = std::ranges::any_of(
          line.points, [](const TrendPoint& point) { return point.value.has_value(); });
      if (any) report_.lines.push_back(std::move(line));
    }
  }

  double x_of(Nanos instant) const {
    return static_cast<double>(instant - report_.first) /
           static_cast<double>(report_.last - report_.first);
  }

  std::optional<Line> fit_line(TrendLine& line, const Scale& scale) const {
    std::vector<double> x;
    std::vector<double> y;
    for (const auto& point : line.points) {
      if (!point.value || (scale.logs && *point.value <= 0)) continue;
      x.push_back(x_of(point.started));
      y.push_back(scale.to(*point.value));
    }
    if (x.size() < kFewestTrendRuns) {
      line.why = fmt::format("{} run{} with this figure; it takes {} or more", x.size(),
                             x.size() == 1 ? "" : "s", kFewestTrendRuns);
      return std::nullopt;
    }
    auto fitted = fit(x, y);
    if (!fitted) line.why = "all runs have one instant";
    return fitted;
  }

  void judge() {
    std::vector<double> p_values;
    std::vector<std::optional<Line>> fits;
    if (report_.last <= report_.first) {
      for (auto& line : report_.lines) line.why = "all runs have one instant";
      return;
    }
    for (auto& line : report_.lines) {
      const Scale scale{.logs = !is_share(line.figure)};
      fits.push_back(fit_line(line, scale));
      const auto& fitted = fits.back();
      p_values.push_back(
          fitted ? two_sided(std::abs(fitted->slope), fitted->slope_error(), fitted->freedom) : 1);
    }
    const auto adjusted = stats::holm_adjust(p_values);
    for (std::size_t i = 0; i < fits.size(); ++i) {
      report_.lines[i].p_value = adjusted[i];
      if (fits[i]) judge_line(report_.lines[i], *fits[i]);
    }
    judge_last();
  }

  // What a line is drawn through; nothing where the last run has no such value.
  std::vector<double> values_of(const TrendLine& line, const Scale& scale) const {
    std::vector<double> y;
    for (const auto& point : line.points) {
      if (point.value && (!scale.logs || *point.value > 0)) y.push_back(scale.to(*point.value));
    }
    const auto& last = line.points.back();
    const bool whole =
        last.started == report_.last && last.value && (!scale.logs || *last.value > 0);
    return whole && y.size() >= kFewestTrendRuns ? y : std::vector<double>{};
  }

  void judge_last() {
    std::vector<double> p_values;
    std::vector<std::optional<LastRunApart>> all;
    for (const auto& line : report_.lines) {
      const Scale scale{.logs = !is_share(line.figure)};
      const auto y = values_of(line, scale);
      all.emplace_back();
      p_values.push_back(1);
      if (y.empty()) continue;
      const Before before = before_last(y);
      all.back() =
          LastRunApart{.change = scale.change(y.back() - before.mean),
                       .before = {.low = scale.from(before.low), .high = scale.from(before.high)}};
      p_values.back() = before.p_value;
    }
    const auto adjusted = stats::holm_adjust(p_values);
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& line = report_.lines[i];
      const double matters = is_share(line.figure) ? kSmallestShareEffect : smallest_;
      const bool told =
          line.verdict == TrendVerdict::kBetter || line.verdict == TrendVerdict::kWorse;
      if (!all[i] || told || adjusted[i] >= 1 - stats::kConfidence ||
          std::abs(all[i]->change) < matters) {
        continue;
      }
      all[i]->p_value = adjusted[i];
      line.apart = all[i];
    }
  }

  void judge_line(TrendLine& line, const Line& fitted) const {
    const Scale scale{.logs = !is_share(line.figure)};
    const double half = fitted.student() * fitted.slope_error();
    line.change = scale.change(fitted.slope);
    line.change_interval = stats::Interval{.low = scale.change(fitted.slope - half),
                                           .high = scale.change(fitted.slope + half)};
    const double matters = scale.logs ? smallest_ : kSmallestShareEffect;
    const bool lower = metric(line.figure.metric).better == Better::kLower;
    if (line.p_value < 1 - stats::kConfidence && std::abs(*line.change) >= matters) {
      line.verdict = (*line.change < 0) == lower ? TrendVerdict::kBetter : TrendVerdict::kWorse;
    } else if (line.change_interval->low > -matters && line.change_interval->high < matters) {
      line.verdict = TrendVerdict::kSteady;
    } else {
      line.why = "the runs scatter too much about their line";
    }
    project(line, fitted, scale);
  }

  void project(TrendLine& line, const Line& fitted, const Scale& scale) const {
    const double span = static_cast<double>(report_.last - report_.first);
    const double x = 1 + kTrendHorizon;
    const double half = fitted.student() * fitted.new_run_error(x);
    TrendProjection projection{.at = report_.last + static_cast<Nanos>(span * kTrendHorizon),
                               .value = scale.from(fitted.at(x)),
                               .interval = {.low = scale.from(fitted.at(x) - half),
                                            .high = scale.from(fitted.at(x) + half)}};
    if (!scale.logs) {  // a share has ends
      projection.value = std::clamp(projection.value, 0.0, 1.0);
      projection.interval.low = std::clamp(projection.interval.low, 0.0, 1.0);
      projection.interval.high = std::clamp(projection.interval.high, 0.0, 1.0);
    }
    line.projection = projection;
    if (line.verdict != TrendVerdict::kWorse || !line.slo || line.slo->limit <= 0) return;
    const double crossing = (scale.to(line.slo->limit) - fitted.intercept) / fitted.slope;
    if (crossing > 1 && crossing <= x) {
      line.crosses = report_.first + static_cast<Nanos>(span * crossing);
    }
  }

  std::vector<TrendRun> runs_;
  double smallest_;
  TrendReport report_;
};

}  // namespace

std::string_view trend_verdict_name(TrendVerdict verdict) {
  switch (verdict) {
    case TrendVerdict::kBetter:
      return "better";
    case TrendVerdict::kWorse:
      return "worse";
    case TrendVerdict::kSteady:
      return "steady";
    case TrendVerdict::kCannotTell:
      return "cannot_tell";
  }
  return "";
}

TrendReport find_trends(std::span<const TrendRun> runs, double smallest) {
  return Finder(runs, smallest).find();
}

}  // namespace tt::analysis
