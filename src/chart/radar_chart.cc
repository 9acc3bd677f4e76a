// The sides of a comparison as radars: five dimensions that every run has, or eight.
#include <algorithm>
#include <cmath>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/contest_words.h"

namespace tt::chart {
namespace {

using analysis::Contest;
using analysis::RadarAxis;

constexpr std::size_t kFewestAxes = 3;

bool known(const RadarAxis& axis) {
  return !axis.values.empty() &&
         std::ranges::all_of(axis.values, [](const auto& value) { return value.has_value(); });
}

using Values = std::vector<std::optional<double>>;

// 100 for the most; the others how near they come to it.
Values against_most(const Values& values) {
  double most = 0;
  for (const auto& value : values) most = std::max(most, value.value_or(0));
  Values scores;
  for (const auto& value : values) {
    scores.push_back(value && most > 0 ? std::optional(100 * *value / most) : std::nullopt);
  }
  return scores;
}

std::optional<double> mean_of(const analysis::ResourcesView& view, std::string_view key) {
  const auto* figure = view.figure(key);
  return figure != nullptr ? figure->mean : std::nullopt;
}

std::optional<double> peak_of(const analysis::ResourcesView& view, std::string_view key) {
  const auto* figure = view.figure(key);
  return figure != nullptr ? figure->peak : std::nullopt;
}

// What the comparison cannot know by itself and telemetry tells.
void fill_in(std::vector<RadarAxis>& axes, std::span<const analysis::ResourcesView> resources) {
  for (auto& axis : axes) {
    if (known(axis) || resources.size() != axis.values.size()) continue;
    Values values;
    if (axis.name == "resource efficiency") {
      for (const auto& view : resources) {
        values.push_back(view.energy ? view.energy->tokens_per_joule : std::nullopt);
      }
      axis = {axis.name, "100: the most output tokens for each joule here; half as many is 50",
              against_most(values)};
    } else if (axis.name == "memory") {
      for (const auto& view : resources) {
        const auto peak = peak_of(view, "kv_cache");
        values.push_back(peak ? std::optional(100 * (1 - std::clamp(*peak, 0.0, 1.0)))
                              : std::nullopt);
      }
      axis = {axis.name, "the percent of the KV cache that stays free at its fullest", values};
    } else if (axis.name == "GPU") {
      for (const auto& view : resources) {
        const auto mean = mean_of(view, "gpu_utilization");
        values.push_back(mean ? std::optional(100 * std::clamp(*mean, 0.0, 1.0)) : std::nullopt);
      }
      axis = {axis.name, "mean GPU utilization in percent", values};
    }
  }
}

struct Drawn {
  std::vector<RadarAxis> axes;
  std::vector<std::string> missing;  // names of those that not every side has
};

Drawn drawn_of(const Input& input, bool eight) {
  auto axes = eight ? input.contest->scores.eight : input.contest->scores.five;
  if (eight) fill_in(axes, input.resources);
  Drawn drawn;
  for (auto& axis : axes) {
    if (known(axis)) {
      drawn.axes.push_back(std::move(axis));
    } else {
      drawn.missing.push_back(axis.name);
    }
  }
  return drawn;
}

std::string finding(const Contest& contest, const Drawn& drawn) {
  std::vector<std::string> parts;
  for (std::size_t s = 0; s < contest.sides.size(); ++s) {
    std::size_t ahead = 0;
    for (const auto& axis : drawn.axes) {
      const bool first = std::ranges::all_of(
          axis.values, [&](const auto& value) { return *axis.values[s] >= *value; });
      ahead += first ? 1 : 0;
    }
    parts.push_back(fmt::format("{} in {}", short_name(contest.sides[s].label, 28), ahead));
  }
  std::string text = fmt::format("Furthest out, of {} dimensions (ties count for each): {}.",
                                 drawn.axes.size(), list_text(parts));
  if (!drawn.missing.empty()) {
    text += fmt::format(" Not drawn, as not every target's runs tell it (which is not 0): {}.",
                        list_text(drawn.missing));
  }
  return text;
}

Table table_of(const Contest& contest, const Drawn& drawn) {
  Table table{.columns = {"dimension"}, .rows = {}};
  for (const auto& side : contest.sides) table.columns.push_back(side.label);
  table.columns.emplace_back("scale");
  for (const auto& axis : drawn.axes) {
    std::vector<Cell> row = {axis.name};
    for (const auto& value : axis.values) row.emplace_back(*value);
    row.emplace_back(axis.scale);
    table.rows.push_back(std::move(row));
  }
  return table;
}

// What 100 means of each dimension, beside the radar.
Json scales(const Drawn& drawn) {
  std::string text;
  for (const auto& axis : drawn.axes) {
    // Where lines are broken ECharts takes the last newline before a styled name for none.
    text += fmt::format("{}{{name|{}}}\n{}", text.empty() ? "" : "\n\n", axis.name, axis.scale);
  }
  return {{{"type", "text"},
           {"left", "63%"},
           {"top", "middle"},
           {"silent", true},
           {"style",
            {{"text", text},
             {"fill", "@muted"},
             {"font", "400 12px Inter"},
             {"lineHeight", 16},
             {"width", 290},  // what pages of 840 have right of 63%
             {"overflow", "break"},
             {"rich",
              {{"name", {{"fill", "@text"}, {"font", "600 13px Inter"}, {"lineHeight", 25}}}}}}}}};
}

Json radar_of(const Drawn& drawn) {
  Json indicators = Json::array();
  for (const auto& axis : drawn.axes) {
    // Beside the radar there is little room for long lines.
    std::string name = axis.name;
    std::ranges::replace(name, ' ', '\n');
    indicators.push_back({{"name", name}, {"max", 100}});
  }
  return {
      {"indicator", indicators},
      {"center", {"33%", "59%"}},
      {"radius", "56%"},
      {"splitNumber", 4},
      {"axisNameGap", 14},
      {"axisName", {{"color", "@text"}, {"fontSize", 13}, {"fontWeight", 600}, {"lineHeight", 16}}},
      {"splitLine", {{"lineStyle", {{"color", "@grid"}}}}},
      {"splitArea", {{"show", false}}},
      {"axisLine", {{"lineStyle", {{"color", "@grid"}}}}}};
}

Json series_of(const Input& input, const Drawn& drawn) {
  const Contest& contest = *input.contest;
  const auto style = looks_of(input);
  Json data = Json::array();
  for (std::size_t s = 0; s < contest.sides.size(); ++s) {
    Json values = Json::array();
    for (const auto& axis : drawn.axes) values.push_back(std::round(*axis.values[s] * 10) / 10);
    data.push_back(
        {{"name", contest.sides[s].label},
         {"value", values},
         {"symbol", style[s].symbol},
         {"symbolSize", 8},
         {"lineStyle", {{"color", style[s].ink()}, {"width", 2.5}, {"type", style[s].dash}}},
         {"itemStyle", {{"color", style[s].ink()}}},
         {"areaStyle", {{"color", style[s].wash(0.10)}}}});
  }
  return Json::array({{{"type", "radar"}, {"silent", true}, {"data", data}}});
}

Chart make(const Input& input, bool eight) {
  const Contest& contest = *input.contest;
  const Drawn drawn = drawn_of(input, eight);
  Chart chart;
  chart.source = contest_source(
      input,
      "0 in the middle, 100 at the edge · scores of the targets at hand: another one among "
      "them changes what 100 is");
  if (drawn.axes.size() < kFewestAxes) {
    chart.empty = fmt::format(
        "Nothing to draw: a radar needs three dimensions that every target has, and {}. A figure "
        "that is not there is not drawn as 0.",
        drawn.axes.empty()
            ? "there is none"
            : fmt::format("there are {} ({})", drawn.axes.size(),
                          fmt::join(drawn.axes | std::views::transform(&RadarAxis::name), ", ")));
    return chart;
  }
  for (const auto& side : contest.sides) chart.legend.push_back(side.label);
  chart.subtitle = finding(contest, drawn);
  chart.alt = fmt::format("Radar of {} dimensions from 0 to 100, by target. {}", drawn.axes.size(),
                          chart.subtitle);
  chart.option = dump({{"radar", radar_of(drawn)},
                       {"graphic", scales(drawn)},
                       {"series", series_of(input, drawn)}});
  chart.table = table_of(contest, drawn);
  return chart;
}

bool offered(const Input& input) { return drawn_of(input, false).axes.size() >= kFewestAxes; }

}  // namespace

Entry radar_chart(bool eight) {
  return {
      .id = eight ? "radar-8" : "radar-5",
      .title = eight ? "Strengths and weaknesses in eight dimensions"
                     : "Strengths and weaknesses in five dimensions",
      .question = "Where is each target strong, and where weak?",
      .how_to_read =
          "Each corner is a dimension, further out is better; what 100 stands for is told beside "
          "it. A large even shape is a good all-rounder, a spike is a specialist. Do not compare "
          "areas: they depend on the order of the corners. A dimension that was not measured is "
          "left out.",
      .needs = Needs::kContest,
      .level = eight ? Level::kTechnical : Level::kSimple,
      .make = [eight](const Input& input) { return make(input, eight); },
      .offered = offered};
}

}  // namespace tt::chart
