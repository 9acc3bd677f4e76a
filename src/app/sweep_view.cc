#include "app/sweep_view.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/answer_view.h"
#include "app/figures_text.h"
#include "app/sketch.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::CurvePoint;
using analysis::LoadCurve;
using analysis::MetricId;

using Lines = std::vector<Line>;

// Loads and rates as they are: 1,000 or 12.345, never rounded to three digits.
std::string load_text(double load) { return fmt::format("{:g}", std::round(load * 1e4) / 1e4); }

std::string interval_text(const std::optional<stats::Interval>& interval) {
  if (!interval) return "–";
  return fmt::format("{} to {}", format_number(interval->low), format_number(interval->high));
}

std::string rate_text(const CurvePoint& point, MetricId id) {
  const auto* rate = point.summary.rate(id);
  if (rate == nullptr || !rate->value) return "–";
  if (id != MetricId::kSuccessRate) return format_number(*rate->value);
  return fmt::format("{:g}%", std::floor(*rate->value * 1e4 + 1e-6) / 1e2);
}

std::string latency_text(const CurvePoint& point, MetricId id, double quantile) {
  const auto* figure = point.latency(id, quantile);
  return figure == nullptr ? "–" : format_number(figure->value);
}

std::string latency_interval(const CurvePoint& point, MetricId id, double quantile) {
  const auto* figure = point.latency(id, quantile);
  return interval_text(figure == nullptr ? std::nullopt : figure->interval);
}

template <class Row>
void for_each_point(const analysis::SweepReport& report, Row row) {
  for (const LoadCurve& curve : report.curves) {
    for (const CurvePoint& point : curve.points) row(curve, point);
  }
}

Lines throughput_table(const analysis::SweepReport& report, std::size_t width) {
  const bool goodput = std::ranges::any_of(report.curves, [](const LoadCurve& curve) {
    return !curve.points.empty() && curve.points.front().summary.rate(MetricId::kGoodput);
  });
  std::vector<TableColumn> columns = {
      {.title = report.over, .align = Align::kRight},
      {.title = "target", .shrink_to = 6},
      {.title = "tokens/s", .align = Align::kRight},
      {.title = "95% interval", .align = Align::kRight, .optional = 4},
      {.title = "a user", .align = Align::kRight, .optional = 2},
      {.title = "requests/s", .align = Align::kRight, .optional = 3}};
  if (goodput) columns.push_back({.title = "goodput", .align = Align::kRight});
  columns.push_back({.title = "success", .align = Align::kRight});
  if (goodput) columns.push_back({.title = "objectives"});
  columns.push_back({.title = "", .optional = 1});
  Table table(std::move(columns));
  for_each_point(report, [&](const LoadCurve& curve, const CurvePoint& point) {
    const auto* rate = point.summary.rate(MetricId::kOutputRate);
    std::vector<Line> cells = {load_text(point.load),
                               curve.target,
                               rate_text(point, MetricId::kOutputRate),
                               interval_text(rate ? rate->interval : std::nullopt),
                               point.per_user ? format_number(*point.per_user) : "–",
                               rate_text(point, MetricId::kRequestRate)};
    if (goodput) cells.emplace_back(rate_text(point, MetricId::kGoodput));
    cells.emplace_back(rate_text(point, MetricId::kSuccessRate));
    if (goodput) {
      const bool met = point.slos_met.value_or(true);
      cells.push_back(Line(met ? "met" : "missed", met ? Style::kGood : Style::kBad));
    }
    cells.push_back(point.pareto ? Line("best", Style::kAccent) : Line());
    table.row(std::move(cells));
  });
  return table.render(width);
}

Lines latency_table(const analysis::SweepReport& report, std::size_t width) {
  std::vector<TableColumn> columns = {{.title = report.over, .align = Align::kRight},
                                      {.title = "target", .shrink_to = 6}};
  int optional = 6;
  for (const char* name : {"TTFT", "TPOT", "E2E"}) {
    for (const char* quantile : {"p50", "p99"}) {
      columns.push_back({.title = fmt::format("{} {}", name, quantile), .align = Align::kRight});
      columns.push_back({.title = "95%", .align = Align::kRight, .optional = optional--});
    }
  }
  Table table(std::move(columns));
  for_each_point(report, [&](const LoadCurve& curve, const CurvePoint& point) {
    std::vector<Line> cells = {load_text(point.load), curve.target};
    for (const MetricId id : {MetricId::kTtft, MetricId::kTpot, MetricId::kE2e}) {
      for (const double quantile : {0.5, 0.99}) {
        cells.emplace_back(latency_text(point, id, quantile));
        cells.emplace_back(latency_interval(point, id, quantile));
      }
    }
    table.row(std::move(cells));
  });
  return table.render(width);
}

