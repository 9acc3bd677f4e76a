// The shift function: by how much each part of one target's distribution lies above another's.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/shape.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/samples_of.h"
#include "stats/shift.h"

namespace tt::chart {
namespace {

// More panels would be too low to read; the table has them all.
constexpr std::size_t kMostPanels = 5;

struct Side {
  std::size_t target = 0;
  std::vector<stats::ShiftPoint> points;  // this target minus the first
};

std::vector<Side> sides_of(const RunView& view, std::size_t base, analysis::MetricId metric) {
  const auto against = analysis::pieces_of(view.slices[base], metric);
  std::vector<Side> sides;
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    if (t == base) continue;
    auto points = stats::shift_function(analysis::pieces_of(view.slices[t], metric), against,
                                        stats::kShiftShares, {.seed = t + 1, .replicates = 500});
    if (!points.empty()) sides.push_back({t, std::move(points)});
  }
  return sides;
}

// A band far beyond the curve would press it flat: it is cut at so many times the curve's farthest.
constexpr double kMostOfBand = 2;

struct Extent {
  double low = 0;
  double high = 0;
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

Extent extent_of(const Side& side) {
  Extent curve;
  for (const auto& point : side.points) curve.add(point.a - point.b);
  const double most = kMostOfBand * std::max(-curve.low, curve.high);
  Extent all = curve;
  for (const auto& point : side.points) {
    if (!point.difference) continue;
    all.add(std::max(point.difference->interval.low, -most));
    all.add(std::min(point.difference->interval.high, most));
  }
  return all;
}

// What can be said for sure of each target against the first, alike ones together.
std::string verdicts(const RunView& view, std::span<const Side> sides, const std::string& base) {
  std::vector<std::string> faster;
  std::vector<std::string> slower;
  std::vector<std::string> mixed;
  std::vector<std::string> alike;
  std::vector<std::string> unknown;
  for (const auto& side : sides) {
    std::size_t below = 0;
    std::size_t above = 0;
    std::size_t told = 0;
    for (const auto& point : side.points) {
      if (!point.difference) continue;
      ++told;
      below += point.difference->interval.high < 0 ? 1 : 0;
      above += point.difference->interval.low > 0 ? 1 : 0;
    }
    const auto name = short_name(view.run.targets[side.target].name, 32);
    if (told == 0) {
      unknown.push_back(name);
    } else if (below == told) {
      faster.push_back(name);
    } else if (above == told) {
      slower.push_back(name);
    } else if (below + above == 0) {
      alike.push_back(name);
    } else {
      std::vector<std::string> parts;
      if (below > 0) parts.push_back(fmt::format("faster at {}", below));
      if (above > 0) parts.push_back(fmt::format("slower at {}", above));
      mixed.push_back(fmt::format("{} surely {} of {} percentiles", name, list_text(parts), told));
    }
  }
  std::string text = fmt::format("Against {}:", base);
  const char* separator = " ";
  const auto say = [&](const std::vector<std::string>& names, std::string_view what) {
    if (names.empty()) return;
    text += fmt::format("{}{}{}", separator, list_text(names, 4), what);
    separator = "; ";
  };
  say(faster, " faster at every percentile");
  say(slower, " slower at every percentile");
  say(mixed, "");
  say(alike, " not surely different at any percentile");
  say(unknown, ": too few requests to tell");
  return text + ". Shaded: 95% intervals.";
}

Table table_of(const RunView& view, std::span<const Side> sides, std::size_t base) {
  Table table{.columns = {"target", "against", "percentile", "target (ms)", "against (ms)",
                          "difference (ms)", "95% low (ms)", "95% high (ms)"},
              .rows = {}};
  for (const auto& side : sides) {
    for (const auto& point : side.points) {
      const bool known = point.difference.has_value();
      table.rows.push_back({view.run.targets[side.target].name, view.run.targets[base].name,
                            point.share * 100, point.a, point.b, point.a - point.b,
                            known ? Cell(point.difference->interval.low) : Cell(),
                            known ? Cell(point.difference->interval.high) : Cell()});
    }
  }
  return table;
}

void add_side(Json& series, const std::string& name, const Look& look, const Side& side,
              double divisor, std::size_t panel) {
  Json line = Json::array();
  Json band = Json::array();
  for (std::size_t i = 0; i < side.points.size(); ++i) {
    const auto& point = side.points[i];
    line.push_back({i, (point.a - point.b) / divisor});
    if (point.difference) {
      band.push_back(
          {i, point.difference->interval.low / divisor, point.difference->interval.high / divisor});
    }
  }
  Json curve = in_panel(line_series(name, look, line), panel);
  curve["showSymbol"] = true;
  curve["z"] = 4;
  curve["markLine"] = mark_line(Json::array({{{"yAxis", 0}}}), "@text");
  curve["markLine"]["lineStyle"] = {{"type", "solid"}, {"width", 2}, {"color", "@text"}};
  curve["markLine"]["label"] = {{"show", false}};
  series.push_back(curve);
  if (band.empty()) return;
  series.push_back(
      in_panel(shape_series(name, "band", {{"fill", look.wash(0.2)}}, band, look), panel));
}

// The first target that has the metric is what the others are set against.
std::optional<std::size_t> base_of(const MetricSamples& samples) {
  const auto found = std::ranges::find_if(samples.n, [](std::uint64_t n) { return n > 0; });
  if (found == samples.n.end()) return std::nullopt;
  return static_cast<std::size_t>(found - samples.n.begin());
}

Json percent_names(const Side& side) {
  Json names = Json::array();
  for (const auto& point : side.points) {
    names.push_back({{"value", analysis::quantile_name(point.share)}});
  }
  return names;
}

// A panel a target, each with a scale of its own: one that is far off would press the others flat.
Json option_of(const RunView& view, std::span<const Side> sides, const std::string& base,
               Chart& chart) {
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t panel = 0; panel < sides.size(); ++panel) {
    const Side& side = sides[panel];
    const bool last = panel + 1 == sides.size();
    const auto& name = view.run.targets[side.target].name;
    const Extent extent = extent_of(side);
    const double divisor = std::max(-extent.low, extent.high) >= 10'000 ? 1000 : 1;
    const char* unit = divisor > 1 ? "s" : "ms";
    add_side(series, name, style[side.target], side, divisor, panel);
    chart.panels.push_back(
        {1, fmt::format("{} minus {} ({})", short_name(name, 48), base, unit), last});
    Json across = {{"type", "category"},
                   {"gridIndex", panel},
                   {"data", percent_names(side)},
                   {"axisLine", {{"show", false}}},
                   {"axisLabel", {{"show", last}}}};
    if (last) across["name"] = "Percentile of requests";
    x.push_back(across);
    y.push_back({{"type", "value"},
                 {"gridIndex", panel},
                 {"min", 1.08 * extent.low / divisor},
                 {"max", 1.08 * extent.high / divisor},
                 {"splitNumber", sides.size() > 2 ? 3 : 6},
                 {"axisLabel", {{"formatter", "signed"}}}});
  }
  return {{"xAxis", x}, {"yAxis", y}, {"series", series}};
}

Chart make(const Input& input, analysis::MetricId metric) {
  const RunView& view = *input.run;
  const MetricSamples samples = samples_of(view, metric);
  Chart chart;
  chart.source = source_text(view, samples.n, metric) +
                 " · 95% intervals by moving-block bootstrap, each for its own percentile";
  const auto base = base_of(samples);
  const auto sides = base ? sides_of(view, *base, metric) : std::vector<Side>();
  if (sides.empty()) {
    chart.empty =
        base ? fmt::format("Nothing to compare: only {} has a {}.",
                           short_name(view.run.targets[*base].name), to_lower(metric_words(metric)))
             : nothing_text(view, to_lower(metric_words(metric)));
    return chart;
  }
  const auto base_name = short_name(view.run.targets[*base].name, 32);
  chart.subtitle = verdicts(view, sides, base_name);
  chart.alt = fmt::format("Difference of {} from {} at each percentile. {}",
                          to_lower(metric_words(metric)), base_name, chart.subtitle);
  chart.option = dump(option_of(view, std::span(sides).first(std::min(sides.size(), kMostPanels)),
                                base_name, chart));
  chart.table = table_of(view, sides, *base);
  return chart;
}

}  // namespace

Entry shift_chart(analysis::MetricId metric) {
  const auto words = metric_words(metric);
  return {.id = fmt::format("{}-shift", analysis::metric(metric).name),
          .title = words + ": where the difference lies",
          .question = fmt::format("Is one target faster for all requests, or only for the typical "
                                  "or the slowest ones ({})?",
                                  to_lower(words)),
          .how_to_read =
              "The first target is the line at zero, each other one has a panel. A curve below "
              "zero is faster at that "
              "percentile, above it slower. Where the shaded band (95%) crosses zero, the "
              "difference there may be chance.",
          .needs = Needs::kTargets,
          .level = Level::kTechnical,
          .make = [metric](const Input& input) { return make(input, metric); }};
}

}  // namespace tt::chart
