// What each target delivers over the run: output tokens and requests a second.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/run_time.h"

namespace tt::chart {
namespace {

using analysis::MetricId;
using analysis::RateOverTime;
using analysis::TimeBucket;
using analysis::Timeline;

struct Rate {
  const char* title;
  const char* axis;
  std::optional<double> TimeBucket::* figure;
  RateOverTime Timeline::* whole;
};
constexpr std::array kRates = {Rate{"Output tokens, where their chunks arrived", "Tokens/s",
                                    &TimeBucket::output_tokens_per_s, &Timeline::output_tokens},
                               Rate{"Successful requests, by their end", "Requests/s",
                                    &TimeBucket::requests_per_s, &Timeline::requests}};

// What each held for half of the time, its best bucket, and its coefficient of variation.
std::string finding(const RunView& view, const RunTime& time, const Rate& rate, const char* unit) {
  std::vector<std::string> held;
  std::vector<std::string> few;
  for (std::size_t t = 0; t < time.timelines.size(); ++t) {
    const auto& whole = time.timelines[t].*rate.whole;
    const auto name = short_name(view.run.targets[t].name, 28);
    if (!whole.sustained || !(*whole.sustained > 0)) {
      if (whole.mean && *whole.mean > 0) {
        few.push_back(fmt::format("{} {} {}", name, format_number(*whole.mean), unit));
      }
      continue;
    }
    auto text = fmt::format("{} {} {}", name, format_number(*whole.sustained), unit);
    std::vector<std::string> more;
    if (whole.peak) more.push_back(fmt::format("at most {}", format_number(*whole.peak)));
    if (whole.cv) more.push_back(fmt::format("varies by {}%", format_number(*whole.cv * 100)));
    if (!more.empty()) text += fmt::format(" ({})", fmt::join(more, ", "));
    held.push_back(text);
  }
  std::string text;
  if (!held.empty()) text = fmt::format("Held for half of the time: {}.", list_text(held));
  if (!few.empty()) {
    text += fmt::format("{}On average: {}.", text.empty() ? "" : " ", list_text(few));
  }
  return text;
}

Table table_of(const RunView& view, const RunTime& time) {
  Table table{.columns = {"target", "from (s)", "measured (s)", "output tokens/s", "requests/s",
                          "goodput (requests/s)"},
              .rows = {}};
  for (std::size_t t = 0; t < time.timelines.size(); ++t) {
    for (const auto& bucket : time.timelines[t].buckets) {
      if (!(bucket.active_s > 0)) continue;
      const auto cell = [](const std::optional<double>& value) {
        return value ? Cell(*value) : Cell();
      };
      table.rows.push_back({view.run.targets[t].name, bucket.from_s, bucket.active_s,
                            cell(bucket.output_tokens_per_s), cell(bucket.requests_per_s),
                            cell(bucket.goodput)});
    }
  }
  return table;
}

std::vector<std::uint64_t> answered(const RunTime& time) {
  std::vector<std::uint64_t> n;
  for (const auto& timeline : time.timelines) {
    n.push_back(0);
    for (const auto& bucket : timeline.buckets) n.back() += bucket.ok;
  }
  return n;
}

// The share of tokens whose instants nobody knows, where it is worth a word.
std::string spread_text(const RunTime& time) {
  double most = 0;
  for (const auto& timeline : time.timelines) most = std::max(most, timeline.spread_evenly);
  if (most < 0.01) return "";
  return fmt::format(
      " Up to {:.0f}% of the tokens have no known instants: they are spread evenly over their "
      "answers.",
      100 * most);
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const RunTime time = run_time(view);
  Chart chart;
  chart.source = source_text(view, answered(time), MetricId::kOutputRate);
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  bool any = false;
  for (std::size_t panel = 0; panel < kRates.size(); ++panel) {
    const Rate& rate = kRates[panel];
    double high = 0;
    for (std::size_t t = 0; t < time.timelines.size(); ++t) {
      const auto line = rate_line(time.timelines[t], {},
                                  [&](const TimeBucket& bucket) { return bucket.*rate.figure; });
      if (!(line.high > 0)) continue;
      const auto& name = view.run.targets[t].name;
      if (std::ranges::find(chart.legend, name) == chart.legend.end()) chart.legend.push_back(name);
      high = std::max(high, line.high);
      series.push_back(in_panel(time_series(name, style[t], line), panel));
      any = true;
    }
    const bool last = panel + 1 == kRates.size();
    x.push_back(run_time_axis(time.grid, panel, last));
    y.push_back(zero_axis(high, rate.axis, panel));
    chart.panels.push_back({panel == 0 ? 1.3 : 1, rate.title, last});
  }
  if (!any) {
    chart.empty = nothing_text(view, "throughput over time");
    return chart;
  }
  auto words = finding(view, time, kRates[0], "tokens/s");
  if (words.empty()) words = finding(view, time, kRates[1], "requests/s");
  chart.subtitle =
      fmt::format("{} A point is {:g} s; of targets that take turns, within their turns.{}", words,
                  time.grid.width_s, spread_text(time));
  chart.alt = fmt::format("Output tokens/s and requests/s over the time of the run by target. {}",
                          chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
  chart.table = table_of(view, time);
  return chart;
}

}  // namespace

Entry throughput_time_chart() {
  return {
      .id = "throughput-over-time",
      .title = "Throughput over time",
      .question = "How much does each target deliver while the run goes on, and does it hold?",
      .how_to_read =
          "Higher is more. Under a steady load a level line is what you want; one that sinks "
          "means that the target delivers less than at first. Each turn begins and ends with a few "
          "moments in which it is not full yet, or no more. How much a target varies is the "
          "coefficient of variation: the standard deviation of its points over their mean. In an "
          "open loop the requests a second cannot be more than are sent: then look at what is "
          "missing to the load.",
      .needs = Needs::kRun,
      .level = Level::kSimple,
      .make = make};
}

}  // namespace tt::chart