std::string saturation_text(const LoadCurve& curve, const std::string& over) {
  if (!curve.saturation) return fmt::format("saturation not seen: {}", curve.why);
  const auto& s = *curve.saturation;
  return fmt::format("saturates at {} {} ({} to {}), at most {} tokens/s", over,
                     format_number(s.load), format_number(s.low), format_number(s.high),
                     format_number(s.throughput));
}

// What the law that the points follow says of a load that was not measured.
std::string projection_text(const LoadCurve& curve) {
  const auto& p = *curve.projection;
  const auto high = std::isfinite(p.interval.high) ? format_number(p.interval.high) : "any";
  std::string text = fmt::format("if it goes on so, {} at once would bring {} tokens/s ({} to {})",
                                 format_number(p.load), format_number(p.throughput),
                                 format_number(p.interval.low), high);
  const auto& peak = curve.scaling->peak_load;
  if (peak && *peak <= p.load) text += fmt::format(", with the most at {}", format_number(*peak));
  return text;
}

// Tokens/s and TTFT p99 over the loads, a character a load.
Line sketch_line(const LoadCurve& curve) {
  std::vector<double> rates;
  std::vector<double> waits;
  for (const CurvePoint& point : curve.points) {
    const auto* rate = point.summary.rate(MetricId::kOutputRate);
    rates.push_back(rate && rate->value ? *rate->value : std::nan(""));
    const auto* wait = point.latency(MetricId::kTtft, 0.99);
    waits.push_back(wait ? wait->value : std::nan(""));
  }
  return Line(fmt::format("  {}  tokens/s ", curve.target))
      .add(sketch(rates), Style::kAccent)
      .add("  TTFT p99 ")
      .add(sketch(waits), Style::kWarn);
}

// Repeats have numbers from 1; a search's only tell its probes' seeds apart.
std::string step_name(const record::Group& group, const record::GroupStep& step) {
  const auto load = fmt::format("{} {}", group.over, load_text(step.load));
  if (group.kind == record::GroupKind::kCapacity) return fmt::format("{} at {}", step.target, load);
  return fmt::format("{}, repeat {}", load, step.repeat + 1);
}

void add_problems(Lines& lines, const record::Group& group, std::size_t width) {
  for (const auto& step : group.steps) {
    if (step.problem.empty()) continue;
    const auto head = fmt::format("  {}: ", step_name(group, step));
    // Under a short indent: the head may take half of the width.
    lines.push_back(Line(head.substr(0, head.size() - 1), Style::kWarn));
    const auto more = hanging(Line("    "), step.problem, width);
    lines.insert(lines.end(), more.begin(), more.end());
  }
}

Line status_line(const record::Group& group, bool live) {
  const auto done =
      std::ranges::count(group.steps, record::StepStatus::kDone, &record::GroupStep::status);
  Line line(fmt::format("  {} of {} runs, {}", done, group.steps.size(), clock_text(group.spent)));
  if (live) return line.add("; it is still going on", Style::kAccent);
  if (group.status == record::GroupStatus::kCompleted) return line;
  return line.add("; it did not come to its end, go on with:", Style::kWarn);
}

// On a line of its own, to be copied whole.
void add_resume(Lines& lines, const record::Group& group, bool live) {
  if (live || group.status == record::GroupStatus::kCompleted) return;
  lines.push_back(Line("    ").add(
      fmt::format("tokentrial {} --resume {}", group_kind_name(group.kind), shell_word(group.id)),
      Style::kAccent));
}

// Four digits: more is never known.
std::string answer_load(double load) { return fmt::format("{:.4g}", load); }

std::string answer_text(const record::GroupCapacity& c, const std::string& over) {
  if (c.end == "all_met") {
    return fmt::format(
        "meets its objectives at every {} that was tried; look higher with --at-most", over);
  }
  if (c.end == "none_met") return fmt::format("misses an objective even at the lowest {}", over);
  if (!c.load) return "not found: no load was both met and missed";
  std::string found = fmt::format(
      "{} {} is the highest that meets every objective; {:g}% sure that it lies from {} to {}",
      over, answer_load(*c.load), c.confidence * 100, answer_load(c.low.value_or(0)),
      answer_load(c.high.value_or(0)));
  if (c.end == "tight") return found;
  found += "; not as narrow as asked";
  return c.end == "probes_spent" ? found + ": go on with --resume and more --probes" : found;
}

// Never the whole. Of requests that all kept the limit, more would have shown more: "≥".
std::string support_text(const record::GroupProbe& probe) {
  constexpr double kShown = 0.001;
  if (probe.support > 1 - kShown) return "> 99.9%";
  if (probe.support < kShown) return "< 0.1%";
  const bool more = probe.at_least && probe.support > 0.5;
  return fmt::format("{}{:.1f}%", more ? "≥ " : "", probe.support * 100);
}

