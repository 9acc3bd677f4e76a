// Where the time of a mean request goes: queue, prefill, decode and the rest, stacked.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"

namespace tt::chart {
namespace {

using analysis::Breakdown;
using analysis::Part;

/// A part of a bar, of every target: by name and ink.
struct Layer {
  std::string name;
  std::string ink;
  std::vector<double> ms;  // by target; 0 where it has none
};

// What is drawn of a target: the engine's own parts where it tells all of them, else what the
// client saw.
struct Bar {
  std::vector<std::pair<Part, double>> parts;
  double total_ms = 0;
  std::uint64_t n = 0;
  bool by_engine = false;
};

Bar bar_of(const Input& input, std::size_t target) {
  Bar bar;
  const Breakdown& told = input.resources[target].breakdown;
  bar.n = told.n;
  bar.total_ms = told.e2e_ms;
  if (told.n > 0 && told.complete()) {
    bar.by_engine = true;
    for (const auto& part : told.parts) {
      if (part.mean_ms) bar.parts.emplace_back(part.part, *part.mean_ms);
    }
    return bar;
  }
  const auto seen = analysis::mean_parts(input.run->slices[target]);
  bar.n = seen.n;
  bar.total_ms = 0;
  for (const auto& entry : seen.entries) {
    bar.parts.emplace_back(entry.part, entry.mean_ms);
    bar.total_ms += entry.mean_ms;
  }
  return bar;
}

std::string ink_of(Part part) {
  switch (part) {
    case Part::kToSend:
    case Part::kConnecting:
      return "@slate/0.55";
    case Part::kQueue:
      return "@amber";
    case Part::kPrefill:
    case Part::kToFirst:
      return "@blue";
    case Part::kDecode:
    case Part::kStreaming:
      return "@green";
    case Part::kRest:
      return "@fuchsia";
  }
  return "@slate";
}

std::string name_of(Part part) {
  if (part == Part::kRest) return "the rest (network, and what is not told)";
  return std::string(analysis::part_name(part));
}

std::vector<Layer> layers_of(const std::vector<Bar>& bars) {
  constexpr Part kOrder[] = {Part::kToSend,  Part::kConnecting, Part::kQueue,     Part::kPrefill,
                             Part::kToFirst, Part::kDecode,     Part::kStreaming, Part::kRest};
  std::vector<Layer> layers;
  for (const Part part : kOrder) {
    Layer layer{name_of(part), ink_of(part), {}};
    bool any = false;
    for (const auto& bar : bars) {
      const auto found = std::ranges::find(bar.parts, part, &std::pair<Part, double>::first);
      layer.ms.push_back(found == bar.parts.end() ? 0 : std::max(0.0, found->second));
      any = any || layer.ms.back() > 0;
    }
    if (any) layers.push_back(std::move(layer));
  }
  return layers;
}

std::string finding(const Input& input, const std::vector<Bar>& bars) {
  std::vector<std::string> parts;
  std::vector<std::string> untold;
  for (std::size_t t = 0; t < bars.size(); ++t) {
    const auto name = short_name(input.run->run.targets[t].name, 28);
    if (bars[t].n == 0 || !(bars[t].total_ms > 0)) continue;
    const auto most = std::ranges::max_element(bars[t].parts, {}, &std::pair<Part, double>::second);
    parts.push_back(fmt::format("{} {} ({:.0f}% of {})", name, name_of(most->first),
                                100 * most->second / bars[t].total_ms,
                                time_text(bars[t].total_ms)));
    if (!bars[t].by_engine) untold.push_back(name);
  }
  std::string text = fmt::format("Most of a request's time goes into: {}.", list_text(parts, 4));
  if (!untold.empty()) {
    text += fmt::format(" {} {} not tell queue, prefill and decode: shown is what the client saw.",
                        list_text(untold, 4), untold.size() == 1 ? "does" : "do");
  }
  return text;
}

Table table_of(const Input& input, const std::vector<Bar>& bars, const std::vector<Layer>& layers) {
  Table table{.columns = {"target", "n", "mean E2E (ms)"}, .rows = {}};
  for (const auto& layer : layers) table.columns.push_back(layer.name + " (ms)");
  for (std::size_t t = 0; t < bars.size(); ++t) {
    std::vector<Cell> row = {input.run->run.targets[t].name, static_cast<double>(bars[t].n),
                             bars[t].total_ms};
    for (const auto& layer : layers) row.emplace_back(layer.ms[t]);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Json layer_series(const Layer& layer, const TimeScale& scale, double total) {
  Json data = Json::array();
  for (const double ms : layer.ms) {
    Json entry = {{"value", scale.at(ms)}};
    // Words only where they fit.
    if (ms >= 0.06 * total) {
      entry["label"] = {{"show", true}, {"content", time_text(ms)}, {"color", "@background"}};
    }
    data.push_back(entry);
  }
  return {{"type", "bar"},
          {"name", layer.name},
          {"stack", "parts"},
          {"barMaxWidth", 54},
          {"itemStyle", {{"color", layer.ink}, {"borderColor", "@background"}, {"borderWidth", 1}}},
          {"label", {{"fontSize", 12}, {"fontWeight", 600}}},
          {"silent", true},
          {"data", data}};
}

Chart make(const Input& input) {
  std::vector<Bar> bars;
  double high = 0;
  for (std::size_t t = 0; t < input.resources.size(); ++t) {
    bars.push_back(bar_of(input, t));
    high = std::max(high, bars.back().total_ms);
  }
  std::vector<std::uint64_t> n;
  for (const auto& bar : bars) n.push_back(bar.n);
  Chart chart;
  chart.source = source_text(*input.run, n, {}) +
                 " · means; queue, prefill and decode as the engine tells them, the rest is what "
                 "they leave of the client's E2E";
  const auto layers = layers_of(bars);
  if (!(high > 0) || layers.empty()) {
    chart.empty = nothing_text(*input.run, "latency breakdown");
    return chart;
  }
  // Length means something: never logarithmic.
  const TimeScale scale = time_scale(high, high);
  Json series = Json::array();
  for (const auto& layer : layers) {
    chart.legend.push_back(layer.name);
    series.push_back(layer_series(layer, scale, high));
  }
  Json lanes = Json::array();
  for (std::size_t t = 0; t < bars.size(); ++t) {
    lanes.push_back({{"value", fmt::format("{}\n{}", short_name(input.run->run.targets[t].name, 34),
                                           bars[t].n > 0 ? "mean E2E " + time_text(bars[t].total_ms)
                                                         : std::string("no request succeeded"))}});
  }
  chart.subtitle = finding(input, bars);
  chart.alt = fmt::format("Mean latency in parts, a stacked bar a target. {}", chart.subtitle);
  chart.option = dump({{"xAxis", time_axis(scale, "Mean end-to-end latency")},
                       {"yAxis",
                        {{"type", "category"},
                         {"data", lanes},
                         {"inverse", true},
                         {"axisLabel", {{"lineHeight", 19}}}}},
                       {"series", series}});
  chart.table = table_of(input, bars, layers);
  return chart;
}

}  // namespace

Entry breakdown_chart() {
  return {.id = "latency-breakdown",
          .title = "Where the time of a request goes",
          .question =
              "Is it the queue, the prompt, the generation or the network that takes the "
              "time?",
          .how_to_read =
              "Each bar is a target's mean request, cut into what the engine says it spent on: "
              "waiting in its queue, reading the prompt (prefill), generating (decode); what is "
              "left is the network, gateways, the client, and what the engine keeps to itself. A "
              "long queue asks for less load or "
              "more replicas, a long prefill for shorter or cached prompts.",
          .needs = Needs::kResources,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
