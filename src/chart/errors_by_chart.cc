// The share of requests that failed by what else was in flight, or by the length of the prompt.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/failure_words.h"
#include "chart/multiples.h"
#include "chart/run_time.h"
#include "stats/proportion.h"

namespace tt::chart {
namespace {

using analysis::Failures;
using analysis::GroupCount;

// Of fewer requests a share says nothing: they are in the table alone.
constexpr std::uint64_t kFewest = 10;

struct Kind {
  const char* axis;
  const char* with;  // "with 5 to 8 in flight"
  const char* column;
  const char* alike;  // why there is nothing to draw
  std::vector<GroupCount> Failures::* groups;
};
constexpr Kind kByLoad = {
    "Requests in flight at the send", "in flight", "in flight",
    "Nothing to draw: where requests failed, nearly all were sent with about as many in flight, or "
    "they were too few.",
    &Failures::by_concurrency};
constexpr Kind kByInput = {
    "Input tokens of a request", "input tokens", "input tokens",
    "Nothing to draw: of requests that failed nobody counted the input tokens, or all had about as "
    "many.",
    &Failures::by_input_tokens};

struct Bar {
  double from = 0;
  double to = 0;  // behind the last whole number of the group
  GroupCount group;
  double share = 0;
  stats::Interval interval;
};

struct Side {
  std::size_t target = 0;
  std::vector<Bar> bars;
  std::vector<Bar> drawn = {};  // those that say something
  std::uint64_t lost = 0;       // failed, and in no bar
};

std::vector<Bar> bars_of(const std::vector<GroupCount>& groups) {
  std::vector<Bar> bars;
  for (const auto& group : groups) {
    const auto share = group.error_rate();
    const auto interval = stats::wilson_interval(group.failed, group.ok + group.failed);
    if (!share || !interval || !group.low || !group.high) continue;
    bars.push_back({*group.low, *group.high + 1, group, *share, *interval});
  }
  return bars;
}

std::vector<Side> sides_of(const std::vector<Failures>& all, const Kind& kind) {
  std::vector<Side> sides;
  for (std::size_t t = 0; t < all.size(); ++t) {
    Side side{.target = t, .bars = bars_of(all[t].*kind.groups)};
    std::ranges::copy_if(side.bars, std::back_inserter(side.drawn),
                         [](const Bar& bar) { return bar.group.ok + bar.group.failed >= kFewest; });
    side.lost = all[t].failed;
    for (const Bar& bar : side.bars) side.lost -= bar.group.failed;
    // Shares without most of the failures would say that hardly any failed.
    if (side.drawn.empty() || 2 * side.lost > all[t].failed) continue;
    sides.push_back(std::move(side));
  }
  const bool any = std::ranges::any_of(sides, [](const Side& s) { return s.drawn.size() > 1; });
  return any ? sides : std::vector<Side>();
}

// "vllm 0% with 1, 12% with 9 to 16 in flight": the ends of what can be told.
std::string side_text(const RunView& view, const Side& side, const Kind& kind) {
  const auto name = short_name(view.run.targets[side.target].name, 28);
  const Bar& first = side.drawn.front();
  const Bar& last = side.drawn.back();
  const auto percent = [](const Bar& bar) { return format_number(100 * bar.share); };
  if (side.drawn.size() < 2) {
    return fmt::format("{} {}% with {} {}", name, percent(first), first.group.label, kind.with);
  }
  return fmt::format("{} {}% with {}, {}% with {} {}", name, percent(first), first.group.label,
                     percent(last), last.group.label, kind.with);
}

std::string finding(const RunView& view, const std::vector<Side>& sides, const Kind& kind) {
  std::vector<std::string> texts;
  std::uint64_t lost = 0;
  for (const auto& side : sides) {
    texts.push_back(side_text(view, side, kind));
    lost += side.lost;
  }
  std::string text = fmt::format("Failed: {}. Whiskers: 95% intervals.", list_text(texts, 4));
  if (lost > 0) {
    text +=
        fmt::format(" Without {} failed whose {} nobody counted.", format_count(lost), kind.column);
  }
  return text;
}

Json bars_series(const Side& side, const std::string& name, const Look& look) {
  Json rows = Json::array();
  for (const Bar& bar : side.drawn) {
    if (bar.group.failed > 0) rows.push_back({bar.from, bar.to, bar.share});
  }
  return shape_series(name, "bin",
                      {{"fill", look.wash(0.55)}, {"stroke", look.ink()}, {"width", 1}},
                      std::move(rows), look);
}

Json whiskers(const Side& side, const std::string& name, const TimeScale& x) {
  Json rows = Json::array();
  for (const Bar& bar : side.drawn) {
    const double middle = x.log ? std::sqrt(bar.from * bar.to) : (bar.from + bar.to) / 2;
    rows.push_back({middle, bar.interval.low, bar.interval.high});
  }
  const Look plain{.colour = "text", .dash = "solid", .symbol = "none"};
  return shape_series(name, "whisker", {{"stroke", "@text"}, {"width", 1.25}}, std::move(rows),
                      plain);
}

struct Extent {
  double low = 0;
  double high = 0;
  double share = 0;
};

Extent extent_of(const std::vector<Side>& sides) {
  Extent extent{.low = sides.front().drawn.front().from};
  for (const auto& side : sides) {
    for (const Bar& bar : side.drawn) {
      extent.low = std::min(extent.low, bar.from);
      extent.high = std::max(extent.high, bar.to);
      extent.share = std::max(extent.share, bar.interval.high);
    }
  }
  return extent;
}

Table table_of(const RunView& view, const std::vector<Side>& sides, const Kind& kind) {
  Table table{.columns = {"target", kind.column, "succeeded", "failed", "failed (share)",
                          "95% from", "95% to"},
              .rows = {}};
  for (const auto& side : sides) {
    for (const Bar& bar : side.bars) {
      table.rows.push_back(
          {view.run.targets[side.target].name, bar.group.label, static_cast<double>(bar.group.ok),
           static_cast<double>(bar.group.failed), bar.share, bar.interval.low, bar.interval.high});
    }
  }
  return table;
}

void draw(Chart& chart, const RunView& view, const std::vector<Failures>& all, const Kind& kind) {
  const auto sides = sides_of(all, kind);
  if (sides.empty()) {
    chart.empty = kind.alike;
    return;
  }
  const Extent extent = extent_of(sides);
  const TimeScale x = plain_scale(extent.low, extent.high, "", 8);
  std::vector<std::size_t> targets;
  for (const auto& side : sides) targets.push_back(side.target);
  const Multiples grid =
      multiples(view, targets, time_axis(x, kind.axis), share_axis(extent.share, "Failed"));
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
    const Side& side = sides[panel];
    const auto& name = view.run.targets[side.target].name;
    series.push_back(in_panel(bars_series(side, name, style[side.target]), panel));
    series.push_back(in_panel(whiskers(side, name, x), panel));
  }
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle = finding(view, sides, kind) + left_out_text(grid);
  chart.alt = fmt::format("The share of requests that failed by {}, a panel a target. {}",
                          to_lower(kind.axis), chart.subtitle);
  chart.option = dump({{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series}});
  chart.table = table_of(view, sides, kind);
}

template <const Kind& kind>
Chart make(const Input& input) {
  return chart_of_failures(input,
                           [](Chart& chart, const RunView& view, const std::vector<Failures>& all) {
                             draw(chart, view, all, kind);
                           });
}

template <const Kind& kind>
bool offered(const Input& input) {
  std::vector<Failures> all;
  for (const auto& slice : input.run->slices) all.push_back(analysis::failures(slice));
  return !sides_of(all, kind).empty();
}

}  // namespace

Entry errors_by_load_chart() {
  return {.id = "errors-by-load",
          .title = "Failures by load",
          .question = "Do requests fail because too many are in flight?",
          .how_to_read =
              "Each bar holds the requests that were sent while so many were in flight; its height "
              "is the share that failed, the whisker where that share may really lie. Bars that "
              "rise to the right say that the load does it; bars of one height, that it does not.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make<kByLoad>,
          .offered = offered<kByLoad>};
}

Entry errors_by_input_chart() {
  return {.id = "errors-by-input-tokens",
          .title = "Failures by input tokens",
          .question = "Do long prompts fail more often than short ones?",
          .how_to_read =
              "Each bar holds about as many requests, those with so many input tokens; its height "
              "is the share that failed, the whisker where that share may really lie. Bars that "
              "rise to the right say that long prompts fail: look at the engine's limits of "
              "context and time.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make<kByInput>,
          .offered = offered<kByInput>};
}

}  // namespace tt::chart
