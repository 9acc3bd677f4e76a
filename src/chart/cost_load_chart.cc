// What tokens cost at each load of a sweep, and what an answer costs that keeps its objectives.
#include <algorithm>

#include <fmt/format.h>

#include "analysis/prices.h"
#include "base/text.h"
#include "chart/by_load.h"
#include "chart/charts.h"

namespace tt::chart {
namespace {

using analysis::Amount;
using analysis::CurvePoint;

// Costs that span more than this are drawn on a logarithmic axis.
constexpr double kLogFrom = 10;

/// The cost of a point; nullopt without a price, or where nothing was delivered.
using PointCost = std::optional<Amount> (*)(const CurveView&, std::size_t, const CurvePoint&);

std::optional<Amount> of_tokens(const CurveView& view, std::size_t curve, const CurvePoint& point) {
  return analysis::unit_costs(point.summary, view.machines[curve], view.terms).per_million_tokens;
}

// A thousand requests that keep every objective: those that do not are paid for, too.
std::optional<Amount> of_good(const CurveView& view, std::size_t curve, const CurvePoint& point) {
  const auto hour = view.machines[curve].hour();
  const auto* goodput = point.summary.rate(analysis::MetricId::kGoodput);
  if (!hour || goodput == nullptr || !goodput->value || !(*goodput->value > 0)) return {};
  const auto cost = [&](double rate) { return *hour / (rate * view.terms.utilization * 3.6); };
  Amount amount{cost(*goodput->value), {}};
  if (goodput->interval && goodput->interval->low > 0) {
    amount.interval = {cost(goodput->interval->high), cost(goodput->interval->low)};
  }
  return amount;
}

struct Panel {
  std::string_view title;
  PointCost cost;
};
constexpr Panel kPanels[] = {
    {"A million tokens, in and out", of_tokens},
    {"A thousand requests that keep every objective", of_good},
};

bool priced(const Input& input) {
  return std::ranges::any_of(input.curve->machines, [](const analysis::Machine& machine) {
    return machine.gpu_hour.has_value();
  });
}

struct Extent {
  double low = 0;
  double high = 0;
};

Extent extent_of(const CurveView& view, PointCost cost) {
  Extent extent;
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    for (const auto& point : view.report.curves[c].points) {
      const auto amount = cost(view, c, point);
      if (!amount || !(amount->value > 0)) continue;
      extent.low = extent.high > 0 ? std::min(extent.low, amount->value) : amount->value;
      extent.high = std::max(extent.high, amount->value);
    }
  }
  return extent;
}

void add_curve(Json& series, const CurveView& view, std::size_t c, PointCost cost, const Look& look,
               const TimeScale& scale, std::size_t panel) {
  const auto& curve = view.report.curves[c];
  Json data = Json::array();
  Json whiskers = Json::array();
  for (const auto& point : curve.points) {
    const auto amount = cost(view, c, point);
    if (!amount || !(amount->value > 0)) continue;
    // Hollow: an objective is missed at this load.
    const bool good = point.slos_met.value_or(true);
    data.push_back({{"value", {point.load, amount->value}},
                    {"itemStyle",
                     {{"color", good ? look.ink() : "@background"},
                      {"borderColor", look.ink()},
                      {"borderWidth", 2}}}});
    if (!amount->interval) continue;
    whiskers.push_back({point.load, std::max(amount->interval->low, scale.low),
                        std::min(amount->interval->high, scale.high)});
  }
  if (data.empty()) return;
  Json line = in_panel(line_series(curve.target, look, data), panel);
  line["showSymbol"] = true;
  line["symbolSize"] = 9;
  line["z"] = 4;
  series.push_back(line);
  if (whiskers.empty()) return;
  series.push_back(in_panel(
      shape_series(curve.target, "whisker", {{"stroke", look.ink()}}, whiskers, look), panel));
}

// The cheapest load of each target that keeps its objectives.
std::string finding(const CurveView& view) {
  std::vector<std::string> parts;
  std::vector<std::string> none;
  bool judged = false;
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    const auto& curve = view.report.curves[c];
    const CurvePoint* best = nullptr;
    std::optional<Amount> least;
    bool any = false;
    for (const auto& point : curve.points) {
      const auto amount = of_tokens(view, c, point);
      judged |= point.slos_met.has_value();
      any |= amount.has_value();
      if (!amount || !point.slos_met.value_or(true)) continue;
      if (least && least->value <= amount->value) continue;
      least = amount;
      best = &point;
    }
    const auto name = short_name(curve.target, 28);
    if (best != nullptr) {
      parts.push_back(fmt::format("{} {} at {} {}", name,
                                  analysis::format_money(least->value, view.terms.currency),
                                  view.report.over, load_number(best->load)));
    } else if (any) {
      none.push_back(name);
    }
  }
  std::string text;
  if (!parts.empty()) {
    text = fmt::format("Cheapest load{}, a million tokens: {}.",
                       judged ? " that keeps every objective" : "", list_text(parts, 4));
  }
  if (!none.empty()) {
    text += fmt::format("{}At no load measured are all objectives kept by {}.",
                        text.empty() ? "" : " ", list_text(none, 4));
  }
  return text;
}

