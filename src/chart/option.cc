#include "chart/option.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/summary.h"
#include "base/isolates.h"
#include "base/safe_text.h"
#include "base/text.h"

namespace tt::chart {
namespace {

using analysis::MetricId;

constexpr std::array kColours = {"purple", "pink", "cyan",  "green",   "amber",
                                 "blue",   "lime", "brown", "fuchsia", "slate"};

std::string_view colour_of(std::string_view engine) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kOwn = {
      {{"vllm", "purple"},
       {"tgi", "pink"},
       {"ollama", "cyan"},
       {"openai", "green"},
       {"sglang", "blue"},
       {"llamacpp", "brown"},
       {"trtllm", "lime"}}};
  const auto found = std::ranges::find(kOwn, engine, &decltype(kOwn)::value_type::first);
  return found == kOwn.end() ? "amber" : found->second;
}

bool is_hex(std::string_view colour) {
  return colour.size() == 7 && colour[0] == '#' &&
         colour.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

// Outwards to 1, 2 or 5 times a power of ten.
double nice(double value, bool up) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  const double lead = value / power;
  for (const double step : {1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0}) {
    if (up && lead <= step * (1 + 1e-9)) return step * power;
  }
  for (const double step : {7.0, 5.0, 3.0, 2.0, 1.5, 1.0}) {
    if (!up && lead >= step * (1 - 1e-9)) return step * power;
  }
  return power;
}

// Which columns of a shape's rows lie on which axis, so that axes know their extent.
Json encoding(std::string_view shape) {
  if (shape == "bin") return {{"x", {0, 1}}, {"y", 2}};
  if (shape == "span") return {{"x", {0, 1}}, {"y", 2}};
  if (shape == "tick") return {{"x", 0}, {"y", 1}};
  if (shape == "violin") return {{"x", {1, 2, 3, 4, 5}}, {"y", 0}};
  if (shape == "interval") return {{"x", {1, 2, 3}}, {"y", 0}};
  if (shape == "tile") return {{"x", {0, 1}}, {"y", {2, 3}}};
  if (shape == "cell" || shape == "hexagon") return {{"x", 0}, {"y", 1}};
  if (shape == "ridge") return {{"x", 1}, {"y", 0}};
  return {{"x", 0}, {"y", {1, 2}}};  // band, whisker
}

}  // namespace

