#include "analysis/sweep.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/samples.h"
#include "analysis/slice.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

// A target's part of a run.
struct Part {
  const SweepRun* run;
  std::size_t target;
};

// The rows of all repeats, as of one target whose blocks are those of every run.
TargetRows rows_of(std::span<const Part> repeats) {
  TargetRows all;
  for (const auto& [run, target] : repeats) {
    auto grouped = group_rows(run->rows, run->input->targets.size(), run->input->load);
    TargetRows& one = grouped[target];
    all.load = one.load;
    std::ranges::move(one.blocks, std::back_inserter(all.blocks));
    std::ranges::move(one.warming, std::back_inserter(all.warming));
    all.client_limited.insert(all.client_limited.end(), one.client_limited.begin(),
                              one.client_limited.end());
    all.dropped += one.dropped;
    all.warmup += one.warmup;
  }
  return all;
}

std::vector<double> sample_of(const TargetRows& rows) {
  const stats::Sorted all(pooled(samples(rows, MetricId::kTtft)));
  std::vector<double> sample;
  for (const std::size_t i : thin(all.size(), kMostOfSample)) sample.push_back(all.values()[i]);
  return sample;
}

CurvePoint point_of(double load, std::span<const Part> repeats) {
  const auto& [run, target] = repeats.front();
  const auto& slos = run->input->slos;
  CurvePoint point{.load = load, .runs = repeats.size()};
  const TargetRows rows = rows_of(repeats);
  point.summary = summarise_target(run->input->targets[target], rows, slos);
  point.ttft_sample = sample_of(rows);
  if (const auto* tpot = point.latency(MetricId::kTpot, 0.5); tpot != nullptr && tpot->value > 0) {
    point.per_user = 1000 / tpot->value;
  }
  if (!slos.empty()) point.attainment = attainment(rows, slos);
  if (!slos.empty()) point.slos_met = std::ranges::all_of(point.summary.slos, &SloResult::met);
  return point;
}

std::optional<double> total_of(const CurvePoint& point) {
  const RateFigure* rate = point.summary.rate(MetricId::kOutputRate);
  return rate == nullptr ? std::nullopt : rate->value;
}

bool beats(const CurvePoint& a, const CurvePoint& b) {
  const auto total_a = total_of(a);
  const auto total_b = total_of(b);
  if (!total_a || !total_b || !a.per_user || !b.per_user) return false;
  return *total_a >= *total_b && *a.per_user >= *b.per_user &&
         (*total_a > *total_b || *a.per_user > *b.per_user);
}

void mark_pareto(SweepReport& report) {
  for (LoadCurve& curve : report.curves) {
    for (CurvePoint& point : curve.points) {
      point.pareto = total_of(point) && point.per_user;
      for (const LoadCurve& other : report.curves) {
        for (const CurvePoint& rival : other.points) point.pareto &= !beats(rival, point);
      }
    }
  }
}

void saturate(LoadCurve& curve) {
  std::vector<Throughput> points;
  for (const CurvePoint& point : curve.points) {
    const RateFigure* rate = point.summary.rate(MetricId::kOutputRate);
    if (rate != nullptr && rate->value && *rate->value > 0) {
      points.push_back({point.load, *rate->value, rate->interval});
    }
  }
  if (points.size() < 3) {
    curve.why = "it takes three loads at which something was answered";
    return;
  }
  curve.saturation = find_saturation(points);
  if (!curve.saturation) curve.why = "throughput still grows with the load at the highest";
}

// Beyond the loads that were measured. A rate's throughput is the rate until it saturates: there is
// nothing to fit.
void go_on(LoadCurve& curve) {
  std::vector<ScalingPoint> points;
  for (const CurvePoint& point : curve.points) {
    const auto* rate = point.summary.rate(MetricId::kOutputRate);
    if (rate != nullptr && rate->value && *rate->value > 0)
      points.push_back({point.load, *rate->value});
  }
  curve.scaling = fit_scaling(points);
  if (curve.scaling) {
    curve.projection = project(points, kFarthestProjection * curve.scaling->largest_load);
  }
}