Table table_of(const CurveView& view) {
  const auto& money = view.terms.currency;
  Table table{.columns = {"target", view.report.over, "a million tokens (" + money + ")", "95% low",
                          "95% high", "goodput (requests/s)",
                          "a thousand requests that keep every objective (" + money + ")",
                          "objectives kept"},
              .rows = {}};
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    for (const auto& point : view.report.curves[c].points) {
      const auto tokens = of_tokens(view, c, point);
      const auto good = of_good(view, c, point);
      const auto* goodput = point.summary.rate(analysis::MetricId::kGoodput);
      const bool interval = tokens && tokens->interval;
      table.rows.push_back({view.report.curves[c].target, point.load,
                            tokens ? Cell(tokens->value) : Cell(),
                            interval ? Cell(tokens->interval->low) : Cell(),
                            interval ? Cell(tokens->interval->high) : Cell(),
                            goodput != nullptr && goodput->value ? Cell(*goodput->value) : Cell(),
                            good ? Cell(good->value) : Cell(),
                            point.slos_met ? Cell(*point.slos_met ? 1.0 : 0.0) : Cell()});
    }
  }
  return table;
}

void draw(Chart& chart, const CurveView& view, const Loads& loads) {
  const auto style = looks(view.targets);
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (const auto& panel : kPanels) {
    const Extent extent = extent_of(view, panel.cost);
    if (!(extent.high > 0)) continue;
    const std::size_t at = chart.panels.size();
    const TimeScale scale = plain_scale(extent.low, extent.high, view.terms.currency, kLogFrom);
    for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
      add_curve(series, view, c, panel.cost, style[c], scale, at);
    }
    chart.panels.push_back({1, std::string(panel.title), true});
    x.push_back(load_axis(view, loads, at, true));
    y.push_back(time_axis(scale, "Cost"));
    y.back()["gridIndex"] = at;
    y.back()["splitNumber"] = 4;
  }
  // Only the last panel names what both have below.
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    x[i].erase("name");
    x[i]["axisLabel"]["show"] = false;
    chart.panels[i].axis = false;
  }
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
}

Chart make(const Input& input) {
  const CurveView& view = *input.curve;
  const Loads loads = loads_of(view);
  Chart chart;
  chart.source = group_source(
      view,
      "price of the machine over what it delivered at the load · lines: 95% intervals of the "
      "rate behind it · hollow: an objective is missed");
  if (loads.empty()) {
    chart.empty = kNoRunOfGroup;
    return chart;
  }
  if (!priced(input)) {
    chart.empty =
        "Nothing to draw: cost needs the price of a GPU-hour. Give --gpu NAME for one of the price "
        "list, or --price MONEY for your own, and --gpus N where there are several.";
    return chart;
  }
  if (!(extent_of(view, of_tokens).high > 0)) {
    chart.empty = "Nothing to draw: no request of the group succeeded at a target with a price.";
    return chart;
  }
  for (const auto& curve : view.report.curves) chart.legend.push_back(curve.target);
  chart.subtitle = finding(view);
  chart.alt = fmt::format("Cost over the offered load, by target. {}", chart.subtitle);
  draw(chart, view, loads);
  chart.table = table_of(view);
  return chart;
}

}  // namespace

Entry cost_load_chart() {
  return {.id = "cost-by-load",
          .title = "Cost over the load",
          .question =
              "At which load is a token cheapest, and what does an answer cost that keeps "
              "its objectives?",
          .how_to_read =
              "A machine costs the same whatever it does, so more load makes each token cheaper "
              "until it delivers no more. The lower panel counts only requests that keep every "
              "objective: where it turns up, more load is money lost. Hollow points miss an "
              "objective.",
          .needs = Needs::kCurve,
          .level = Level::kSimple,
          .make = make,
          .offered = priced};
}

}  // namespace tt::chart