namespace {

// What every object of JavaScript has from the start. ECharts keeps texts as members of plain
// objects, where these would be found without having been put there.
constexpr std::array<std::string_view, 11> kMembers = {
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
    "constructor",      "hasOwnProperty",   "isPrototypeOf",    "propertyIsEnumerable",
    "toLocaleString",   "toString",         "valueOf"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Names of others in JSON, as a chart may hold them: nothing in them turns the text around, and
// none is a member of every object. A blank without width is put into those that are. "__proto__"
// is dangerous as a word, too: texts are measured word by word, and kept.
std::string harmless(std::string_view json) {
  std::string text = safe_text(json);
  replace_all(text, "__proto__", "_\u200b_proto__");
  for (const auto name : kMembers) {
    replace_all(text, fmt::format("\"{}\"", name),
                fmt::format("\"{}\u200b{}\"", name.substr(0, 1), name.substr(1)));
  }
  return text;
}

}  // namespace

std::string chart_json(const Chart& chart) {
  Json panels = Json::array();
  for (const auto& panel : chart.panels) {
    panels.push_back({{"share", panel.share}, {"title", panel.title}, {"axis", panel.axis}});
  }
  Json json = {
      {"id", chart.id}, {"legend", chart.legend}, {"panels", panels}, {"columns", chart.columns}};
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (chart.has_picture()) {
    text.pop_back();
    text += ",\"option\":" + chart.option + "}";
  }
  // Names stay as they are, so that they are found; sentences that hold them read as written.
  Json words = {{"title", chart.title},
                {"subtitle", chart.subtitle},
                {"source", chart.source},
                {"alt", chart.alt},
                {"empty", chart.empty}};
  const auto prose = words.dump(-1, ' ', false, Json::error_handler_t::replace);
  return isolated(harmless(prose.substr(0, prose.size() - 1))) + ',' + harmless(text.substr(1));
}

std::string dump(const Json& option) {
  return option.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Look::wash(double opacity) const { return fmt::format("@{}/{:g}", colour, opacity); }

std::vector<Look> looks(std::span<const analysis::TargetInput> targets) {
  const Json dashes[] = {"solid", {9, 5}, {3, 4}, {12, 4, 3, 4}, {6, 3}};
  constexpr std::array kSymbols = {"circle", "rect", "triangle", "diamond", "roundRect"};
  std::vector<Look> result;
  std::set<std::string_view> taken;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const bool own = is_hex(targets[t].colour);
    std::string_view colour = own ? targets[t].colour : colour_of(targets[t].engine);
    if (!own && taken.contains(colour)) {
      const auto free = std::ranges::find_if(
          kColours, [&](const char* candidate) { return !taken.contains(candidate); });
      colour = free == kColours.end() ? kColours[t % kColours.size()] : *free;
    }
    taken.insert(colour);
    result.push_back(
        {std::string(colour), dashes[t % std::size(dashes)], kSymbols[t % kSymbols.size()]});
  }
  return result;
}

namespace {

// Ends of the axis around values from `low` to `high`, in the scale's unit.
void set_ends(TimeScale& scale, double low, double high) {
  scale.low = scale.log ? nice(low / scale.divisor, false) : 0;
  scale.high = nice(high / scale.divisor, true);
  if (!scale.log) {
    // Room to the next tick only; not as far as the next nice number of a decade.
    const double step = std::pow(10.0, std::floor(std::log10(high / scale.divisor))) / 2;
    scale.high = std::ceil(high / scale.divisor / step - 1e-9) * step;
  }
}

}  // namespace

double TimeScale::place(double ms) const {
  if (!log) return (at(ms) - low) / (high - low);
  return std::log(at(ms) / low) / std::log(high / low);
}

double TimeScale::value_at(double place) const {
  if (!log) return low + place * (high - low);
  return low * std::pow(high / low, place);
}

TimeScale time_scale(double low, double high, double log_from) {
  TimeScale scale;
  if (!(high > 0)) return scale;
  scale.log = low > 0 && high / low >= log_from;
  const double typical = scale.log ? std::sqrt(low * high) : high;
  if (typical >= 10'000) {
    scale.divisor = 1000;
    scale.unit = "s";
  }
  set_ends(scale, low, high);
  return scale;
}

TimeScale plain_scale(double low, double high, std::string unit, double log_from) {
  TimeScale scale{.unit = std::move(unit)};
  if (!(high > 0)) return scale;
  scale.log = low > 0 && high / low >= log_from;
  set_ends(scale, low, high);
  return scale;
}

TimeScale shape_scale(double low, double high) {
  TimeScale scale = time_scale(low, high);
  if (scale.log || !(high > low) || low < 0.2 * high) return scale;
  const double from = low / scale.divisor;
  const double to = high / scale.divisor;
  const double step = std::pow(10.0, std::floor(std::log10(to - from))) / 2;
  scale.low = std::max(0.0, std::floor(from / step - 0.2) * step);
  scale.high = std::ceil(to / step + 0.2) * step;
  return scale;
}

Json time_axis(const TimeScale& scale, std::string_view name) {
  Json axis = {
      {"type", scale.log ? "log" : "value"},
      {"name", scale.unit.empty() ? std::string(name) : fmt::format("{} ({})", name, scale.unit)},
      {"min", scale.low},
      {"max", scale.high}};
  return axis;
}

Json line_series(const std::string& name, const Look& look, Json data, double width) {
  return {{"type", "line"},
          {"name", name},
          {"data", std::move(data)},
          {"showSymbol", false},
          {"symbol", look.symbol},
          {"symbolSize", 8},
          {"lineStyle", {{"color", look.ink()}, {"width", width}, {"type", look.dash}}},
          {"itemStyle", {{"color", look.ink()}}},
          {"silent", true}};
}

Json shape_series(const std::string& name, std::string_view shape, Json parameters, Json data,
                  const Look& look) {
  return {{"type", "custom"},
          {"name", name},
          {"renderItem", shape},
          {"shape", std::move(parameters)},
          {"data", std::move(data)},
          {"itemStyle", {{"color", look.ink()}}},
          {"clip", true},
          {"silent", true},
          {"encode", encoding(shape)}};
}

Json in_panel(Json series, std::size_t panel) {
  series["xAxisIndex"] = panel;
  series["yAxisIndex"] = panel;
  return series;
}

Json mark_line(Json data, std::string_view colour) {
  return {{"silent", true},
          {"symbol", "none"},
          {"animation", false},
          {"lineStyle", {{"color", colour}, {"width", 1.5}, {"type", "dashed"}}},
          {"label", {{"color", colour}, {"fontSize", 12}, {"fontWeight", 600}, {"rotate", 0}}},
          {"data", std::move(data)}};
}

Json limit_lines(std::span<const analysis::Slo> slos, const TimeScale& scale, LimitLabels labels) {
  Json lines = Json::array();
  for (const auto& slo : slos) {
    const double at = scale.at(slo.limit);
    if (at < scale.low || at > scale.high) continue;
    lines.push_back(
        {{std::string(labels.axis), at},
         {"label",
          {{"content", fmt::format("SLO {} {}", analysis::quantile_name(slo.figure.quantile),
                                   time_text(slo.limit))},
           {"position", std::string(labels.position)}}}});
  }
  return lines;
}

std::string metric_words(MetricId metric) {
  switch (metric) {
    case MetricId::kTtft:
      return "Time to first token";
    case MetricId::kTpot:
      return "Time per output token";
    case MetricId::kE2e:
      return "End-to-end latency";
    case MetricId::kItl:
      return "Inter-token latency";
    default:
      return std::string(analysis::metric(metric).title);
  }
}

std::string time_text(double ms) {
  if (ms >= 10'000) return fmt::format("{} s", format_number(ms / 1000));
  return fmt::format("{} ms", format_number(ms));
}

std::string list_text(std::span<const std::string> items, std::size_t most) {
  if (items.size() > most) {
    const std::size_t left = items.size() - most;
    return fmt::format("{} and {} other{}", fmt::join(items.first(most), ", "), left,
                       left == 1 ? "" : "s");
  }
  if (items.empty()) return "";
  if (items.size() == 1) return items.front();
  return fmt::format("{} and {}", fmt::join(items.first(items.size() - 1), ", "), items.back());
}

std::string short_name(std::string_view name, std::size_t most) {
  std::vector<std::string> letters;  // code points, controls as blanks
  for (std::size_t i = 0; i < name.size();) {
    std::size_t next = i + 1;
    while (next < name.size() && (static_cast<unsigned char>(name[next]) & 0xC0) == 0x80) ++next;
    const bool control = next == i + 1 && static_cast<unsigned char>(name[i]) < 0x20;
    letters.emplace_back(control ? " " : name.substr(i, next - i));
    i = next;
  }
  if (letters.size() > most) {
    const auto head = static_cast<std::ptrdiff_t>(most / 2);
    const auto tail = static_cast<std::ptrdiff_t>(letters.size() - (most - most / 2 - 1));
    letters.erase(letters.begin() + head, letters.begin() + tail);
    letters.insert(letters.begin() + head, "…");
  }
  return fmt::format("{}", fmt::join(letters, ""));
}

std::vector<std::string> target_names(const RunView& view) {
  std::vector<std::string> names;
  for (const auto& target : view.run.targets) names.push_back(target.name);
  return names;
}

std::string source_text(const RunView& view, std::span<const std::uint64_t> n,
                        std::optional<MetricId> metric) {
  std::vector<std::string> counts;
  for (const auto count : n) counts.push_back(format_count(count));
  std::string text = fmt::format("Tokentrial · run {} · {} · {}", view.run.run_id,
                                 view.run.load_text, view.run.workload_text);
  if (view.left_out > 0) {
    text += fmt::format(" · without the first {} of each target", format_count(view.left_out));
  }
  if (!counts.empty()) {
    const bool gaps = metric && analysis::metric(*metric).grain == analysis::Grain::kGap;
    text += fmt::format(" · n = {} {}", fmt::join(counts, ", "),
                        gaps ? "gaps of successful requests" : "successful requests");
  }
  if (metric) {
    text += fmt::format(" · {}", analysis::metric(*metric).definition);
  }
  return fmt::format("{} · method {}", text, analysis::kMethodVersion);
}

std::string nothing_text(const RunView& view, std::string_view what) {
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  for (const auto& slice : view.slices) {
    sent += slice.rows.size();
    for (const auto row : slice.rows) ok += slice.frame->ok(row) ? 1 : 0;
  }
  if (sent == 0)
    return fmt::format("Nothing to draw: the run has no measured requests, so there is no {}.",
                       what);
  if (ok == 0) {
    return fmt::format(
        "Nothing to draw: none of the {} measured requests succeeded, so there is no {}. "
        "The errors tell why.",
        format_count(sent), what);
  }
  const bool vowel = std::string_view("aeiou").contains(what.empty() ? ' ' : what.front());
  return fmt::format("Nothing to draw: none of the {} successful requests has {} {}.",
                     format_count(ok), vowel ? "an" : "a", what);
}

}  // namespace tt::chart