// The elasticity between two neighbouring points, with what the intervals of both leave open.
struct Slope {
  double load = 0;  // middle of the two, on the log scale
  double value = 0;
  double half = 0;  // infinite where an interval is not known
};

Slope slope_between(const Throughput& a, const Throughput& b) {
  const double step = std::log(b.load / a.load);
  const auto half = [](const Throughput& p) {
    if (!p.interval || p.interval->low <= 0) return HUGE_VAL;
    return std::log(p.interval->high / p.interval->low) / 2;
  };
  return {.load = std::sqrt(a.load * b.load),
          .value = std::log(b.value / a.value) / step,
          .half = std::hypot(half(a), half(b)) / step};
}

}  // namespace

const QuantileFigure* CurvePoint::latency(MetricId metric, double quantile) const {
  const Distribution* d = summary.distribution(metric);
  return d == nullptr ? nullptr : d->at(quantile);
}

std::optional<Saturation> find_saturation(std::span<const Throughput> points) {
  if (points.size() < 2) return std::nullopt;
  std::vector<Slope> slopes;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    slopes.push_back(slope_between(points[i], points[i + 1]));
  }
  // The last step that pays: a dip before it is noise, or it would not have paid again.
  std::size_t past = slopes.size();
  while (past > 0 && slopes[past - 1].value < kKneeElasticity) --past;
  if (past == slopes.size()) return std::nullopt;
  Saturation found;
  found.throughput = std::ranges::max(points, {}, &Throughput::value).value;
  if (past == 0) {  // not even the first step paid
    found.load = points[0].load;
  } else {
    const Slope& before = slopes[past - 1];
    const Slope& after = slopes[past];
    const double share = (before.value - kKneeElasticity) / (before.value - after.value);
    found.load = before.load * std::pow(after.load / before.load, share);
  }
  found.low = points.front().load;
  found.high = points.back().load;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const Slope& s = slopes[i];
    if (s.value - s.half > kKneeElasticity && i < past) found.low = s.load;
  }
  for (std::size_t i = slopes.size(); i-- > past;) {
    if (slopes[i].value + slopes[i].half < kKneeElasticity) found.high = slopes[i].load;
  }
  found.low = std::min(found.low, found.load);
  found.high = std::max(found.high, found.load);
  return found;
}

SweepBuilder::SweepBuilder(std::string over, std::span<const std::string> targets)
    : report_{.over = std::move(over), .curves = {}} {
  for (const std::string& target : targets) curve_of(target);
}

LoadCurve& SweepBuilder::curve_of(const std::string& target) {
  auto known = std::ranges::find(report_.curves, target, &LoadCurve::target);
  if (known == report_.curves.end()) {
    known = report_.curves.insert(report_.curves.end(), LoadCurve{.target = target});
  }
  return *known;
}

void SweepBuilder::add(double load, std::span<const SweepRun> runs) {
  std::map<std::string, std::vector<Part>> by_target;
  for (const SweepRun& run : runs) {
    for (std::size_t t = 0; t < run.input->targets.size(); ++t) {
      const std::string& target = run.input->targets[t].name;
      curve_of(target);  // in the order in which runs name them
      by_target[target].push_back({&run, t});
    }
  }
  for (const auto& [target, repeats] : by_target) {
    curve_of(target).points.push_back(point_of(load, repeats));
  }
}

SweepReport SweepBuilder::finish() && {
  std::erase_if(report_.curves, [](const LoadCurve& curve) { return curve.points.empty(); });
  for (LoadCurve& curve : report_.curves) {
    std::ranges::sort(curve.points, {}, &CurvePoint::load);
    saturate(curve);
    if (report_.over == "concurrency") go_on(curve);
  }
  mark_pareto(report_);
  return std::move(report_);
}

SweepReport sweep_report(std::string over, std::span<const SweepRun> runs) {
  std::map<double, std::vector<SweepRun>> by_load;
  for (const SweepRun& run : runs) by_load[run.load].push_back(run);
  SweepBuilder builder(std::move(over));
  for (const auto& [load, repeats] : by_load) builder.add(load, repeats);
  return std::move(builder).finish();
}

}  // namespace tt::analysis
