// The sheets of figures: comparison, percentiles, and the curves behind them.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "analysis/samples.h"
#include "base/text.h"
#include "chart/palette.h"
#include "report/cut_text.h"
#include "report/figure_cells.h"
#include "report/xlsx_sheets.h"
#include "stats/quantile.h"

namespace tt::report {
namespace {

using analysis::Figure;
using analysis::MetricId;

constexpr int kSteps = 200;  // of a curve
constexpr std::array kCurves = {MetricId::kTtft, MetricId::kTpot, MetricId::kE2e};

std::string format_of(MetricId metric, double size) {
  return analysis::metric(metric).unit == analysis::Unit::kShare ? "0.00%" : number_format(size);
}

std::string verdict_text(const analysis::Comparison& comparison) {
  std::string word(analysis::verdict_name(comparison.verdict));
  std::ranges::replace(word, '_', ' ');
  return word;
}

Tone verdict_tone(analysis::Verdict verdict) {
  switch (verdict) {
    case analysis::Verdict::kBetter:
      return Tone::kGood;
    case analysis::Verdict::kWorse:
      return Tone::kBad;
    case analysis::Verdict::kSame:
    case analysis::Verdict::kCannotTell:
      return Tone::kQuiet;
  }
  return Tone::kPlain;
}

// The difference from the baseline: a share of it; for shares in points.
void difference_cells(Sheet& sheet, RowIndex row, ColumnIndex column,
                      const analysis::Comparison& c) {
  const bool points = analysis::metric(c.figure.metric).unit == analysis::Unit::kShare || !c.ratio;
  const auto less_one = [&](double value) { return points ? value : value - 1; };
  std::optional<double> difference = points ? c.difference : std::optional(*c.ratio - 1);
  const CellLook look{.number = "+0.0%;-0.0%;0.0%", .right = true};
  sheet.number(row, column, difference, look);
  sheet.number(row, column + 1,
               c.interval ? std::optional(less_one(c.interval->low)) : std::nullopt, look);
  sheet.number(row, column + 2,
               c.interval ? std::optional(less_one(c.interval->high)) : std::nullopt, look);
  sheet.text(row, column + 3, verdict_text(c), {.tone = verdict_tone(c.verdict), .right = true});
}

struct Point {
  std::string metric;  // the sheet's rows of it
  RowIndex first = 0;
  RowIndex last = 0;
};

// The library reads its texts only, whatever its types say.
char* text_for(const char* text) { return const_cast<char*>(text); }

lxw_chart_options placed(double width, double height, const char* alt) {
  lxw_chart_options options{};
  options.x_scale = width / 480;  // of the library's own size
  options.y_scale = height / 288;
  options.description = text_for(alt);
  options.object_position = LXW_OBJECT_MOVE_DONT_SIZE;
  return options;
}

void calm(lxw_chart* chart) {
  lxw_chart_font small{};
  small.size = 9;
  small.name = text_for(kSheetFont);
  lxw_chart_line grid{};
  grid.color = 0xE5E7EB;
  grid.width = 0.75F;
  for (auto* axis : {chart->x_axis, chart->y_axis}) {
    chart_axis_set_num_font(axis, &small);
    chart_axis_set_name_font(axis, &small);
  }
  chart_axis_major_gridlines_set_visible(chart->y_axis, LXW_TRUE);
  chart_axis_major_gridlines_set_line(chart->y_axis, &grid);
  lxw_chart_font title{};
  title.size = 12;
  title.bold = LXW_TRUE;
  title.name = text_for(kSheetFont);
  chart_title_set_name_font(chart, &title);
  chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
  chart_legend_set_font(chart, &small);
}

// --- Percentiles ---------------------------------------------------------------------------------

constexpr double kPercentileChartWidth = 560;

const std::vector<std::string>& percentile_titles() {
  static const std::vector<std::string> titles = {
      "metric",  "target",   "unit",     "requests", "p50",     "p90",     "p95",
      "p99",     "mean",     "std. dev", "least",    "most",    "p50 low", "p50 high",
      "p90 low", "p90 high", "p95 low",  "p95 high", "p99 low", "p99 high"};
  return titles;
}

void percentile_row(Sheet& sheet, RowIndex row, const analysis::TargetSummary& target,
                    const analysis::Distribution& d) {
  const auto& metric = analysis::metric(d.metric);
  sheet.text(row, 0, metric.title, {.strong = true});
  sheet.text(row, 1, target.target.name);
  sheet.text(row, 2, analysis::unit_name(metric.unit), {.tone = Tone::kQuiet});
  sheet.number(row, 3, static_cast<double>(d.n), {.number = kWhole, .right = true});
  ColumnIndex column = 4;
  const auto put = [&](std::optional<double> value, Tone tone = Tone::kPlain) {
    sheet.number(row, column++, value,
                 {.number = format_of(d.metric, value.value_or(0)), .tone = tone, .right = true});
  };
  for (const double p : analysis::kShownQuantiles) {
    const auto* at = d.at(p);
    put(at == nullptr ? std::nullopt : std::optional(at->value));
  }
  put(d.mean);
  put(d.stddev);
  put(d.min);
  put(d.max);
  for (const double p : analysis::kShownQuantiles) {
    const auto* at = d.at(p);
    const auto& interval = at == nullptr ? std::nullopt : at->interval;
    put(interval ? std::optional(interval->low) : std::nullopt, Tone::kQuiet);
    put(interval ? std::optional(interval->high) : std::nullopt, Tone::kQuiet);
  }
}

// `left`: from the sheet's first column, in pixels.
void percentile_chart(Book& book, Sheet& sheet, const Point& point, RowIndex place, double left,
                      const analysis::RunInput& input) {
  lxw_chart* chart = workbook_add_chart(book.raw(), LXW_CHART_COLUMN);
  const auto colours = chart::target_colours(input.targets);
  for (RowIndex row = point.first; row <= point.last; ++row) {
    auto* series = chart_add_series(chart, nullptr, nullptr);
    chart_series_set_name_range(series, sheet.name().c_str(), row, 1);
    // p50, p95 and p99 do not stand side by side: p90 is shown, too.
    chart_series_set_categories(series, sheet.name().c_str(), 0, 4, 0, 7);
    chart_series_set_values(series, sheet.name().c_str(), row, 4, row, 7);
    lxw_chart_fill fill{};
    fill.color = colours[(row - point.first) % colours.size()];
    chart_series_set_fill(series, &fill);
  }
  calm(chart);
  const std::string title = fmt::format("{}, ms: from the median to the tail", point.metric);
  chart_title_set_name(chart, title.c_str());
  chart_axis_set_name(chart->y_axis, "ms");
  chart_axis_set_num_format(chart->y_axis, "#,##0");
  auto options = placed(kPercentileChartWidth, 300, title.c_str());
  options.x_offset = static_cast<int>(left);
  book.check(worksheet_insert_chart_opt(sheet.raw(), place, 0, chart, &options));
}

// --- Curves --------------------------------------------------------------------------------------

struct Curve {
  MetricId metric = MetricId::kTtft;
  std::size_t target = 0;
  stats::Sorted sample;
};

std::vector<Curve> curves_of(const RunSource& source) {
  const auto& input = source.run.input;
  const auto groups =
      analysis::group_rows(source.rows, input.targets.size(), input.load, input.load_varies);
  std::vector<Curve> curves;
  for (const MetricId metric : kCurves) {
    for (std::size_t t = 0; t < groups.size(); ++t) {
      auto sample = stats::Sorted::of(analysis::pooled(analysis::samples(groups[t], metric)));
      if (sample && !sample->empty()) curves.push_back({metric, t, std::move(*sample)});
    }
  }
  return curves;
}

void curve_chart(Book& book, Sheet& sheet, std::span<const Curve> curves, ColumnIndex first,
                 RowIndex place, ColumnIndex beside, const analysis::RunInput& input) {
  lxw_chart* chart = workbook_add_chart(book.raw(), LXW_CHART_SCATTER_STRAIGHT);
  const auto colours = chart::target_colours(input.targets);
  double low = INFINITY;
  double high = 0;
  for (ColumnIndex c = 0; c < curves.size(); ++c) {
    const auto at = static_cast<lxw_col_t>(first + c);
    auto* series = chart_add_series(chart, nullptr, nullptr);
    chart_series_set_name_range(series, sheet.name().c_str(), 0, at);
    chart_series_set_categories(series, sheet.name().c_str(), 1, at, kSteps + 1, at);
    chart_series_set_values(series, sheet.name().c_str(), 1, 0, kSteps + 1, 0);
    lxw_chart_line line{};
    line.color = colours[curves[c].target % colours.size()];
    line.width = 2;
    chart_series_set_line(series, &line);
    low = std::min(low, curves[c].sample.min());
    high = std::max(high, curves[c].sample.max());
  }
  calm(chart);
  const auto& title = analysis::metric(curves.front().metric).title;
  const std::string text = fmt::format("{}: share of requests within a time", title);
  chart_title_set_name(chart, text.c_str());
  chart_axis_set_name(chart->x_axis, fmt::format("{}, ms", title).c_str());
  chart_axis_set_num_format(chart->x_axis, "#,##0");
  chart_axis_set_num_format(chart->y_axis, "0%");
  chart_axis_set_max(chart->y_axis, 1);
  chart_axis_set_min(chart->y_axis, 0);
  if (low > 0 && high / low >= 30) chart_axis_set_log_base(chart->x_axis, 10);
  auto options = placed(620, 330, text.c_str());
  book.check(worksheet_insert_chart_opt(sheet.raw(), place, static_cast<lxw_col_t>(beside), chart,
                                        &options));
}

}  // namespace

void comparison_sheet(Book& book, const RunSource& source) {
  const auto* contest = source.contest;
  if (contest == nullptr) return;
  Sheet& sheet = book.sheet("Comparison");
  std::vector<std::string> titles = {"figure", "unit"};
  for (const auto& side : contest->sides) titles.push_back(side.label);
  titles.emplace_back("winner");
  for (std::size_t i = 0; i < contest->sides.size(); ++i) {
    if (i == contest->baseline) continue;
    const auto& label = contest->sides[i].label;
    titles.push_back(fmt::format("{} against {}", label, contest->sides[contest->baseline].label));
    titles.emplace_back("95% from");
    titles.emplace_back("95% to");
    titles.push_back(label + " is");
  }
  sheet.width(0, 0, 24);
  sheet.width(1, static_cast<ColumnIndex>(titles.size() - 1), 15);
  RowIndex row = write_head(sheet, 0, titles, 2);
  for (const auto& figure : contest->figures) {
    const auto& metric = analysis::metric(figure.figure.metric);
    const auto winner = figure.winner.target;
    sheet.text(row, 0, analysis::figure_title(figure.figure), {.strong = true});
    sheet.text(row, 1, analysis::unit_name(metric.unit), {.tone = Tone::kQuiet});
    ColumnIndex column = 2;
    for (std::size_t i = 0; i < contest->sides.size(); ++i) {
      sheet.number(row, column++, figure.values[i],
                   {.number = format_of(metric.id, figure.values[i].value_or(0)),
                    .tone = winner == i ? Tone::kGood : Tone::kPlain,
                    .strong = winner == i,
                    .right = true});
    }
    sheet.text(
        row, column++,
        winner              ? contest->sides[*winner].label
        : figure.winner.tie ? "the same"
                            : "cannot tell",
        {.tone = winner ? Tone::kGood : Tone::kQuiet, .strong = winner.has_value(), .right = true});
    for (std::size_t i = 0; i < contest->sides.size(); ++i) {
      if (i == contest->baseline) continue;
      difference_cells(sheet, row, column, figure.against[i]);
      column += 4;
    }
    ++row;
  }
  sheet.freeze(1, 1);
  sheet.filter(0, row - 1, static_cast<ColumnIndex>(titles.size()));
  sheet.text(row + 1, 0,
             fmt::format("Differences are of the baseline's figure (of shares: in points). One "
                         "under {:g}% does not matter here. {}",
                         contest->min_effect * 100, contest->why_not),
             {.tone = Tone::kQuiet});
}

void percentiles_sheet(Book& book, const RunSource& source) {
  Sheet& sheet = book.sheet("Percentiles");
  const auto& titles = percentile_titles();
  sheet.width(0, 1, 18);
  sheet.width(2, 2, 6);
  sheet.width(3, static_cast<ColumnIndex>(titles.size() - 1), 10);
  RowIndex row = write_head(sheet, 0, titles, 3);
  std::vector<Point> points;
  for (const auto& metric : analysis::metrics()) {
    Point point{.metric = std::string(metric.title), .first = row};
    for (const auto& target : source.run.summary.targets) {
      const auto* d = target.distribution(metric.id);
      if (d != nullptr && d->n > 0) percentile_row(sheet, row++, target, *d);
    }
    point.last = row - 1;
    const bool shown = std::ranges::find(kCurves, metric.id) != kCurves.end();
    if (shown && row > point.first) points.push_back(point);
  }
  sheet.freeze(1, 2);
  sheet.filter(0, row - 1, static_cast<ColumnIndex>(titles.size()));
  sheet.text(row + 1, 0,
             "Of successful requests, warm-up left out. Low and high: 95% intervals, where there "
             "are enough requests to tell.",
             {.tone = Tone::kQuiet});
  double left = 0;
  for (const Point& point : points) {
    percentile_chart(book, sheet, point, row + 3, left, source.run.input);
    left += kPercentileChartWidth + 24;
  }
}

void curves_sheet(Book& book, const RunSource& source) {
  const auto curves = curves_of(source);
  if (curves.empty()) return;
  Sheet& sheet = book.sheet("Distribution");
  std::vector<std::string> titles = {"share of requests"};
  for (const auto& curve : curves) {
    titles.push_back(fmt::format("{}: {} (ms)", source.run.input.targets[curve.target].name,
                                 analysis::metric(curve.metric).title));
  }
  // The charts stand to the right of what they are made of.
  sheet.width(0, static_cast<ColumnIndex>(titles.size() - 1), 14);
  write_head(sheet, 0, titles, 0);
  for (int step = 0; step <= kSteps; ++step) {
    const double share = static_cast<double>(step) / kSteps;
    const auto row = static_cast<RowIndex>(step + 1);
    sheet.number(row, 0, share, {.number = kShareFormat, .right = true});
    for (ColumnIndex c = 0; c < curves.size(); ++c) {
      const auto value = stats::quantile(curves[c].sample, share);
      sheet.number(row, c + 1, value, {.number = number_format(value.value_or(0)), .right = true});
    }
  }
  sheet.freeze(1, 1);
  RowIndex place = 1;
  for (std::size_t first = 0; first < curves.size();) {
    std::size_t past = first;
    while (past < curves.size() && curves[past].metric == curves[first].metric) ++past;
    curve_chart(book, sheet, std::span(curves).subspan(first, past - first),
                static_cast<ColumnIndex>(first + 1), place,
                static_cast<ColumnIndex>(titles.size() + 1), source.run.input);
    place += 18;
    first = past;
  }
}

}  // namespace tt::report
