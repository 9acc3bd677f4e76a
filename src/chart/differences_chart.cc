// The picture of a comparison: each figure's difference from the baseline, with its interval.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/contest_words.h"

namespace tt::chart {
namespace {

using analysis::Contest;
using analysis::Verdict;

// Ratios beyond these are drawn at the edge; their labels and the table say what they are.
constexpr double kFarthest = 50;
// More sides than this have no room for words beside each interval.
constexpr std::size_t kMostWithWords = 2;
// Places of the axis, as ratios: -90% ... 0 ... +900%.
constexpr double kTicks[] = {0.02, 0.05, 0.1, 0.2, 0.33333333, 0.5, 0.66666667, 0.8, 0.9, 1,
                             1.1,  1.25, 1.5, 2,   3,          5,   10,         20,  50};

/// A difference as a ratio: of shares, whose difference is in points, one more than that.
struct Difference {
  double ratio = 1;
  double low = 1;
  double high = 1;
  bool interval = false;
};

bool is_share(const analysis::Figure& figure) {
  return analysis::metric(figure.metric).unit == analysis::Unit::kShare;
}

std::optional<Difference> difference_of(const analysis::Comparison& comparison) {
  Difference d;
  const double shift = is_share(comparison.figure) ? 1 : 0;
  if (shift > 0 ? !comparison.difference : !comparison.ratio) return std::nullopt;
  d.ratio = shift > 0 ? 1 + *comparison.difference : *comparison.ratio;
  d.low = d.high = d.ratio;
  if (comparison.interval) {
    d.interval = true;
    d.low = comparison.interval->low + shift;
    d.high = comparison.interval->high + shift;
  }
  for (double* value : {&d.ratio, &d.low, &d.high}) {
    *value = std::clamp(*value, 1 / kFarthest, kFarthest);
  }
  return d;
}

/// A figure of the contest that at least one side can be set against the baseline in.
struct Lane {
  const analysis::ContestFigure* figure = nullptr;
  std::vector<std::optional<Difference>> sides;
};

std::vector<Lane> lanes_of(const Contest& contest) {
  std::vector<Lane> lanes;
  for (const auto& figure : contest.figures) {
    Lane lane{.figure = &figure, .sides = {}};
    for (std::size_t i = 0; i < contest.sides.size(); ++i) {
      lane.sides.push_back(i == contest.baseline ? std::nullopt : difference_of(figure.against[i]));
    }
    if (std::ranges::any_of(lane.sides, [](const auto& d) { return d.has_value(); })) {
      lanes.push_back(std::move(lane));
    }
  }
  return lanes;
}

std::string percent_text(const analysis::Comparison& comparison) {
  const double percent =
      100 * (is_share(comparison.figure) ? *comparison.difference : *comparison.ratio - 1);
  const char* unit = is_share(comparison.figure) ? " points" : "%";
  if (std::fabs(percent) < 0.05) return fmt::format("0{}", unit);
  return fmt::format("{}{}{}", percent < 0 ? "−" : "+", format_number(std::fabs(percent)), unit);
}

std::string verdict_words(Verdict verdict) {
  return verdict == Verdict::kCannotTell ? "cannot tell"
                                         : std::string(analysis::verdict_name(verdict));
}

const char* verdict_ink(Verdict verdict) {
  if (verdict == Verdict::kBetter) return "@good";
  return verdict == Verdict::kWorse ? "@bad" : "@muted";
}

Json side_series(const Contest& contest, const std::vector<Lane>& lanes, std::size_t side,
                 const Look& look, std::size_t place, std::size_t others) {
  Json rows = Json::array();
  Json texts = Json::array();
  Json inks = Json::array();
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const auto& d = lanes[i].sides[side];
    if (!d) continue;
    const auto& comparison = lanes[i].figure->against[side];
    const bool told = comparison.verdict != Verdict::kCannotTell;
    rows.push_back({i, d->ratio, d->low, d->high, told ? 1 : 0});
    texts.push_back(others > kMostWithWords ? std::string()
                                            : fmt::format("{}  {}", percent_text(comparison),
                                                          verdict_words(comparison.verdict)));
    inks.push_back(verdict_ink(comparison.verdict));
  }
  // Beside each other within the lane.
  const double offset = (static_cast<double>(place) + 0.5) / static_cast<double>(others) - 0.5;
  return shape_series(contest.sides[side].label, "interval",
                      {{"stroke", look.ink()},
                       {"fill", "@background"},
                       {"symbol", look.symbol},
                       {"offset", 0.8 * offset},
                       {"pitch", 0.8 / static_cast<double>(others)},
                       {"from", 1},
                       {"texts", texts},
                       {"colors", inks}},
                      rows, look);
}

// Holds the line of no difference and the band of differences that do not matter.
Json ground(const Contest& contest) {
  Json marks = mark_line(Json::array({{{"xAxis", 1}}}), "@text");
  marks["lineStyle"] = {{"type", "solid"}, {"width", 1.5}, {"color", "@text"}};
  marks["label"] = {{"show", false}};
  marks["z"] = 1;
  return {{"type", "line"},
          {"name", "too small to matter"},
          {"data", Json::array()},
          {"silent", true},
          {"symbol", "none"},
          {"itemStyle", {{"color", "@slate/0.3"}}},
          {"lineStyle", {{"color", "@slate/0.3"}, {"width", 10}}},
          {"markLine", marks},
          {"markArea",
           {{"silent", true},
            {"itemStyle", {{"color", "@slate/0.14"}}},
            {"data",
             {{{{"xAxis", 1 / (1 + contest.min_effect)}}, {{"xAxis", 1 + contest.min_effect}}}}}}}};
}

struct Extent {
  double low = 1;
  double high = 1;
  bool left = false;  // something ends left of the baseline
};

Extent extent_of(const std::vector<Lane>& lanes, double min_effect) {
  Extent extent{1 / (1 + min_effect), 1 + min_effect};
  for (const auto& lane : lanes) {
    for (const auto& d : lane.sides) {
      if (!d) continue;
      extent.low = std::min(extent.low, d->low);
      extent.high = std::max(extent.high, d->high);
      extent.left |= d->high < 1;
    }
  }
  return extent;
}

std::string finding(const Contest& contest) {
  std::string text = contest.answer.headline;
  // What did not pass is told with its remedy where there is room; here its first words have to do.
  if (!contest.comparable) text = text.substr(0, text.find(" ("));
  for (const char* first : {"not ", "cannot "}) {
    if (text.starts_with(first)) text[0] = first[0] == 'n' ? 'N' : 'C';
  }
  if (!text.empty() && !text.ends_with('.')) text += '.';
  text += fmt::format(
      " Against {}, of {} figures:", short_name(contest.sides[contest.baseline].label, 28),
      contest.figures.size());
  for (std::size_t i = 0; i < contest.sides.size(); ++i) {
    if (i == contest.baseline) continue;
    std::size_t count[4] = {};
    for (const auto& figure : contest.figures) {
      ++count[static_cast<std::size_t>(figure.against[i].verdict)];
    }
    text +=
        fmt::format(" {} is better in {}, worse in {}, the same in {}; {} cannot be told.",
                    short_name(contest.sides[i].label, 28), count[0], count[1], count[2], count[3]);
  }
  return text;
}

Table table_of(const Contest& contest) {
  Table table{.columns = {"figure", "target", "value", "against", "its value", "difference (%)",
                          "95% low (%)", "95% high (%)", "verdict"},
              .rows = {}};
  for (const auto& figure : contest.figures) {
    for (std::size_t i = 0; i < contest.sides.size(); ++i) {
      if (i == contest.baseline) continue;
      const auto& c = figure.against[i];
      const double shift = is_share(c.figure) ? 0 : 1;
      const auto point = shift > 0 ? c.ratio : c.difference;
      const auto cell = [](const std::optional<double>& v) { return v ? Cell(*v) : Cell(); };
      table.rows.push_back({analysis::figure_title(figure.figure), contest.sides[i].label,
                            cell(c.a), contest.sides[contest.baseline].label, cell(c.b),
                            point ? Cell(100 * (*point - shift)) : Cell(),
                            c.interval ? Cell(100 * (c.interval->low - shift)) : Cell(),
                            c.interval ? Cell(100 * (c.interval->high - shift)) : Cell(),
                            verdict_words(c.verdict)});
    }
  }
  return table;
}

Json x_axis(const Contest& contest, const Extent& extent, bool words) {
  // Words stand to the right of each interval, and left of those on the left of the baseline.
  const double span = extent.high / extent.low;
  const bool left = words && extent.left;
  const double low = extent.low / std::pow(span, left ? 0.24 : 0.06);
  const double high = extent.high * std::pow(span, words ? 0.30 : 0.06);
  const double room = 0.055 * std::log(high / low);
  Json ticks = Json::array();
  double last = 0;
  for (const double tick : kTicks) {
    if (tick < low || tick > high) continue;
    // The baseline is named in any case.
    if (tick != 1 && std::fabs(std::log(tick)) < room) continue;
    if (last > 0 && std::log(tick / last) < room) continue;
    ticks.push_back(tick);
    last = tick;
  }
  return {{"type", "log"},
          {"name", fmt::format("Difference from {}",
                               short_name(contest.sides[contest.baseline].label, 40))},
          {"min", low},
          {"max", high},
          {"ticks", ticks},
          {"axisLabel", {{"formatter", "ratio"}}}};
}

Chart make(const Input& input) {
  const Contest& contest = *input.contest;
  const auto lanes = lanes_of(contest);
  Chart chart;
  chart.source = contest_source(
      input, fmt::format("95% intervals · grey: differences below {:g}% · ↓ less is better, ↑ more "
                         "is better · success rate in points",
                         contest.min_effect * 100));
  if (lanes.empty()) {
    chart.empty = "Nothing to compare: the targets have no figure in common.";
    return chart;
  }
  const auto style = looks_of(input);
  const std::size_t others = contest.sides.size() - 1;
  Json series = Json::array({ground(contest)});
  std::size_t place = 0;
  for (std::size_t i = 0; i < contest.sides.size(); ++i) {
    if (i == contest.baseline) continue;
    chart.legend.push_back(contest.sides[i].label);
    series.push_back(side_series(contest, lanes, i, style[i], place++, others));
  }
  chart.legend.emplace_back("too small to matter");
  Json names = Json::array();
  for (const auto& lane : lanes) names.push_back({{"value", figure_label(lane.figure->figure)}});
  chart.subtitle = finding(contest);
  chart.alt = fmt::format("Each figure's difference from {}, with its 95% interval. {}",
                          short_name(contest.sides[contest.baseline].label), chart.subtitle);
  chart.option = dump(
      {{"xAxis", x_axis(contest, extent_of(lanes, contest.min_effect), others <= kMostWithWords)},
       {"yAxis",
        {{"type", "category"},
         {"data", names},
         {"inverse", true},
         {"splitLine", {{"show", true}, {"lineStyle", {{"color", "@minor"}}}}}}},
       {"series", series}});
  chart.table = table_of(contest);
  return chart;
}

}  // namespace

Entry differences_chart() {
  return {.id = "differences",
          .title = "How the targets differ",
          .question =
              "In which figures is a target better or worse than the baseline, by how "
              "much, and is that certain?",
          .how_to_read =
              "Each figure has a lane; the upright at 0 is the baseline. A point left of it means "
              "less, right of it more; the arrow behind the figure's name tells which is better. "
              "The bar is the 95% interval: a bar that reaches into the grey band, or a hollow "
              "point, is no certain difference.",
          .needs = Needs::kContest,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
