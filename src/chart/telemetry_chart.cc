// What engines, GPUs and the client's machine told while the run went on: a panel a figure.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/run_time.h"

namespace tt::chart {
namespace {

using analysis::ResourceFigure;
using analysis::ResourcesView;
using analysis::ResourceUnit;

// A line breaks where readings of one turn are so many times farther apart than usual.
constexpr double kGap = 3;
// The height of a panel in which nothing happened, against the others'.
constexpr double kShareOfNothing = 0.5;
// More panels than this would be too low one above the other.
constexpr std::size_t kMostInAColumn = 3;

// Its mean is a number, its line one a second.
constexpr std::string_view kCounted = "preemptions";

/// Which figures a chart shows, and what it says of them.
struct Board {
  std::string_view id;
  std::string_view title;
  std::string_view question;
  std::string_view how_to_read;
  std::vector<std::string_view> keys;
  Level level = Level::kTechnical;
};

/// How a unit is drawn.
struct Scale {
  double divisor = 1;
  std::string unit;
  bool share = false;
};

Scale scale_of(ResourceUnit unit, double high) {
  const auto bytes = [&](const char* suffix) {
    constexpr std::pair<double, const char*> kSteps[] = {
        {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}, {1, "B"}};
    for (const auto& [divisor, name] : kSteps) {
      if (high >= divisor || divisor == 1) return Scale{divisor, std::string(name) + suffix};
    }
    return Scale{};
  };
  switch (unit) {
    case ResourceUnit::kShare:
      return {.share = true};
    case ResourceUnit::kTokensPerSecond:
      return {.unit = "tokens/s"};
    case ResourceUnit::kTokens:
      return {.unit = "tokens"};
    case ResourceUnit::kBytes:
      return bytes("");
    case ResourceUnit::kBytesPerSecond:
      return bytes("/s");
    case ResourceUnit::kWatts:
      return {.unit = "W"};
    case ResourceUnit::kJoules:
      return {.unit = "J"};
    case ResourceUnit::kCelsius:
      return {.unit = "°C"};
    case ResourceUnit::kMillis:
      return {.unit = "ms"};
    case ResourceUnit::kNumber:
      break;
  }
  return {};
}

std::string value_text(const Scale& scale, double value) {
  if (scale.share) return fmt::format("{}%", format_number(value * 100));
  return fmt::format("{}{}{}", format_number(value / scale.divisor), scale.unit.empty() ? "" : " ",
                     scale.unit);
}

bool has_line(const ResourcesView& view, std::string_view key) {
  const auto* figure = view.figure(key);
  return figure != nullptr && !figure->line.value.empty();
}

// The figures that at least one target tells, over time.
std::vector<std::string_view> told(const Input& input, const Board& board) {
  std::vector<std::string_view> keys;
  for (const auto key : board.keys) {
    const bool any = std::ranges::any_of(
        input.resources, [&](const ResourcesView& view) { return has_line(view, key); });
    if (any) keys.push_back(key);
  }
  return keys;
}

// Which of the target's turns an instant belongs to.
std::size_t turn_of(const analysis::Slice& slice, double at_s) {
  std::size_t turn = 0;
  for (const auto& stretch : slice.stretches) turn += to_seconds(stretch.from) <= at_s ? 1 : 0;
  return turn;
}

struct Line {
  Json points = Json::array();
  bool alone = false;  // a reading without a neighbour, which no line shows
};

Line line_of(const analysis::SeriesLine& line, const analysis::Slice& slice, double divisor) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < line.at_s.size(); ++i) {
    if (turn_of(slice, line.at_s[i]) != turn_of(slice, line.at_s[i - 1])) continue;
    steps.push_back(line.at_s[i] - line.at_s[i - 1]);
  }
  double usual = 0;
  if (!steps.empty()) {
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::ranges::nth_element(steps, middle);
    usual = *middle;
  }
  Line result;
  std::size_t together = 0;
  for (std::size_t i = 0; i < line.at_s.size(); ++i) {
    const bool apart = i > 0 && (turn_of(slice, line.at_s[i]) != turn_of(slice, line.at_s[i - 1]) ||
                                 (usual > 0 && line.at_s[i] - line.at_s[i - 1] > kGap * usual));
    if (apart) {
      result.points.push_back({(line.at_s[i] + line.at_s[i - 1]) / 2, nullptr});
      result.alone |= together == 1;
      together = 0;
    }
    result.points.push_back({line.at_s[i], line.value[i] / divisor});
    ++together;
  }
  result.alone |= together == 1;
  return result;
}

