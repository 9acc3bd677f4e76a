// The sections of a sweep or a search: how much it takes, what is left, and how many are needed.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/capacity.h"
#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::CurvePoint;
using analysis::LoadCurve;
using analysis::MetricId;

// Loads as they are: four digits, more is never known.
std::string load_text(double load) { return fmt::format("{:.4g}", load); }

// "12.5 requests/s", "8 requests at once".
std::string load_phrase(const std::string& over, double load) {
  if (over == "rate") return fmt::format("{} requests/s", load_text(load));
  return fmt::format("{} request{} at once", load_text(load), load == 1 ? "" : "s");
}

// What a target takes, and how that is known.
struct Known {
  std::optional<double> load;  // the highest that keeps every objective
  std::optional<stats::Interval> interval;
  std::string headline;
  Tone tone = Tone::kWarn;
};

Known by_search(const record::GroupCapacity& c, const std::string& over) {
  Known known;
  if (c.end == "all_met") {
    known.headline =
        fmt::format("{} keeps its objectives at every {} that was tried: its capacity lies higher",
                    c.target, over);
    known.tone = Tone::kGood;
  } else if (c.end == "none_met") {
    known.headline =
        fmt::format("{} misses an objective even at the lowest {} that was tried", c.target, over);
    known.tone = Tone::kBad;
  } else if (!c.load) {
    known.headline =
        fmt::format("The capacity of {} is not known: no load was both met and missed", c.target);
  } else {
    known.load = c.load;
    if (c.low && c.high) known.interval = stats::Interval{.low = *c.low, .high = *c.high};
    known.headline =
        fmt::format("{} keeps every objective up to {}", c.target, load_phrase(over, *c.load));
    if (known.interval) {
      known.headline += fmt::format(", {:g}% sure from {} to {}", c.confidence * 100,
                                    load_text(*c.low), load_text(*c.high));
    }
    known.tone = c.end == "tight" ? Tone::kGood : Tone::kWarn;
    if (c.end != "tight") known.headline += "; that is not as narrow as asked";
  }
  return known;
}

// Of a sweep: the last load before the first that misses an objective.
Known by_curve(const LoadCurve& curve, const std::string& over) {
  Known known;
  const auto missed = std::ranges::find_if(
      curve.points, [](const CurvePoint& point) { return !point.slos_met.value_or(true); });
  const bool judged = std::ranges::any_of(
      curve.points, [](const CurvePoint& point) { return point.slos_met.has_value(); });
  if (!judged) {
    known.headline = curve.saturation ? fmt::format(
                                            "{} saturates at {}: more load beyond it costs more "
                                            "waiting than it brings throughput",
                                            curve.target, load_phrase(over, curve.saturation->load))
                                      : fmt::format("{} did not saturate at any {} that was tried",
                                                    curve.target, over);
    known.tone = Tone::kPlain;
  } else if (missed == curve.points.begin()) {
    known.headline = fmt::format("{} misses an objective even at the lowest {} that was tried ({})",
                                 curve.target, over, load_text(missed->load));
    known.tone = Tone::kBad;
  } else {
    known.load = std::prev(missed)->load;
    known.headline =
        fmt::format("{} keeps every objective at {}", curve.target, load_phrase(over, *known.load));
    known.tone = Tone::kGood;
    if (missed != curve.points.end()) {
      known.interval = stats::Interval{.low = *known.load, .high = missed->load};
      known.headline +=
          fmt::format(", and misses one at {}: its capacity lies between", load_text(missed->load));
    } else {
      known.headline += ", the highest that was tried";
    }
  }
  return known;
}

Known known_of(const ReportGroup& g, const LoadCurve& curve) {
  const auto& found = g.group.capacities;
  const auto at = std::ranges::find(found, curve.target, &record::GroupCapacity::target);
  return at != found.end() ? by_search(*at, g.curve.over) : by_curve(curve, g.curve.over);
}

// The measured point that a load is planned by: the highest that is no higher.
const CurvePoint* point_at(const LoadCurve& curve, double load) {
  const CurvePoint* best = nullptr;
  for (const auto& point : curve.points) {
    if (point.load <= load * (1 + 1e-9)) best = &point;
  }
  return best != nullptr || curve.points.empty() ? best : &curve.points.front();
}

// Requests a second of one replica at a load. Of a rate that is the load itself.
std::optional<double> requests_at(const ReportGroup& g, const LoadCurve& curve, double load) {
  if (g.curve.over == "rate") return load;
  const auto* point = point_at(curve, load);
  const auto* rate = point == nullptr ? nullptr : point->summary.rate(MetricId::kRequestRate);
  return rate == nullptr ? std::nullopt : rate->value;
}

