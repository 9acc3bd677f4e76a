// How this folder's sources write ECharts options. Not for other folders: it brings the whole JSON
// library.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "analysis/metrics.h"
#include "chart/chart.h"
#include "chart/input.h"

namespace tt::chart {

/// Members stay in the order in which they are written.
using Json = nlohmann::ordered_json;

/// How a target is drawn wherever it appears: its engine's colour, and by its place a dash and a
/// marker, so that colour is never the only sign.
struct Look {
  std::string colour;  // "purple": of js/theme.json; "#2563eb": the user's own
  Json dash;           // "solid", or lengths in pixels
  std::string symbol;  // ECharts' name of a marker

  std::string ink() const { return "@" + colour; }
  std::string wash(double opacity) const;
};
/// One a target: its own colour where the user chose one. Two targets of one engine get different
/// colours while there are any.
std::vector<Look> looks(std::span<const analysis::TargetInput> targets);

/// An axis for values in milliseconds: in the unit that suits them.
struct TimeScale {
  double divisor = 1;        // milliseconds by this are what is drawn
  std::string unit = "ms";   // "ms", "s"
  bool log = false;          // where the values span more than linear can show
  double low = 0, high = 1;  // the ends of the axis, in its unit
  double at(double ms) const { return ms / divisor; }
  /// Where a value lies on the axis: 0 at its low end, 1 at its high one. And the way back.
  double place(double ms) const;
  double value_at(double place) const;  // in the axis's unit
};
/// `low` and `high`: of the values, in ms. Where nothing is above 0 the axis is linear. A linear
/// axis begins at 0.
TimeScale time_scale(double low, double high, double log_from = 30);
/// The same, but a linear axis begins near the lowest value: for shapes, whose heights mean
/// nothing.
TimeScale shape_scale(double low, double high);

/// For what is no time (tokens, tokens/s): as it is, `unit` behind the axis's name unless empty.
TimeScale plain_scale(double low, double high, std::string unit, double log_from = 30);

/// {"type": "value" or "log", "name", "min", "max"}
Json time_axis(const TimeScale& scale, std::string_view name);

/// A line series in a target's look.
Json line_series(const std::string& name, const Look& look, Json data, double width = 2.5);
/// A series that a shape of js/shapes.js draws. `data` are rows of numbers.
Json shape_series(const std::string& name, std::string_view shape, Json parameters, Json data,
                  const Look& look);
/// On the axes of a panel.
Json in_panel(Json series, std::size_t panel);
/// Without the interactions that only clutter a picture.
Json mark_line(Json data, std::string_view colour);
/// Where the lines of limits lie, and where on them their names stand, in the words of ECharts.
struct LimitLabels {
  std::string_view axis = "yAxis";
  std::string_view position = "insideEndTop";
};
/// Limits of objectives on the axis of `scale`, for mark_line; without those that lie beside it.
Json limit_lines(std::span<const analysis::Slo> slos, const TimeScale& scale,
                 LimitLabels labels = {});

std::string dump(const Json& option);

// Words.

/// "Time to first token", "Time per output token", "End-to-end latency".
std::string metric_words(analysis::MetricId metric);
/// "12.4 ms", "1.52 s".
std::string time_text(double ms);
/// "vllm", "vllm and tgi", "vllm, tgi and ollama"; after `most` of them "and 3 others".
std::string list_text(std::span<const std::string> items, std::size_t most = 6);
/// A name of somebody else's fit for a sentence: one line, no control characters, cut in the
/// middle.
std::string short_name(std::string_view name, std::size_t most = 48);
/// Small print: the run, n by target, the metric's definition, the method's version.
std::string source_text(const RunView& view, std::span<const std::uint64_t> n,
                        std::optional<analysis::MetricId> metric);
/// The names of all targets.
std::vector<std::string> target_names(const RunView& view);

/// What to say where nothing can be drawn: that no request succeeded, and how many failed.
std::string nothing_text(const RunView& view, std::string_view what);

}  // namespace tt::chart
