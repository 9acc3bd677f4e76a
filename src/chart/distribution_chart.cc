// Histogram and density of a metric, the targets over each other.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/samples_of.h"
#include "stats/histogram_bins.h"
#include "stats/kde.h"

namespace tt::chart {
namespace {

constexpr double kFewestBins = 20;
constexpr double kMostBins = 90;
constexpr std::size_t kMostCurvePoints = 256;
// Bars of more targets over each other cannot be told apart; their curves can.
constexpr std::size_t kMostWithBars = 3;
// The ground under more curves than this is one dark mass.
constexpr std::size_t kMostWithWash = 6;
// Of its peak; a curve below it is not drawn.
constexpr double kGround = 0.002;
// A histogram of so few is noise.
constexpr std::size_t kFewestForCurve = 5;

/// What is distributed.
struct Subject {
  std::string words;             // "Time to first token"
  std::string_view counted;      // "requests", "gaps"
  std::string_view half;         // of the sentence
  std::string_view unit = "ms";  // of the values
  bool whole = false;            // they are whole numbers
  MetricSamples samples = {};

  bool time() const { return unit == "ms"; }
  std::string text(double value) const {
    if (time()) return time_text(value);
    return fmt::format("{} {}",
                       whole ? format_count(static_cast<std::uint64_t>(std::llround(value)))
                             : format_number(value),
                       unit);
  }
};

struct Bins {
  std::vector<double> edges;  // ms
  double width = 0;           // on a log scale of ln(x)
  bool log = false;
};

// Bars that hold as many whole numbers each: else every few of them would stand out or be empty.
void make_whole(Bins& bins) {
  const double low = std::ceil(bins.edges.front());
  const double high = std::floor(bins.edges.back());
  bins.width = std::max(1.0, std::ceil(bins.width));
  bins.edges = {low};
  while (bins.edges.back() <= high) bins.edges.push_back(bins.edges.back() + bins.width);
}

// One set of bins for all, so that heights can be compared: as fine as the target with the least
// spread asks for, within bounds that the eye can follow.
Bins bins_of(const MetricSamples& samples, bool log) {
  Bins bins{.edges = {}, .log = log};
  const auto place = [log](double x) { return log ? std::log(x) : x; };
  const double low = place(samples.low);
  const double high = place(samples.high);
  if (!(high > low)) {  // one value alone
    bins.edges = stats::bin_edges(stats::Sorted({samples.high}), {.log_scale = log});
    bins.width = place(bins.edges.back()) - place(bins.edges.front());
    return bins;
  }
  double finest = (high - low) / kFewestBins;
  for (const auto& sample : samples.targets) {
    const auto edges = stats::bin_edges(sample, {.log_scale = log});
    if (edges.size() > 2) finest = std::min(finest, place(edges[1]) - place(edges[0]));
  }
  const auto count = static_cast<std::size_t>(
      std::clamp(std::ceil((high - low) / finest - 1e-9), kFewestBins, kMostBins));
  bins.width = (high - low) / static_cast<double>(count);
  for (std::size_t i = 0; i <= count; ++i) {
    const double x = low + bins.width * static_cast<double>(i);
    bins.edges.push_back(log ? std::exp(x) : x);
  }
  // Rounding must lose nobody at the ends.
  bins.edges.front() = std::min(bins.edges.front(), samples.low);
  bins.edges.back() = std::max(bins.edges.back(), samples.high);
  return bins;
}

struct Curve {
  std::vector<std::pair<double, double>> points;  // ms, share a bar
  double at(double x) const {
    const auto next = std::ranges::lower_bound(points, x, {}, &std::pair<double, double>::first);
    return next == points.end() ? 0 : next->second;
  }
};

Curve curve_of(const stats::Sorted& sample, const Bins& bins) {
  Curve curve;
  if (sample.size() < kFewestForCurve) return curve;
  stats::KdeOptions options{.points = kMostCurvePoints, .log_scale = bins.log};
  if (!bins.log) options.lower = 0;
  auto density = stats::kde(sample, options);
  // No finer than the bars, whose shares it smooths: else its peaks would stand above them.
  if (density && density->bandwidth < bins.width / 2) {
    options.bandwidth = bins.width / 2;
    density = stats::kde(sample, options);
  }
  if (!density) return curve;
  for (std::size_t i = 0; i < density->x.size(); ++i) {
    curve.points.emplace_back(density->x[i], density->density[i] * bins.width);
  }
  return curve;
}

Json bars(const stats::Sorted& sample, const Bins& bins, const TimeScale& scale) {
  Json rows = Json::array();
  const auto counts = stats::count_in_bins(sample, bins.edges);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    rows.push_back({scale.at(bins.edges[i]), scale.at(bins.edges[i + 1]),
                    static_cast<double>(counts[i]) / static_cast<double>(sample.size())});
  }
  return rows;
}

// Broken where it lies on the ground: lines along the axis only hide each other.
Json points(const Curve& curve, const TimeScale& scale) {
  double peak = 0;
  for (const auto& [x, y] : curve.points) peak = std::max(peak, y);
  Json rows = Json::array();
  for (const auto& [x, y] : curve.points) {
    if (scale.at(x) < scale.low || scale.at(x) > scale.high) continue;
    rows.push_back({scale.at(x), y >= kGround * peak ? Json(y) : Json()});
  }
  return rows;
}

// Under the curve.
enum class Body : std::uint8_t { kBars, kWash, kNone };

// A target's series; the first of them is what the legend shows.
void add_target(Json& series, const std::string& name, const Look& look, Body body,
                const stats::Sorted& sample, const Bins& bins, const TimeScale& scale) {
  const Curve curve = curve_of(sample, bins);
  const Json shares = bars(sample, bins, scale);
  Json line = line_series(name, look, points(curve, scale));
  if (body == Body::kWash) line["areaStyle"] = {{"color", look.wash(0.10)}};
  line["z"] = 4;
  series.push_back(line);
  if (body == Body::kBars || curve.points.empty()) {
    series.push_back(shape_series(name, "bin", {{"fill", look.wash(0.28)}}, shares, look));
  }
  const auto median = stats::quantile(sample, 0.5);
  if (!median) return;
  double top = curve.at(*median);
  for (const auto& row : shares) {
    if (curve.points.empty()) top = std::max(top, row[2].get<double>());
  }
  Json mark = line_series(name, look,
                          {{{"value", {scale.at(*median), 0}}, {"symbol", "none"}},
                           {{"value", {scale.at(*median), top}}}},
                          1.5);
  mark["z"] = 5;
  mark["lineStyle"]["type"] = "solid";
  mark["showSymbol"] = true;
  mark["symbolSize"] = 6;
  series.push_back(mark);
}

Table table_of(const RunView& view, const Subject& subject, const Bins& bins) {
  const MetricSamples& samples = subject.samples;
  Table table;
  table.columns = {fmt::format("from ({})", subject.unit), fmt::format("to ({})", subject.unit)};
  std::vector<std::vector<std::uint64_t>> counts;
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    table.columns.push_back(fmt::format("{} ({})", view.run.targets[t].name, subject.counted));
    counts.push_back(stats::count_in_bins(samples.targets[t], bins.edges));
  }
  for (std::size_t i = 0; i + 1 < bins.edges.size(); ++i) {
    std::vector<Cell> row = {bins.edges[i], bins.edges[i + 1]};
    for (const auto& of_target : counts) row.emplace_back(static_cast<double>(of_target[i]));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string medians(const RunView& view, const Subject& subject) {
  const MetricSamples& samples = subject.samples;
  std::vector<std::string> parts;
  std::vector<std::string> none;
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    const auto name = short_name(view.run.targets[t].name);
    const auto median = stats::quantile(samples.targets[t], 0.5);
    if (median) parts.push_back(fmt::format("{} {}", name, subject.text(*median)));
    if (!median) none.push_back(name);
  }
  std::string text = fmt::format("{}: {}.", subject.half, list_text(parts));
  if (!none.empty()) text += fmt::format(" Without a value: {}.", list_text(none));
  return text;
}

// What a logarithmic axis can show: where several chunks were read at once, gaps are 0.
MetricSamples above_zero(const MetricSamples& samples) {
  MetricSamples result{.targets = {}, .n = samples.n, .low = samples.low, .high = samples.high};
  for (const auto& sample : samples.targets) {
    const auto all = sample.values();
    const auto first = std::ranges::upper_bound(all, 0.0);
    result.targets.emplace_back(std::vector<double>(first, all.end()));
  }
  return result;
}

std::string zeros_text(const Subject& subject, const MetricSamples& drawn) {
  double most = 0;
  for (std::size_t t = 0; t < drawn.targets.size(); ++t) {
    const auto all = static_cast<double>(subject.samples.targets[t].size());
    if (all > 0) most = std::max(most, 1 - static_cast<double>(drawn.targets[t].size()) / all);
  }
  if (!(most > 0)) return "";
  return fmt::format(" Not drawn: {} of 0, up to {}% of a target's.", subject.counted,
                     format_number(100 * most));
}

void draw(Chart& chart, const RunView& view, const Subject& subject) {
  const MetricSamples& samples = subject.samples;
  const double room = subject.whole ? 1 : 0;  // the bar of a whole number ends before the next one
  const TimeScale scale = subject.time() ? shape_scale(samples.low, samples.high)
                                         : plain_scale(samples.low, room + samples.high, "");
  MetricSamples drawn = scale.log ? above_zero(samples) : samples;
  const bool zeros = std::ranges::any_of(
      drawn.targets, [](const auto& sample) { return !sample.empty() && !(sample.min() > 0); });
  if (zeros) drawn.low = 0;
  Bins bins = bins_of(drawn, scale.log);
  if (subject.whole && !bins.log) make_whole(bins);
  const auto style = looks(view.run.targets);
  const std::size_t count = drawn.targets.size();
  const Body body = count <= kMostWithBars   ? Body::kBars
                    : count <= kMostWithWash ? Body::kWash
                                             : Body::kNone;
  Json series = Json::array();
  for (std::size_t t = 0; t < drawn.targets.size(); ++t) {
    if (drawn.targets[t].empty()) continue;
    const auto& name = view.run.targets[t].name;
    chart.legend.push_back(name);
    add_target(series, name, style[t], body, drawn.targets[t], bins, scale);
  }
  chart.subtitle = medians(view, subject) + zeros_text(subject, drawn);
  chart.alt = fmt::format("Histogram of {} by target. {}", to_lower(subject.words), chart.subtitle);
  chart.option = dump({{"xAxis", time_axis(scale, subject.words)},
                       {"yAxis",
                        {{"type", "value"},
                         {"name", fmt::format("Share of {}, by bar", subject.counted)},
                         {"min", 0},
                         {"axisLabel", {{"formatter", "percent"}}}}},
                       {"series", series}});
  chart.table = table_of(view, subject, bins);
}

Chart make(const Input& input, analysis::MetricId metric) {
  const RunView& view = *input.run;
  const bool gaps = analysis::metric(metric).grain == analysis::Grain::kGap;
  const Subject subject{
      .words = metric_words(metric),
      .counted = counted(metric),
      .half = gaps ? "Half of the gaps are shorter than" : "Half of the requests are faster than",
      .samples = samples_of(view, metric)};
  Chart chart;
  chart.source = source_text(view, subject.samples.n, metric);
  if (subject.samples.empty()) {
    chart.empty = nothing_text(view, to_lower(subject.words));
  } else {
    draw(chart, view, subject);
  }
  return chart;
}

/// What is no metric.
struct OfQuantity {
  analysis::Quantity quantity;
  const char* words;
  const char* half;
  const char* unit;
  const char* note;     // its definition, for the small print
  const char* missing;  // "so there is no ..."
  bool whole = false;   // whole numbers
};

Chart make_of(const Input& input, const OfQuantity& of) {
  const RunView& view = *input.run;
  const Subject subject{.words = of.words,
                        .counted = "requests",
                        .half = of.half,
                        .unit = of.unit,
                        .whole = of.whole,
                        .samples = samples_of(view, of.quantity)};
  Chart chart;
  chart.source =
      fmt::format("{} · {}", source_text(view, subject.samples.n, std::nullopt), of.note);
  if (subject.samples.empty()) {
    chart.empty = nothing_text(view, of.missing);
  } else {
    draw(chart, view, subject);
  }
  return chart;
}

constexpr OfQuantity kOutputRate = {
    analysis::Quantity::kRequestRate,
    "Output tokens/s of a request",
    "Half of the requests get more than",
    "tokens/s",
    "A request's output tokens over its end-to-end latency, the wait included.",
    "rate of output tokens"};
constexpr OfQuantity kInputTokens = {analysis::Quantity::kInputTokens,
                                     "Input tokens of a request",
                                     "Half of the requests have more than",
                                     "tokens",
                                     "As the engine counts them, or else the client.",
                                     "count of input tokens",
                                     true};
constexpr OfQuantity kOutputTokens = {analysis::Quantity::kOutputTokens,
                                      "Output tokens of a request",
                                      "Half of the requests have more than",
                                      "tokens",
                                      "As the engine counts them, or else the client.",
                                      "count of output tokens",
                                      true};

Entry tokens_entry(const OfQuantity& of, const char* id, const char* question) {
  return {.id = id,
          .title = std::string(of.words) + ": how they are distributed",
          .question = question,
          .how_to_read =
              "Each bar is a share of a target's requests; the curve smooths the bars, and the "
              "upright line is the median. Targets that were asked for the same lie over each "
              "other. Where they do not, they were given something else, count otherwise, or end "
              "their answers earlier: then their latencies are not of the same work.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = [of](const Input& input) { return make_of(input, of); }};
}

}  // namespace

Entry distribution_chart(analysis::MetricId metric) {
  const auto words = metric_words(metric);
  return {.id = fmt::format("{}-distribution", analysis::metric(metric).name),
          .title = words + ": how it is distributed",
          .question = fmt::format("How is the {} spread over {}, and where do targets differ?",
                                  to_lower(words), counted(metric)),
          .how_to_read = fmt::format(
              "Each bar is a share of a target's {}; the curve smooths the bars, and the upright "
              "line is the median. Further left is faster, narrower is steadier. {}",
              counted(metric),
              analysis::metric(metric).grain == analysis::Grain::kGap
                  ? "A second hump far to the right is stalls, as where other prompts are taken in "
                    "between tokens."
                  : "Two humps mean two kinds of requests, such as short and long prompts."),
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = [metric](const Input& input) { return make(input, metric); }};
}

Entry input_tokens_chart() {
  return tokens_entry(kInputTokens, "input-tokens",
                      "How long were the prompts, with every target?");
}

Entry output_tokens_chart() {
  return tokens_entry(kOutputTokens, "output-tokens",
                      "How long were the answers, and were they of every target?");
}

Entry output_rate_chart() {
  return {.id = "output-rate",
          .title = "Output tokens/s of single requests: how they are distributed",
          .question = "How many tokens a second does a single user get, and how evenly?",
          .how_to_read =
              "Each bar is a share of a target's requests; the curve smooths the bars, and the "
              "upright line is the median. Further right is faster. The wait for the first token "
              "counts, so that short answers get fewer tokens a second than long ones.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = [](const Input& input) { return make_of(input, kOutputRate); }};
}

}  // namespace tt::chart