struct Extent {
  double from_s = 0;
  double to_s = 1;
};

Extent extent_of(const Input& input, const std::vector<std::string_view>& keys) {
  Extent extent;
  bool first = true;
  for (const auto& view : input.resources) {
    for (const auto key : keys) {
      const auto* figure = view.figure(key);
      if (figure == nullptr || figure->line.at_s.empty()) continue;
      extent.from_s =
          first ? figure->line.at_s.front() : std::min(extent.from_s, figure->line.at_s.front());
      extent.to_s =
          first ? figure->line.at_s.back() : std::max(extent.to_s, figure->line.at_s.back());
      first = false;
    }
  }
  if (!(extent.to_s > extent.from_s)) extent.to_s = extent.from_s + 1;
  return extent;
}

double highest(const Input& input, std::string_view key) {
  double high = 0;
  for (const auto& view : input.resources) {
    const auto* figure = view.figure(key);
    if (figure == nullptr) continue;
    for (const double value : figure->line.value) high = std::max(high, value);
  }
  return high;
}

Json y_axis(const Scale& scale, double high, std::size_t panel) {
  // A share is drawn against the whole, unless it is so small that nothing could be seen.
  const bool whole = scale.share && (high > 0.1 || !(high > 0));
  Json axis = low_axis(whole ? 1 : high / scale.divisor, panel);
  // Nothing all along has little to show.
  if (whole) {
    axis["max"] = 1;
    axis["ticks"] = {0, 0.5, 1};
  }
  if (!(high > 0)) axis["ticks"] = {0, axis["max"]};
  if (scale.share) axis["axisLabel"] = {{"formatter", "percent"}};
  return axis;
}

const analysis::ResourceSpec* spec_of(std::string_view key) {
  const auto specs = analysis::resource_specs();
  const auto found = std::ranges::find(specs, key, &analysis::ResourceSpec::key);
  return found == specs.end() ? nullptr : &*found;
}

std::string capital(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') result[0] -= 'a' - 'A';
  return result;
}

std::string panel_title(const analysis::ResourceSpec& spec, const Scale& scale) {
  const auto unit = spec.key == kCounted ? std::string("a second") : scale.unit;
  if (unit.empty() || spec.title.ends_with(unit)) return capital(spec.title);
  return fmt::format("{} ({})", capital(spec.title), unit);
}

std::vector<std::string> names_of(const Input& input) {
  std::vector<std::string> names;
  for (const auto& target : input.run->run.targets) names.push_back(target.name);
  return names;
}

// The targets that tell a figure, those with one and the same line together: of targets that were
// measured at once the client's machine, or a GPU that they share, tells the same.
std::vector<std::vector<std::size_t>> alike(const Input& input, std::string_view key) {
  std::vector<std::vector<std::size_t>> groups;
  const auto line = [&](std::size_t t) -> const analysis::SeriesLine& {
    return input.resources[t].figure(key)->line;
  };
  for (std::size_t t = 0; t < input.resources.size(); ++t) {
    const auto* figure = input.resources[t].figure(key);
    if (figure == nullptr || figure->line.value.empty()) continue;
    const auto group = std::ranges::find_if(groups, [&](const auto& targets) {
      return line(targets[0]).at_s == line(t).at_s && line(targets[0]).value == line(t).value;
    });
    if (group == groups.end()) {
      groups.push_back({t});
    } else {
      group->push_back(t);
    }
  }
  return groups;
}

std::string group_name(const std::vector<std::size_t>& group,
                       const std::vector<std::string>& names) {
  if (group.size() == 1) return names[group[0]];
  if (group.size() == names.size()) return "all, at once";
  std::vector<std::string> parts;
  for (const std::size_t t : group) parts.push_back(short_name(names[t], 28));
  return list_text(parts, 3) + ", at once";
}

