// The first requests of each target against its steady state.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/warmup.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/multiples.h"
#include "chart/option.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;
using analysis::WarmupOutcome;

constexpr MetricId kMetric = MetricId::kTtft;
// So many are shown, or three times the warm-up where that is more.
constexpr std::size_t kShown = 100;
constexpr std::size_t kMostShown = 600;
// Where no warm-up was found, so many are set against the rest.
constexpr std::size_t kFirst = 20;

struct Side {
  std::size_t target = 0;
  std::vector<double> values;  // in the order of sending
  analysis::Warmup warmup;
  analysis::FirstAgainstRest part;  // what was found, or kFirst
  bool found() const {
    return warmup.outcome == WarmupOutcome::kFound || warmup.outcome == WarmupOutcome::kNeverSteady;
  }
};

std::vector<Side> sides_of(const RunView& view) {
  std::vector<Side> sides;
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    const auto& slice = view.slices[t];
    Side side{.target = t, .values = analysis::present(analysis::values(slice, kMetric))};
    if (side.values.empty()) continue;
    side.warmup = analysis::find_warmup(slice, kMetric);
    side.part = side.found() ? side.warmup.part
                             : analysis::first_against_rest(
                                   slice, kMetric, std::min(kFirst, side.values.size() / 2));
    sides.push_back(std::move(side));
  }
  return sides;
}

std::size_t shown_of(const std::vector<Side>& sides) {
  std::size_t most = 0;
  for (const auto& side : sides) {
    const std::size_t wanted = std::max(kShown, side.found() ? 3 * side.part.count : 0);
    most = std::max(most, std::min({side.values.size(), wanted, kMostShown}));
  }
  return most;
}

std::string difference(const analysis::FirstAgainstRest& part) {
  if (!part.excess) return "unlike the rest";
  return fmt::format("{:.0f}% {} than the rest", 100 * std::fabs(*part.excess),
                     *part.excess < 0 ? "faster" : "slower");
}

std::string outcome_text(const Side& side) {
  switch (side.warmup.outcome) {
    case WarmupOutcome::kTooFew:
      return fmt::format("cannot be told of fewer than {} requests", analysis::kFewestForWarmup);
    case WarmupOutcome::kNone:
      return "steady from the beginning";
    case WarmupOutcome::kFound:
      return fmt::format("the first {} requests are {}", format_count(side.part.count),
                         difference(side.part));
    case WarmupOutcome::kNeverSteady:
      return "not steady in the first half, which is no warm-up";
  }
  return "";
}

bool plan_left_out(const RunView& view) {
  return std::ranges::any_of(view.slices, [](const analysis::Slice& slice) {
    const auto& frame = *slice.frame;
    for (std::size_t row = 0; row < frame.size(); ++row) {
      if (frame.warmup[row] != 0 && frame.target[row] == slice.target) return true;
    }
    return false;
  });
}

std::string finding(const RunView& view, const std::vector<Side>& sides) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(sides.size(), 4); ++i) {
    text +=
        fmt::format("{}{}: {}", i == 0 ? "" : "; ",
                    short_name(view.run.targets[sides[i].target].name, 28), outcome_text(sides[i]));
  }
  if (sides.size() > 4) {
    const auto left = sides.size() - 4;
    text += fmt::format("; and {} other{}", left, left == 1 ? "" : "s");
  }
  text += ".";
  if (plan_left_out(view)) text += " What the plan calls warm-up is left out before.";
  return text;
}

Json dots(const Side& side, bool first, std::size_t shown, const TimeScale& scale, const Look& look,
          const std::string& name) {
  Json points = Json::array();
  const std::size_t cut = side.found() ? side.part.count : 0;
  const std::size_t past = std::min(first ? cut : side.values.size(), shown);
  for (std::size_t i = first ? 0 : cut; i < past; ++i) {
    const double at = scale.at(side.values[i]);
    points.push_back({i + 1, scale.log ? std::max(at, scale.low) : at});
  }
  const std::string ink = first ? "@bad" : look.ink();
  return {{"type", "scatter"},
          {"name", name},
          {"data", points},
          {"symbol", first ? "diamond" : look.symbol},
          {"symbolSize", first ? 8 : 6},
          {"itemStyle", {{"color", first ? "@bad/0.8" : look.wash(0.6)}, {"borderColor", ink}}},
          {"silent", true},
          {"z", 4}};
}