std::string saturation_text(const LoadCurve& curve, const std::string& over) {
  if (!curve.saturation) return fmt::format("Saturation was not seen: {}.", curve.why);
  const auto& s = *curve.saturation;
  return fmt::format(
      "It saturates at {} (from {} to {}): from there on more load costs more waiting than it "
      "brings. It gives {} output tokens/s at most.",
      load_phrase(over, s.load), load_text(s.low), load_text(s.high), format_number(s.throughput));
}

std::string headroom_text(const Known& known, const LoadCurve& curve, const std::string& over) {
  if (!known.load || !curve.saturation) return {};
  const double at = curve.saturation->load;
  const double ratio = at / *known.load;
  if (ratio >= 1.05) {
    return fmt::format(
        "Between the last load that keeps the objectives and saturation lie {:.0f}% "
        "more {}: past the first, answers get late before throughput ends.",
        (ratio - 1) * 100, over);
  }
  return fmt::format(
      "The objectives are kept up to about where it saturates: past that there is "
      "no throughput left to gain, only waiting.");
}

void say_felt(Bullets& bullets, const ReportGroup& g, const Known& known, const LoadCurve& curve) {
  if (!known.load) return;
  const auto* point = point_at(curve, *known.load);
  if (point == nullptr) return;
  const auto value = [&](MetricId id, double quantile) {
    const analysis::Figure figure{id, quantile};
    return value_text(figure, measured_of(point->summary, figure));
  };
  bullets.items.push_back(plain(fmt::format(
      "At {}, the nearest load that was measured: TTFT p50 {}, p99 {}; E2E p50 {}, p99 {}; {} "
      "requests/s in all.",
      load_phrase(g.curve.over, point->load), value(MetricId::kTtft, 0.5),
      value(MetricId::kTtft, 0.99), value(MetricId::kE2e, 0.5), value(MetricId::kE2e, 0.99),
      value_text({.metric = MetricId::kRequestRate},
                 measured_of(point->summary, {.metric = MetricId::kRequestRate})))));
}

}  // namespace

std::vector<Block> capacity_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.group == nullptr) return {};
  const auto& g = *s.group;
  std::vector<Block> blocks;
  for (const auto& curve : g.curve.curves) {
    const Known known = known_of(g, curve);
    blocks.emplace_back(Callout{known.tone, known.headline, {}});
    Bullets bullets;
    say_felt(bullets, g, known, curve);
    bullets.items.push_back(plain(saturation_text(curve, g.curve.over)));
    if (auto text = headroom_text(known, curve, g.curve.over); !text.empty()) {
      bullets.items.push_back(plain(std::move(text)));
    }
    if (curve.projection) {
      const auto& p = *curve.projection;
      bullets.items.push_back(plain(fmt::format(
          "If it goes on as it went, {} {} at once would bring {} output tokens/s ({} to {}): a "
          "projection of a law, not a measurement.",
          load_text(p.load), p.load == 1 ? "request" : "requests", format_number(p.throughput),
          format_number(p.interval.low),
          std::isfinite(p.interval.high) ? format_number(p.interval.high) : "any")));
    }
    blocks.emplace_back(std::move(bullets));
  }
  return blocks;
}

std::vector<Block> replicas_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.group == nullptr || s.group->traffic.empty()) return {};
  const auto& g = *s.group;
  Table table{
      .title = {},
      .columns = {{"target"},
                  {"requests/s", Align::kRight},
                  {"one replica takes", Align::kRight},
                  {"replicas", Align::kRight},
                  {"to be sure", Align::kRight},
                  {"their load", Align::kRight}},
      .rows = {},
      .note = fmt::format(
          "Replicas: traffic over what one takes at the capacity, of which {:g}% is used. To "
          "be sure: by the low end of the capacity's interval. Their load: share of the "
          "capacity that the traffic takes. That replicas share the load evenly and do not "
          "slow each other down is assumed.",
          g.utilization * 100)};
  for (const double traffic : g.traffic) {
    for (const auto& curve : g.curve.curves) {
      const Known known = known_of(g, curve);
      std::vector<Cell> row = {text_cell(curve.target),
                               {.text = fmt::format("{:g}", traffic), .number = traffic}};
      const auto each = known.load ? requests_at(g, curve, *known.load) : std::nullopt;
      if (!each || *each <= 0) {
        row.insert(row.end(), 4, text_cell("not known"));
        table.rows.push_back(std::move(row));
        continue;
      }
      const auto replicas = [&](double rate) {
        return std::ceil(traffic / (rate * g.utilization) - 1e-9);
      };
      const double needed = replicas(*each);
      const auto low = known.interval ? requests_at(g, curve, known.interval->low) : std::nullopt;
      const auto count = [](double n) {
        return Cell{.text = format_count(static_cast<std::uint64_t>(n)), .number = n};
      };
      row.push_back({.text = fmt::format("{} requests/s", format_number(*each)), .number = each});
      row.push_back(count(needed));
      row.push_back(low && *low > 0 ? count(replicas(*low)) : text_cell("–"));
      const double share = traffic / (needed * *each);
      row.push_back({.text = fmt::format("{:.0f}%", share * 100), .number = share});
      table.rows.push_back(std::move(row));
    }
  }
  return {std::move(table)};
}

