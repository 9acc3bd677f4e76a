#include "report/sweep_json.h"

#include <array>
#include <sstream>

#include "report/csv.h"
#include "report/json.h"

namespace tt::report {
namespace {

using analysis::CurvePoint;
using analysis::MetricId;

constexpr std::array kLatencies = {MetricId::kTtft, MetricId::kTpot, MetricId::kE2e};
constexpr std::array kQuantiles = {0.5, 0.99};
constexpr std::array kRates = {MetricId::kOutputRate, MetricId::kRequestRate, MetricId::kGoodput,
                               MetricId::kSuccessRate};

Json group_value(const record::Group& group) { return Json::parse(record::format_group(group)); }

Json saturation_value(const analysis::LoadCurve& curve) {
  if (!curve.saturation) return {{"load", nullptr}, {"why", curve.why}};
  const auto& s = *curve.saturation;
  return {{"load", number(s.load)},
          {"interval", {number(s.low), number(s.high)}},
          {"highest_output_tokens_per_s", number(s.throughput)}};
}

Json scaling_value(const analysis::LoadCurve& curve) {
  if (!curve.scaling) return nullptr;
  const auto& s = *curve.scaling;
  Json json = {{"law", "gain N / (1 + contention (N - 1) + crosstalk N (N - 1))"},
               {"gain", number(s.gain)},
               {"contention", number(s.contention)},
               {"crosstalk", number(s.crosstalk)},
               {"relative_error", number(s.relative_error)},
               {"peak_load", number(s.peak_load)},
               {"most_output_tokens_per_s", number(s.most)},
               {"projection", nullptr}};
  if (curve.projection) {
    json["projection"] = {{"load", number(curve.projection->load)},
                          {"output_tokens_per_s", number(curve.projection->throughput)},
                          {"interval", interval_value(curve.projection->interval)}};
  }
  return json;
}

Json point_value(const CurvePoint& point) {
  Json out = {{"load", number(point.load)},
              {"runs", point.runs},
              {"requests", point.summary.counts.planned},
              {"ok", point.summary.counts.ok},
              {"pareto", point.pareto},
              {"tokens_per_s_per_user", number(point.per_user)}};
  out["slos_met"] = point.slos_met ? Json(*point.slos_met) : Json();
  for (const MetricId id : kRates) {
    const auto* rate = point.summary.rate(id);
    if (rate == nullptr) continue;
    out[std::string(analysis::metric(id).key)] = {{"value", number(rate->value)},
                                                  {"interval", interval_value(rate->interval)}};
  }
  for (const MetricId id : kLatencies) {
    Json& of_metric = out[std::string(analysis::metric(id).key)];
    of_metric = Json::object();
    for (const double q : kQuantiles) {
      const auto* figure = point.latency(id, q);
      if (figure == nullptr) continue;
      of_metric[analysis::quantile_name(q)] = {{"value", number(figure->value)},
                                               {"interval", interval_value(figure->interval)}};
    }
  }
  return out;
}

void add_cells(CsvLine& line, std::optional<double> value,
               const std::optional<stats::Interval>& interval) {
  line.number(value);
  line.number(interval ? std::optional(interval->low) : std::nullopt);
  line.number(interval ? std::optional(interval->high) : std::nullopt);
}

}  // namespace

std::string sweep_json(const record::Group& group, const analysis::SweepReport& report) {
  Json json = {{"group", group_value(group)},
               {"method_version", analysis::kMethodVersion},
               {"over", report.over}};
  Json& curves = json["curves"] = Json::array();
  for (const auto& curve : report.curves) {
    Json points = Json::array();
    for (const auto& point : curve.points) points.push_back(point_value(point));
    curves.push_back({{"target", curve.target},
                      {"saturation", saturation_value(curve)},
                      {"scaling", scaling_value(curve)},
                      {"points", std::move(points)}});
  }
  return text_of(json);
}

std::string sweep_csv(const analysis::SweepReport& report) {
  std::ostringstream out;
  const auto named = [](CsvLine& line, const std::string& name) {
    for (const char* end : {"", "_low", "_high"}) line.text(name + end);
  };
  {
    CsvLine line(out);
    for (const char* name : {"target", "load", "runs", "requests", "ok", "pareto", "slos_met",
                             "tokens_per_s_per_user"}) {
      line.text(name);
    }
    for (const MetricId id : kRates) named(line, std::string(analysis::metric(id).key));
    for (const MetricId id : kLatencies) {
      for (const double q : kQuantiles) {
        named(line, fmt::format("{}_{}", analysis::metric(id).key, analysis::quantile_name(q)));
      }
    }
  }
  for (const auto& curve : report.curves) {
    for (const auto& point : curve.points) {
      CsvLine line(out);
      line.text(curve.target).number(point.load);
      line.number(static_cast<double>(point.runs));
      line.number(static_cast<double>(point.summary.counts.planned));
      line.number(static_cast<double>(point.summary.counts.ok));
      line.text(point.pareto ? "true" : "false");
      line.text(!point.slos_met ? "" : *point.slos_met ? "true" : "false");
      line.number(point.per_user);
      for (const MetricId id : kRates) {
        const auto* rate = point.summary.rate(id);
        add_cells(line, rate ? rate->value : std::nullopt, rate ? rate->interval : std::nullopt);
      }
      for (const MetricId id : kLatencies) {
        for (const double q : kQuantiles) {
          const auto* figure = point.latency(id, q);
          add_cells(line, figure ? std::optional(figure->value) : std::nullopt,
                    figure ? figure->interval : std::nullopt);
        }
      }
    }
  }
  return out.str();
}

}  // namespace tt::report