// The peaks of the first figure, and who tells nothing.
std::string finding(const Input& input, const std::vector<std::string_view>& keys) {
  const auto names = names_of(input);
  std::string text;
  std::size_t said = 0;
  for (const auto key : keys) {
    if (key == kCounted || ++said > 2) continue;
    const auto* spec = spec_of(key);
    const Scale scale = scale_of(spec->unit, highest(input, key));
    std::vector<std::string> parts;
    for (const auto& group : alike(input, key)) {
      const auto* figure = input.resources[group[0]].figure(key);
      if (!figure->mean || !figure->peak) continue;
      const auto who = group_name(group, names);
      parts.push_back(fmt::format("{} {} (peak {})", group.size() == 1 ? short_name(who, 28) : who,
                                  value_text(scale, *figure->mean),
                                  value_text(scale, *figure->peak)));
    }
    if (!parts.empty()) {
      text += fmt::format("{}{}, mean: {}.", text.empty() ? "" : " ", capital(spec->title),
                          list_text(parts, 3));
    }
  }
  std::vector<std::string> silent;
  for (std::size_t t = 0; t < input.resources.size(); ++t) {
    const bool any = std::ranges::any_of(
        keys, [&](std::string_view key) { return has_line(input.resources[t], key); });
    if (!any) silent.push_back(short_name(names[t], 28));
  }
  if (!silent.empty()) {
    text += fmt::format(" {} {} none of this (which is not 0).", list_text(silent, 4),
                        silent.size() == 1 ? "tells" : "tell");
  }
  return text;
}

Table table_of(const Input& input, const std::vector<std::string_view>& keys) {
  Table table{.columns = {"target", "figure", "source", "mean", "peak", "readings"}, .rows = {}};
  const auto names = names_of(input);
  for (std::size_t t = 0; t < input.resources.size(); ++t) {
    for (const auto key : keys) {
      const auto* figure = input.resources[t].figure(key);
      if (figure == nullptr || !figure->exposed()) continue;
      table.rows.push_back({names[t], std::string(figure->spec->title), figure->source,
                            *figure->mean, figure->peak ? Cell(*figure->peak) : Cell(),
                            static_cast<double>(figure->line.value.size())});
    }
  }
  return table;
}

std::string nothing(const Input& input, const Board& board) {
  std::vector<std::string> titles;
  for (const auto key : board.keys) titles.emplace_back(spec_of(key)->title);
  const bool any = std::ranges::any_of(input.resources, [](const ResourcesView& view) {
    return std::ranges::any_of(view.figures, &ResourceFigure::exposed);
  });
  return any ? fmt::format("Nothing to draw: no target tells its {}. What is not told is not 0.",
                           list_text(titles, 8))
             : "Nothing to draw: the run has no telemetry of its targets. It comes from the "
               "engines' metrics pages, where they can be reached.";
}

Chart make(const Input& input, const Board& board) {
  const auto keys = told(input, board);
  Chart chart;
  chart.source = source_text(*input.run, {}, {}) +
                 " · as engines and machines tell it, while each target was measured";
  if (keys.empty()) {
    chart.empty = nothing(input, board);
    return chart;
  }
  const auto names = names_of(input);
  const auto style = looks(input.run->run.targets);
  const Look shared{.colour = "text", .dash = "solid", .symbol = "circle"};
  const Extent extent = extent_of(input, keys);
  chart.columns = keys.size() > kMostInAColumn ? 2 : 1;
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t panel = 0; panel < keys.size(); ++panel) {
    const auto* spec = spec_of(keys[panel]);
    const double high = highest(input, keys[panel]);
    const Scale scale = scale_of(spec->unit, high);
    for (const auto& group : alike(input, keys[panel])) {
      const auto& line = input.resources[group[0]].figure(keys[panel])->line;
      const Look& look = group.size() == 1 ? style[group[0]] : shared;
      auto name = group_name(group, names);
      auto drawn = line_of(line, input.run->slices[group[0]], scale.divisor);
      Json one = in_panel(line_series(name, look, std::move(drawn.points), 2), panel);
      one["connectNulls"] = false;
      one["showSymbol"] = drawn.alone;
      one["symbolSize"] = 5;
      series.push_back(one);
      if (std::ranges::find(chart.legend, name) == chart.legend.end()) {
        chart.legend.push_back(std::move(name));
      }
    }
    const bool labels = panel + chart.columns >= keys.size();
    const double share = chart.columns == 1 && !(high > 0) ? kShareOfNothing : 1;
    chart.panels.push_back({share, panel_title(*spec, scale), labels});
    x.push_back({{"type", "value"},
                 {"gridIndex", panel},
                 {"min", extent.from_s},
                 {"max", extent.to_s},
                 {"axisLabel", {{"show", labels}}}});
    if (labels) x.back()["name"] = "Time since the run's start (s)";
    y.push_back(y_axis(scale, high, panel));
  }
  chart.subtitle = finding(input, keys);
  chart.alt =
      fmt::format("{} over the time of the run, by target. {}", board.title, chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
  chart.table = table_of(input, keys);
  return chart;
}

