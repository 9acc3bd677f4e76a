// The life of two requests of each target, a typical and a slow one: queue, first token, every
// chunk.
#include <algorithm>

#include <fmt/format.h>

#include "analysis/request_parts.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;
using analysis::Part;

constexpr double kChosen[] = {0.5, 0.99};
constexpr std::size_t kMostTargets = 6;
constexpr double kMostTimesMedian = 5;
// Of one that is little longer than that, nothing is cut off.
constexpr double kWorthCutting = 1.5;
constexpr std::size_t kMostTicks = 400;  // of one request

struct Life {
  std::size_t target = 0;
  std::string label;
  analysis::Waterfall fall;
};

std::vector<Life> lives_of(const RunView& view) {
  std::vector<Life> lives;
  for (std::size_t t = 0; t < std::min(view.slices.size(), kMostTargets); ++t) {
    for (const double p : kChosen) {
      const auto row = request_at(view.slices[t], MetricId::kE2e, p);
      if (!row) continue;
      auto fall = analysis::waterfall(view.slices[t], *row);
      if (fall.bars.empty()) continue;
      lives.push_back({t,
                       fmt::format("{}\n{}", short_name(view.run.targets[t].name, 34),
                                   p == 0.5 ? "typical" : "slow (p99)"),
                       std::move(fall)});
    }
  }
  return lives;
}

Json spans_of(const std::vector<Life>& lives, Part part, double divisor) {
  Json rows = Json::array();
  for (std::size_t lane = 0; lane < lives.size(); ++lane) {
    for (const auto& bar : lives[lane].fall.bars) {
      if (bar.part == part) rows.push_back({bar.from_ms / divisor, bar.to_ms / divisor, lane});
    }
  }
  return rows;
}

Json ticks_of(const std::vector<Life>& lives, double divisor) {
  Json rows = Json::array();
  for (std::size_t lane = 0; lane < lives.size(); ++lane) {
    const auto& chunks = lives[lane].fall.chunks_ms;
    for (const auto i : analysis::thin(chunks.size(), kMostTicks)) {
      rows.push_back({chunks[i] / divisor, lane});
    }
  }
  return rows;
}

struct Shade {
  Part part;
  const char* name;
  const char* fill;
};
constexpr Shade kShades[] = {{Part::kToSend, "waiting to be sent", "@slate/0.55"},
                             {Part::kConnecting, "connecting", "@amber"},
                             {Part::kToFirst, "waiting for the first token", "@purple/0.75"},
                             {Part::kStreaming, "streaming", "@cyan/0.35"}};

// How long each took, behind its bar; at the edge, on the bar, where it is cut off.
Json ends_of(const std::vector<Life>& lives, double divisor, double edge_ms) {
  Json ends = Json::array();
  for (std::size_t lane = 0; lane < lives.size(); ++lane) {
    const double end = lives[lane].fall.bars.back().to_ms;
    const bool cut = end > edge_ms;
    ends.push_back({{"value", {std::min(end, edge_ms) / divisor, lane}},
                    {"label",
                     {{"show", true},
                      {"content", cut ? fmt::format("ends at {}", time_text(end)) : time_text(end)},
                      {"color", cut ? "@background" : "@text"},
                      {"position", cut ? "left" : "right"}}}});
  }
  return {
      {"type", "scatter"}, {"name", "end"},   {"itemStyle", {{"color", "@text"}}},
      {"data", ends},      {"symbolSize", 1}, {"label", {{"fontSize", 13}, {"fontWeight", 600}}},
      {"silent", true},    {"z", 6}};
}

// All of the time, unless one request takes so long that the others would be pressed flat.
double shown_of(const std::vector<Life>& lives) {
  std::vector<double> ends;
  for (const auto& life : lives) ends.push_back(life.fall.bars.back().to_ms);
  std::ranges::sort(ends);
  const double most = kMostTimesMedian * ends[(ends.size() - 1) / 2];
  return ends.back() > kWorthCutting * most ? most : ends.back();
}

Json series_of(const std::vector<Life>& lives, double divisor, double edge_ms, Chart& chart) {
  Json series = Json::array();
  for (const auto& shade : kShades) {
    Json rows = spans_of(lives, shade.part, divisor);
    if (rows.empty()) continue;
    Json one = shape_series(shade.name, "span", {{"fill", shade.fill}, {"height", 0.56}},
                            std::move(rows), {});
    one["itemStyle"] = {{"color", shade.fill}};
    chart.legend.emplace_back(shade.name);
    series.push_back(one);
  }
  Json ticks = ticks_of(lives, divisor);
  if (!ticks.empty()) {
    Json one = shape_series("a chunk of tokens arrives", "tick",
                            {{"stroke", "@text/0.5"}, {"height", 0.56}, {"width", 0.75}},
                            std::move(ticks), {});
    one["itemStyle"] = {{"color", "@text"}};
    chart.legend.emplace_back("a chunk of tokens arrives");
    series.push_back(one);
  }
  series.push_back(ends_of(lives, divisor, edge_ms));
  return series;
}

Table table_of(const RunView& view, const std::vector<Life>& lives) {
  Table table{.columns = {"target", "request", "part", "from (ms)", "to (ms)"}, .rows = {}};
  for (const auto& life : lives) {
    for (const auto& bar : life.fall.bars) {
      table.rows.push_back({view.run.targets[life.target].name,
                            static_cast<double>(life.fall.row.index),
                            std::string(analysis::part_name(bar.part)), bar.from_ms, bar.to_ms});
    }
  }
  return table;
}

std::string slowest(const std::vector<Life>& lives) {
  const auto longest =
      std::ranges::max_element(lives, {}, [](const Life& l) { return l.fall.bars.back().to_ms; });
  return fmt::format("The longest of these took {} ({}).",
                     time_text(longest->fall.bars.back().to_ms), short_name(longest->label));
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const auto lives = lives_of(view);
  Chart chart;
  chart.source = source_text(view, {}, {}) +
                 " · typical: the request of median end-to-end latency; slow: that of p99";
  if (lives.empty()) {
    chart.empty = nothing_text(view, "request to follow");
    return chart;
  }
  Json lanes = Json::array();
  for (const auto& life : lives) lanes.push_back({{"value", life.label}});
  const double shown_ms = shown_of(lives);
  // Room for the words behind the longest bar.
  TimeScale scale = time_scale(0, shown_ms * 1.06);
  scale.high = std::max(scale.high, scale.at(shown_ms * 1.08));
  const Json series = series_of(lives, scale.divisor, scale.high * scale.divisor, chart);
  chart.subtitle = slowest(lives) + " Gaps between marks are stalls.";
  chart.alt =
      fmt::format("The life of a typical and a slow request of each target. {}", chart.subtitle);
  chart.option = dump({{"xAxis", time_axis(scale, "Time since the request was due")},
                       {"yAxis",
                        {{"type", "category"},
                         {"data", lanes},
                         {"inverse", true},
                         {"axisLabel", {{"lineHeight", 18}}}}},
                       {"series", series}});
  chart.table = table_of(view, lives);
  return chart;
}

}  // namespace

Entry request_waterfall_chart() {
  return {.id = "request-waterfall",
          .title = "The life of a request",
          .question = "Where does the time of a typical and of a slow request go?",
          .how_to_read =
              "A lane is one request from the instant it was due. Compare the wait for the first "
              "token with the streaming after it. Each mark is a chunk of tokens: evenly spaced "
              "marks read smoothly, a gap is a stall that a user sees.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make};
}

}  // namespace tt::chart