std::string_view verdict_text(const record::GroupProbe& probe) {
  if (probe.support >= analysis::CapacitySearch::kSure) return "met";
  return probe.support <= 1 - analysis::CapacitySearch::kSure ? "missed" : "cannot tell";
}

// Both tables and the curves, of a sweep or of a search's runs.
void add_report(Lines& lines, const record::Group& group, const analysis::SweepReport& report,
                std::size_t width) {
  if (report.curves.empty()) return;
  const auto add = [&](const Lines& more) { lines.insert(lines.end(), more.begin(), more.end()); };
  lines.emplace_back();
  lines.push_back(heading_line("Throughput", "output tokens/s in all, and those a user sees"));
  add(throughput_table(report, width));
  lines.emplace_back();
  lines.push_back(heading_line("Latency", "ms"));
  add(latency_table(report, width));
  lines.emplace_back();
  lines.push_back(heading_line("Curves", fmt::format("over {}, low to high", report.over)));
  for (const LoadCurve& curve : report.curves) {
    lines.push_back(sketch_line(curve));
    add(hanging(Line("    "), saturation_text(curve, report.over), width));
    if (curve.projection) add(hanging(Line("    "), projection_text(curve), width));
  }
  if (group.kind == record::GroupKind::kCapacity) {
    add(hanging(Line("  "), "probes within a tenth of each other are one point here", width));
  }
  add(hanging(Line("  "), "best: no other point has both more tokens/s and more a user", width));
}

// What was asked, what came of it, and which run says so.
Lines probe_table(const record::Group& group, std::size_t width) {
  Table table({{.title = group.over, .align = Align::kRight},
               {.title = "target", .shrink_to = 6},
               {.title = "length", .align = Align::kRight, .optional = 2},
               {.title = "outcome"},
               {.title = "sure of met", .align = Align::kRight},
               {.title = "decided by", .shrink_to = 24},
               {.title = "run", .optional = 1}});
  for (const auto& step : group.steps) {
    if (!step.probe || step.status != record::StepStatus::kDone) continue;
    const std::string_view verdict = verdict_text(*step.probe);
    const Style style = verdict == "met"      ? Style::kGood
                        : verdict == "missed" ? Style::kBad
                                              : Style::kDim;
    table.row({load_text(step.load), step.target, fmt::format("x{}", step.probe->effort),
               Line(verdict, style), support_text(*step.probe), step.probe->why, step.run_id});
  }
  return table.render(width);
}

void add_answers(Lines& lines, const record::Group& group, std::size_t width) {
  const auto add = [&](const Lines& more) { lines.insert(lines.end(), more.begin(), more.end()); };
  for (const auto& c : group.capacities) {
    add(hanging(Line("  ").add(c.target, Style::kStrong).add("  "), answer_text(c, group.over),
                width));
    if (c.violations == 0) continue;
    add(hanging(
        Line("    "),
        fmt::format(
            "{} contradict each other, the lower load was missed and the higher one "
            "met: the engine did not behave alike all the time",
            c.violations == 1 ? "two probes" : fmt::format("{} pairs of probes", c.violations)),
        width));
  }
}

}  // namespace

std::vector<Line> sweep_lines(const record::Group& group, const analysis::SweepReport& report,
                              std::size_t width, bool live) {
  Lines lines = {heading_line(fmt::format("Sweep {}", group.id))};
  lines.push_back(status_line(group, live));
  add_resume(lines, group, live);
  add_report(lines, group, report, width);
  add_problems(lines, group, width);
  return lines;
}

std::vector<Line> capacity_lines(const record::Group& group, const analysis::SweepReport& report,
                                 std::size_t width, bool live) {
  Lines lines = {heading_line(fmt::format("Capacity {}", group.id))};
  lines.push_back(status_line(group, live));
  add_resume(lines, group, live);
  add_answers(lines, group, width);
  lines.emplace_back();
  lines.push_back(heading_line("Probes", "in the order in which they were played"));
  const auto probes = probe_table(group, width);
  lines.insert(lines.end(), probes.begin(), probes.end());
  add_report(lines, group, report, width);
  add_problems(lines, group, width);
  return lines;
}

Line step_line(const record::Group& group, std::size_t step, std::size_t of) {
  const auto& s = group.steps[step];
  const std::string place = of > 0 ? fmt::format("Run {} of {}: ", step + 1, of)
                                   : fmt::format("Probe {}: {} at ", step + 1, s.target);
  Line line(place, Style::kStrong);
  line.add(fmt::format("{} {}", group.over, load_text(s.load)), Style::kAccent);
  if (of > 0 && s.repeat > 0) line.add(fmt::format(", repeat {}", s.repeat + 1));
  if (s.probe && s.probe->effort > 1) line.add(fmt::format(", {} times as long", s.probe->effort));
  return line;
}

}  // namespace tt::app