std::vector<Block> curve_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.group == nullptr || s.group->curve.curves.empty()) return {};
  std::vector<Block> blocks;
  for (const auto& curve : s.group->curve.curves) {
    Table table{.title = curve.target, .columns = {{s.group->curve.over}}, .rows = {}, .note = {}};
    const std::vector<analysis::Figure> figures = {{.metric = MetricId::kOutputRate},
                                                   {.metric = MetricId::kRequestRate},
                                                   {.metric = MetricId::kGoodput},
                                                   {MetricId::kTtft, 0.5},
                                                   {MetricId::kTtft, 0.99},
                                                   {MetricId::kTpot, 0.5},
                                                   {MetricId::kE2e, 0.5},
                                                   {MetricId::kE2e, 0.99},
                                                   {.metric = MetricId::kSuccessRate}};
    for (const auto& point : curve.points) {
      table.rows.push_back({{.text = load_text(point.load), .number = point.load}});
    }
    for (const auto& figure : figures) {
      std::vector<analysis::Measured> all;
      for (const auto& point : curve.points) all.push_back(measured_of(point.summary, figure));
      FigureColumn column = figure_column(figure, all, false);
      if (!column.any) continue;
      table.columns.push_back(std::move(column.column));
      for (std::size_t i = 0; i < all.size(); ++i) {
        table.rows[i].push_back(std::move(column.cells[i]));
      }
    }
    const bool judged = std::ranges::any_of(
        curve.points, [](const CurvePoint& point) { return point.slos_met.has_value(); });
    if (judged) table.columns.push_back({"objectives"});
    for (std::size_t i = 0; judged && i < curve.points.size(); ++i) {
      const auto met = curve.points[i].slos_met;
      table.rows[i].push_back(!met   ? text_cell("–")
                              : *met ? text_cell("met", Tone::kGood)
                                     : text_cell("missed", Tone::kBad));
    }
    if (!table.rows.empty()) blocks.emplace_back(std::move(table));
  }
  return blocks;
}

std::vector<Block> probes_part(const ReportSubject& s, Audience audience) {
  if (s.group == nullptr || s.group->group.kind != record::GroupKind::kCapacity ||
      audience == Audience::kExecutive) {
    return {};
  }
  Table table{.title = {},
              .columns = {{s.group->curve.over},
                          {"target"},
                          {"length", Align::kRight},
                          {"outcome"},
                          {"sure of met", Align::kRight},
                          {"decided by"},
                          {"run"}},
              .rows = {},
              .note =
                  "In the order of playing. Each probe says met or missed with a confidence; "
                  "all of them together make the answer."};
  for (const auto& step : s.group->group.steps) {
    if (!step.probe || step.status != record::StepStatus::kDone) continue;
    const double support = step.probe->support;
    const auto outcome = support >= analysis::CapacitySearch::kSure ? text_cell("met", Tone::kGood)
                         : support <= 1 - analysis::CapacitySearch::kSure
                             ? text_cell("missed", Tone::kBad)
                             : text_cell("cannot tell", Tone::kQuiet);
    const std::string sure = support > 0.999   ? "over 99.9%"
                             : support < 0.001 ? "under 0.1%"
                                               : fmt::format("{:.1f}%", support * 100);
    table.rows.push_back({{.text = load_text(step.load), .number = step.load},
                          text_cell(step.target),
                          text_cell(fmt::format("x{}", step.probe->effort)),
                          outcome,
                          {.text = sure, .number = support},
                          text_cell(step.probe->why),
                          text_cell(step.run_id)});
  }
  if (table.rows.empty()) return {};
  return {std::move(table)};
}

}  // namespace tt::report