// The medians of both parts, as far as each reaches.
Json medians(const Side& side, std::size_t shown, const TimeScale& scale) {
  Json points = Json::array();
  const auto cut = static_cast<double>(side.part.count);
  if (side.part.first.p50) {
    points.push_back({1, scale.at(*side.part.first.p50)});
    points.push_back({cut, scale.at(*side.part.first.p50)});
    points.push_back({cut, nullptr});
  }
  if (side.part.rest.p50) {
    points.push_back({cut + 1, scale.at(*side.part.rest.p50)});
    points.push_back({static_cast<double>(shown), scale.at(*side.part.rest.p50)});
  }
  const Look plain{.colour = "text", .dash = "solid", .symbol = "none"};
  Json line = line_series("median", plain, points, 2);
  line["connectNulls"] = false;
  line["z"] = 5;
  return line;
}

Table table_of(const RunView& view, const std::vector<Side>& sides) {
  Table table{.columns = {"target", "n", "outcome", "first (requests)", "first p50 (ms)",
                          "rest p50 (ms)", "difference", "p-value", "steady from (s)"},
              .rows = {}};
  const auto cell = [](const std::optional<double>& value) {
    return value ? Cell(*value) : Cell();
  };
  for (const auto& side : sides) {
    const auto& part = side.part;
    table.rows.push_back({view.run.targets[side.target].name,
                          static_cast<double>(side.values.size()), outcome_text(side),
                          static_cast<double>(part.count), cell(part.first.p50),
                          cell(part.rest.p50), cell(part.excess), cell(part.p_value),
                          side.found() ? cell(part.steady_s) : Cell()});
  }
  return table;
}

TimeScale scale_of(const std::vector<Side>& sides, std::size_t shown) {
  double low = 0;
  double high = 0;
  for (const auto& side : sides) {
    for (std::size_t i = 0; i < std::min(shown, side.values.size()); ++i) {
      if (side.values[i] > 0) low = low > 0 ? std::min(low, side.values[i]) : side.values[i];
      high = std::max(high, side.values[i]);
    }
    high = std::max(high, side.part.rest.p50.value_or(0));
  }
  return time_scale(low, high);
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  Chart chart;
  const MetricSamples samples = samples_of(view, kMetric);
  chart.source = source_text(view, samples.n, kMetric);
  if (samples.empty()) {
    chart.empty = nothing_text(view, to_lower(metric_words(kMetric)));
    return chart;
  }
  const auto sides = sides_of(view);
  const std::size_t shown = shown_of(sides);
  const TimeScale scale = scale_of(sides, shown);
  std::vector<std::size_t> targets;
  for (const auto& side : sides) targets.push_back(side.target);
  const Json x = {{"type", "value"},
                  {"name", "Request, in the order of sending"},
                  {"min", 0},
                  {"max", static_cast<double>(std::max<std::size_t>(shown, 2))}};
  const Multiples grid = multiples(view, targets, x, time_axis(scale, metric_words(kMetric)));
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  bool any_found = false;
  for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
    const Side& side = sides[panel];
    const auto& look = style[side.target];
    const auto& name = view.run.targets[side.target].name;
    series.push_back(in_panel(dots(side, false, shown, scale, look, name), panel));
    series.push_back(in_panel(medians(side, std::min(shown, side.values.size()), scale), panel));
    if (!side.found()) continue;
    any_found = true;
    series.push_back(in_panel(dots(side, true, shown, scale, look, "warm-up"), panel));
  }
  if (any_found) chart.legend.emplace_back("warm-up");
  chart.legend.emplace_back("median");
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle = fmt::format("{} Lines: the median of the first requests and of the rest.{}",
                               finding(view, sides), left_out_text(grid));
  chart.alt = fmt::format("The time to first token of the first {} requests of each target. {}",
                          shown, chart.subtitle);
  chart.option = dump({{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series}});
  chart.table = table_of(view, sides);
  return chart;
}

}  // namespace

Entry warmup_chart() {
  return {.id = "warm-up",
          .title = "Warm-up: the first requests against the rest",
          .question = "Are the first requests slower than the steady state, and for how long?",
          .how_to_read =
              "Each point is a request, in the order of sending. Red diamonds are those at the "
              "beginning that are unlike the rest for certain: caches and graphs were still cold. "
              "Leave them out with a longer warm-up in the plan, or measure so long that they do "
              "not matter.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make};
}

}  // namespace tt::chart