const Board kQueue = {
    "engine-queue",
    "The engine's queue",
    "Do requests wait in the engine, and does the queue grow?",
    "Waiting requests near 0 mean that the engine takes all that comes. A queue that stands at a "
    "level costs each request its wait; one that grows all through the run means more load than "
    "the engine can carry. What an engine does not tell has no line.",
    {"running", "waiting", "preemptions"}};
const Board kCache = {
    "engine-cache",
    "The engine's cache",
    "Is there room in the KV cache, and are prompts found there?",
    "A KV cache that comes near 100% makes requests wait or be thrown out and begun anew "
    "(preemptions). Prefix hits tell how much of the prompts was there already: of synthetic "
    "prompts nearly none, unless they share a prefix.",
    {"kv_cache", "prefix_hits", "preemptions"}};
const Board kGpu = {
    "gpu",
    "GPUs",
    "Are the GPUs busy, how full is their memory, what do they draw?",
    "Utilization near 100% while latency is good is a GPU well used. Low utilization with slow "
    "answers points at the engine, its host or the network. The memory is mostly the engine's own "
    "share, taken at its start.",
    {"gpu_utilization", "gpu_memory_busy", "gpu_memory", "gpu_power"}};
const Board kHost = {
    "host",
    "The machine that measures",
    "Was the measuring machine itself at its limit?",
    "A CPU near 100%, or this program near as many cores as there are, means that the client may "
    "have slowed the requests: then believe no difference between targets.",
    {"host_cpu", "client_cpu", "host_receive", "client_memory"}};
const Board kHealth = {
    "health",
    "Health at a glance",
    "What happened in engine, GPU and client at the same time?",
    "All panels share the axis of time: look for what moves together. Waiting requests that rise "
    "with the KV cache mean that memory is the limit; with a busy GPU, computing is.",
    {"running", "waiting", "kv_cache", "output_rate", "gpu_utilization", "gpu_power", "host_cpu",
     "client_cpu"},
    Level::kSimple};

Entry entry_of(const Board& board, bool (*offered)(const Input&)) {
  return {.id = std::string(board.id),
          .title = std::string(board.title),
          .question = std::string(board.question),
          .how_to_read = std::string(board.how_to_read),
          .needs = Needs::kResources,
          .level = board.level,
          .make = [&board](const Input& input) { return make(input, board); },
          .offered = offered};
}

}  // namespace

Entry engine_queue_chart() {
  return entry_of(kQueue, [](const Input& input) { return !told(input, kQueue).empty(); });
}
Entry engine_cache_chart() {
  return entry_of(kCache, [](const Input& input) { return !told(input, kCache).empty(); });
}
Entry gpu_chart() {
  return entry_of(kGpu, [](const Input& input) { return !told(input, kGpu).empty(); });
}
Entry host_chart() {
  return entry_of(kHost, [](const Input& input) { return !told(input, kHost).empty(); });
}
Entry health_chart() {
  return entry_of(kHealth, [](const Input& input) { return !told(input, kHealth).empty(); });
}

}  // namespace tt::chart
