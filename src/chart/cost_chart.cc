// What tokens, requests and months cost, and what is got for it.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/prices.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"

namespace tt::chart {
namespace {

using analysis::Amount;
using analysis::CostReport;
using analysis::LoadPoint;
using analysis::TargetCost;

constexpr std::string_view kNoPrice =
    "Nothing to draw: cost needs the price of a GPU-hour. Give --gpu NAME for one of the price "
    "list, or --price MONEY for your own, and --gpus N where there are several.";

/// A figure of every target, as bars.
struct Panel {
  std::string title;
  std::vector<std::optional<Amount>> amounts;  // by target
  std::string currency;                        // empty: no money
  std::string unit = {};                       // then

  std::string text(double value) const {
    return currency.empty() ? fmt::format("{} {}", format_number(value), unit)
                            : analysis::format_money(value, currency);
  }
  bool any() const {
    return std::ranges::any_of(amounts, [](const auto& amount) { return amount.has_value(); });
  }
};

// The load to plan with; where no load keeps the objectives, the first.
const LoadPoint* point_of(const TargetCost& target) {
  if (target.points.empty()) return nullptr;
  return &target.points[target.best.value_or(0)];
}

bool priced(const Input& input) {
  return std::ranges::any_of(input.cost->targets, [](const TargetCost& target) {
    return target.machine.gpu_hour.has_value();
  });
}

// Of runs side by side a target's name says its run, too; costs are by the name alone.
std::vector<Look> looks_of(const Input& input) {
  std::vector<analysis::TargetInput> targets;
  for (const auto& cost : input.cost->targets) {
    analysis::TargetInput target{.name = cost.name};
    for (const auto& known : input.run->run.targets) {
      if (known.name != cost.name && !known.name.starts_with(cost.name + " in ")) continue;
      target = known;
      break;
    }
    targets.push_back(std::move(target));
  }
  return looks(targets);
}

double top_of(double high) {
  const double step = std::pow(10.0, std::floor(std::log10(high))) / 2;
  return std::ceil(high / step - 1e-9) * step;
}

// Of money with what the price is of; of others who does not tell.
std::string lane_name(const TargetCost& target, const Panel& panel, std::size_t t) {
  const auto name = short_name(target.name, 30);
  if (panel.currency.empty()) return name + (panel.amounts[t] ? "" : "\nnot told");
  if (!target.machine.gpu_hour) return fmt::format("{}\nno price", name);
  return fmt::format("{}\n{} GPU{}", name, target.machine.gpus,
                     target.machine.gpus == 1 ? "" : "s");
}

// Bars with their intervals, a lane a target.
void add_panel(Json& series, const Panel& panel, std::span<const Look> style, std::size_t at,
               double& high) {
  Json bars = Json::array();
  Json reaches = Json::array();
  Json texts = Json::array();
  Json inks = Json::array();
  for (std::size_t t = 0; t < panel.amounts.size(); ++t) {
    const auto& amount = panel.amounts[t];
    bars.push_back({{"value", amount ? Json(amount->value) : Json()},
                    {"itemStyle", {{"color", style[t].wash(0.75)}}}});
    if (!amount) continue;
    const auto interval =
        amount->interval.value_or(tt::stats::Interval{.low = amount->value, .high = amount->value});
    // An interval that reaches far beyond is cut: its figures stand in the table.
    const double reach = std::min(interval.high, 1.6 * amount->value);
    reaches.push_back({t, amount->value, std::max(0.0, interval.low), reach, 1});
    texts.push_back(panel.text(amount->value));
    inks.push_back("@text");
    high = std::max(high, reach);
  }
  series.push_back(in_panel({{"type", "bar"},
                             {"name", panel.title},
                             {"data", bars},
                             {"barMaxWidth", 44},
                             {"silent", true}},
                            at));
  const Look plain{.colour = "text", .dash = "solid", .symbol = "none"};
  series.push_back(in_panel(shape_series(panel.title, "interval",
                                         {{"stroke", "@text"},
                                          {"fill", "@background"},
                                          {"symbol", "none"},
                                          {"texts", texts},
                                          {"colors", inks}},
                                         reaches, plain),
                            at));
}

void draw(Chart& chart, const Input& input, const std::vector<Panel>& panels) {
  const auto style = looks_of(input);
  Json lanes = Json::array();
  for (std::size_t t = 0; t < input.cost->targets.size(); ++t) {
    lanes.push_back({{"value", lane_name(input.cost->targets[t], panels.front(), t)}});
  }
  chart.columns = panels.size() > 1 ? 2 : 1;
  if (panels.size() == 3) chart.columns = 3;
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t at = 0; at < panels.size(); ++at) {
    double high = 0;
    add_panel(series, panels[at], style, at, high);
    chart.panels.push_back({1, panels[at].currency.empty() ? "" : panels[at].title, false});
    // Room for the words behind each bar.
    x.push_back({{"type", "value"},
                 {"gridIndex", at},
                 {"min", 0},
                 {"max", top_of(std::max(high, 1e-9) * (panels.size() > 2 ? 1.9 : 1.45))},
                 {"ticks", Json::array({0})},
                 {"axisLabel", {{"show", false}}},
                 {"axisTick", {{"show", false}}},
                 {"axisLine", {{"show", false}}},
                 {"splitLine", {{"show", false}}}});
    y.push_back({{"type", "category"},
                 {"gridIndex", at},
                 {"data", lanes},
                 {"inverse", true},
                 {"labelWidth", 122},
                 {"axisLabel", {{"lineHeight", 17}, {"show", at % chart.columns == 0}}}});
  }
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
}

Table table_of(const CostReport& cost, const std::vector<Panel>& panels) {
  Table table{.columns = {"target", "load", "price of a GPU-hour", "GPUs", "price by"}, .rows = {}};
  for (const auto& panel : panels) {
    const auto unit = panel.currency.empty() ? panel.unit : panel.currency;
    table.columns.push_back(fmt::format("{} ({})", panel.title, unit));
    table.columns.emplace_back("95% low");
    table.columns.emplace_back("95% high");
  }
  for (std::size_t t = 0; t < cost.targets.size(); ++t) {
    const auto& target = cost.targets[t];
    const auto* point = point_of(target);
    std::vector<Cell> row = {target.name, point != nullptr ? Cell(point->load_text) : Cell(),
                             target.machine.gpu_hour ? Cell(*target.machine.gpu_hour) : Cell(),
                             static_cast<double>(target.machine.gpus), target.machine.basis};
    for (const auto& panel : panels) {
      const auto& amount = panel.amounts[t];
      row.push_back(amount ? Cell(amount->value) : Cell());
      const bool known = amount && amount->interval;
      row.push_back(known ? Cell(amount->interval->low) : Cell());
      row.push_back(known ? Cell(amount->interval->high) : Cell());
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Who is cheapest by a panel, and what the others cost more.
std::string cheapest(const CostReport& cost, const Panel& panel) {
  std::optional<std::size_t> best;
  for (std::size_t t = 0; t < panel.amounts.size(); ++t) {
    const auto& amount = panel.amounts[t];
    if (amount && (!best || amount->value < panel.amounts[*best]->value)) best = t;
  }
  if (!best) return "";
  const auto& least = *panel.amounts[*best];
  std::vector<std::string> others;
  for (std::size_t t = 0; t < panel.amounts.size(); ++t) {
    const auto& amount = panel.amounts[t];
    if (t == *best || !amount || !(least.value > 0)) continue;
    const bool apart =
        amount->interval && least.interval && (amount->interval->low > least.interval->high);
    others.push_back(fmt::format("{} {:.0f}% more{}", short_name(cost.targets[t].name, 28),
                                 100 * (amount->value / least.value - 1),
                                 apart ? "" : " (not certain)"));
  }
  std::string text = fmt::format("{}: {} {}", panel.title, short_name(cost.targets[*best].name, 28),
                                 panel.text(least.value));
  if (!others.empty()) text += fmt::format("; {}", list_text(others, 4));
  return text + ".";
}

std::string missed(const CostReport& cost) {
  std::vector<std::string> names;
  for (const auto& target : cost.targets) {
    const auto* point = point_of(target);
    if (point != nullptr && point->judged && !point->slos_met) {
      names.push_back(short_name(target.name, 28));
    }
  }
  if (names.empty()) return "";
  return fmt::format(" Misses its objectives at this load: {}.", list_text(names, 4));
}

std::string cost_source(const Input& input, std::string_view what) {
  std::vector<std::string> bases;
  for (const auto& target : input.cost->targets) {
    const auto& basis = target.machine.basis;
    if (!basis.empty() && std::ranges::find(bases, basis) == bases.end()) bases.push_back(basis);
  }
  std::string text = source_text(*input.run, {}, {});
  if (!bases.empty()) text += fmt::format(" · prices: {}", list_text(bases, 3));
  const double used = input.cost->question.terms.utilization;
  if (used < 1) text += fmt::format(" · used to {:g}% on average", used * 100);
  return fmt::format("{} · {}", text, what);
}

Panel unit_panel(const CostReport& cost, std::string title,
                 std::optional<Amount> analysis::UnitCosts::* figure) {
  Panel panel{.title = std::move(title), .currency = cost.question.terms.currency};
  for (const auto& target : cost.targets) {
    const auto* point = point_of(target);
    panel.amounts.push_back(point != nullptr ? point->costs.*figure : std::nullopt);
  }
  return panel;
}

Chart make_cost(const Input& input) {
  const CostReport& cost = *input.cost;
  Chart chart;
  chart.source =
      cost_source(input, "at the load measured; lines: 95% intervals of the rate behind it");
  std::vector<Panel> panels = {
      unit_panel(cost, "A million tokens, in and out", &analysis::UnitCosts::per_million_tokens),
      unit_panel(cost, "A thousand requests", &analysis::UnitCosts::per_thousand_requests)};
  std::erase_if(panels, [](const Panel& panel) { return !panel.any(); });
  if (panels.empty()) {
    chart.empty = priced(input) ? nothing_text(*input.run, "cost") : std::string(kNoPrice);
    return chart;
  }
  chart.subtitle = cheapest(cost, panels.front()) + missed(cost);
  chart.alt = fmt::format("Cost of tokens and requests as bars, by target. {}", chart.subtitle);
  draw(chart, input, panels);
  chart.table = table_of(cost, panels);
  return chart;
}

std::string without_budget(const CostReport& cost) {
  std::vector<std::string> names;
  for (const auto& target : cost.targets) {
    const bool any =
        std::ranges::any_of(target.budgets, [](const auto& b) { return b.has_value(); });
    if (target.machine.gpu_hour && !any) names.push_back(short_name(target.name, 28));
  }
  if (names.empty()) return "";
  return fmt::format(" No load measured keeps the objectives of {}: nothing to plan with.",
                     list_text(names, 4));
}

Chart make_monthly(const Input& input) {
  const CostReport& cost = *input.cost;
  Chart chart;
  chart.source = cost_source(
      input, fmt::format("{:g} hours of operation; whole replicas of what was measured, at the "
                         "highest load that keeps the objectives",
                         cost.question.terms.hours_per_month));
  std::vector<Panel> panels;
  for (std::size_t s = 0; s < cost.question.scales.size(); ++s) {
    Panel panel{.title = fmt::format("{:g} request{}/s", cost.question.scales[s],
                                     cost.question.scales[s] == 1 ? "" : "s"),
                .currency = cost.question.terms.currency};
    for (const auto& target : cost.targets) {
      const bool known = s < target.budgets.size() && target.budgets[s];
      panel.amounts.push_back(known ? target.budgets[s]->monthly : std::nullopt);
    }
    if (panel.any()) panels.push_back(std::move(panel));
  }
  if (panels.empty()) {
    chart.empty = !priced(input)
                      ? std::string(kNoPrice)
                      : "Nothing to draw: no target kept its objectives at a load measured, so "
                        "there is nothing to plan a month with.";
    return chart;
  }
  chart.subtitle = "A month at " + cheapest(cost, panels.back()) + without_budget(cost);
  chart.alt = fmt::format("Money a month at several scales, by target. {}", chart.subtitle);
  draw(chart, input, panels);
  chart.table = table_of(cost, panels);
  return chart;
}

Panel energy_panel(const CostReport& cost) {
  Panel panel{.title = "Energy for each output token", .currency = {}, .unit = "J"};
  for (const auto& target : cost.targets) {
    const auto* point = point_of(target);
    const auto joules = point != nullptr ? point->joules_per_output_token : std::nullopt;
    panel.amounts.push_back(joules ? std::optional(Amount{*joules, {}}) : std::nullopt);
  }
  return panel;
}

Chart make_energy(const Input& input) {
  Chart chart;
  chart.source = source_text(*input.run, {}, {}) + " · of the GPUs, by their own counters";
  const std::vector<Panel> panels = {energy_panel(*input.cost)};
  if (!panels.front().any()) {
    chart.empty =
        "Nothing to draw: no GPU tells its energy or power. That is not 0: give the run the "
        "exporter of the target's GPUs with --gpu URL.";
    return chart;
  }
  chart.subtitle = cheapest(*input.cost, panels.front());
  chart.alt = fmt::format("Energy for each output token as bars, by target. {}", chart.subtitle);
  draw(chart, input, panels);
  chart.table = table_of(*input.cost, panels);
  return chart;
}

/// A load of a target by what it costs and how fast it is.
struct Spot {
  std::size_t target = 0;
  const LoadPoint* point = nullptr;
  double cost = 0;
  double ttft_ms = 0;
};

std::vector<Spot> spots_of(const CostReport& cost) {
  std::vector<Spot> spots;
  for (std::size_t t = 0; t < cost.targets.size(); ++t) {
    for (const auto& point : cost.targets[t].points) {
      if (!point.costs.per_million_tokens || !point.ttft_p50_ms) continue;
      spots.push_back({t, &point, point.costs.per_million_tokens->value, *point.ttft_p50_ms});
    }
  }
  // A target's line goes from its cheapest load to its dearest.
  std::ranges::sort(spots, {}, [](const Spot& s) { return std::pair(s.target, s.cost); });
  return spots;
}

// Those that no other is both cheaper and faster than.
std::vector<bool> unbeaten(const std::vector<Spot>& spots) {
  std::vector<bool> good;
  for (const auto& spot : spots) {
    good.push_back(std::ranges::none_of(spots, [&](const Spot& rival) {
      return rival.cost <= spot.cost && rival.ttft_ms <= spot.ttft_ms &&
             (rival.cost < spot.cost || rival.ttft_ms < spot.ttft_ms);
    }));
  }
  return good;
}

std::string spot_text(const CostReport& cost, const Spot& spot) {
  return fmt::format("{} at {} ({}, TTFT {})", short_name(cost.targets[spot.target].name, 24),
                     spot.point->load_text,
                     analysis::format_money(spot.cost, cost.question.terms.currency),
                     time_text(spot.ttft_ms));
}

// The two ends of what is beaten by none.
std::string tradeoff_finding(const CostReport& cost, const std::vector<Spot>& spots) {
  const auto by_cost = [](const Spot& s) { return std::pair(s.cost, s.ttft_ms); };
  const auto by_time = [](const Spot& s) { return std::pair(s.ttft_ms, s.cost); };
  const auto& cheap = *std::ranges::min_element(spots, {}, by_cost);
  const auto& fast = *std::ranges::min_element(spots, {}, by_time);
  if (cheap.point == fast.point) {
    return fmt::format("Cheapest and fastest: {}.", spot_text(cost, cheap));
  }
  return fmt::format("Cheapest: {}. Fastest: {}.", spot_text(cost, cheap), spot_text(cost, fast));
}

Json spot_series(const CostReport& cost, const std::vector<Spot>& spots,
                 const std::vector<bool>& good, std::span<const Look> style, const TimeScale& scale,
                 Chart& chart) {
  Json series = Json::array();
  // Where all points are of one load the small print says it.
  const bool several = std::ranges::any_of(spots, [&](const Spot& spot) {
    return spot.point->load_text != spots.front().point->load_text;
  });
  for (std::size_t t = 0; t < cost.targets.size(); ++t) {
    Json data = Json::array();
    for (std::size_t i = 0; i < spots.size(); ++i) {
      if (spots[i].target != t) continue;
      data.push_back({{"value", {spots[i].cost, scale.at(spots[i].ttft_ms)}},
                      {"itemStyle",
                       {{"color", good[i] ? style[t].ink() : "@background"},
                        {"borderColor", style[t].ink()},
                        {"borderWidth", 2}}},
                      {"label",
                       {{"show", several},
                        {"position", "top"},
                        {"content", spots[i].point->load_text},
                        {"color", "@muted"},
                        {"textBorderColor", "@background"},
                        {"textBorderWidth", 3},
                        {"fontSize", 12}}}});
    }
    if (data.empty()) continue;
    chart.legend.push_back(cost.targets[t].name);
    Json line = line_series(cost.targets[t].name, style[t], data, 1.25);
    line["showSymbol"] = true;
    line["symbolSize"] = 12;
    line["z"] = 4;
    series.push_back(line);
  }
  return series;
}

Chart make_tradeoff(const Input& input) {
  const CostReport& cost = *input.cost;
  auto spots = spots_of(cost);
  Chart chart;
  chart.source = cost_source(input, "filled: no other is both cheaper and faster");
  if (spots.empty()) {
    chart.empty = priced(input) ? nothing_text(*input.run, "cost") : std::string(kNoPrice);
    return chart;
  }
  double low = spots.front().ttft_ms;
  double high = 0;
  double most = 0;
  double least = spots.front().cost;
  for (const auto& spot : spots) {
    low = std::min(low, spot.ttft_ms);
    high = std::max(high, spot.ttft_ms);
    most = std::max(most, spot.cost);
    least = std::min(least, spot.cost);
  }
  const TimeScale scale = time_scale(low, high * 1.05, 8);
  const bool log = least > 0 && most / least > 10;
  const auto good = unbeaten(spots);
  const auto style = looks_of(input);
  chart.subtitle = tradeoff_finding(cost, spots);
  chart.alt = fmt::format(
      "Median TTFT over the cost of a million tokens, a point a target and "
      "load. {}",
      chart.subtitle);
  const Json series = spot_series(cost, spots, good, style, scale, chart);
  chart.option = dump({{"xAxis",
                        {{"type", log ? "log" : "value"},
                         {"name", fmt::format("Cost of a million tokens, in and out ({})",
                                              cost.question.terms.currency)},
                         {"min", log ? least / 1.3 : 0},
                         {"max", log ? most * 1.5 : top_of(std::max(most, 1e-9) * 1.15)}}},
                       {"yAxis", time_axis(scale, "Time to first token, p50")},
                       {"series", series}});
  chart.table = {
      .columns = {"target", "load", "a million tokens (" + cost.question.terms.currency + ")",
                  "TTFT p50 (ms)", "objectives kept"},
      .rows = {}};
  for (const auto& spot : spots) {
    chart.table.rows.push_back(
        {cost.targets[spot.target].name, spot.point->load_text, spot.cost, spot.ttft_ms,
         spot.point->judged ? Cell(spot.point->slos_met ? 1.0 : 0.0) : Cell()});
  }
  return chart;
}

bool has_energy(const Input& input) { return energy_panel(*input.cost).any(); }

}  // namespace

Entry cost_chart() {
  return {.id = "cost",
          .title = "What tokens and requests cost",
          .question = "What does a million tokens cost on each target, and a thousand requests?",
          .how_to_read =
              "A shorter bar is cheaper. Cost is the price of the machine over what it delivered "
              "at this load: the same machine at a higher load is cheaper for each token. Where "
              "the lines of two bars overlap the difference is not certain.",
          .needs = Needs::kCost,
          .level = Level::kSimple,
          .make = make_cost,
          .offered = priced};
}

Entry monthly_cost_chart() {
  return {.id = "cost-month",
          .title = "What a service would cost a month",
          .question = "What would it cost a month to serve so many requests a second?",
          .how_to_read =
              "Each panel is a scale of the service, a shorter bar is cheaper. Machines come "
              "whole: at a small scale every target may need just one, and price alone decides.",
          .needs = Needs::kCost,
          .level = Level::kSimple,
          .make = make_monthly,
          .offered = priced};
}

Entry cost_performance_chart() {
  return {.id = "cost-performance",
          .title = "What speed costs",
          .question = "Is the cheaper target also the faster one, or does speed cost money?",
          .how_to_read =
              "Each point is a target at a load. Further left is cheaper, further down answers "
              "sooner: down and left is better. Filled points are beaten by no other in both; "
              "among them it is a choice of money against waiting.",
          .needs = Needs::kCost,
          .level = Level::kSimple,
          .make = make_tradeoff,
          .offered = priced};
}

Entry energy_chart() {
  return {.id = "energy",
          .title = "Energy for each token",
          .question = "How much energy do the GPUs take for each token that they generate?",
          .how_to_read =
              "A shorter bar takes less energy for the same text. A batch that is full shares one "
              "reading of the weights among many requests: more load means less energy a token.",
          .needs = Needs::kCost,
          .level = Level::kTechnical,
          .make = make_energy,
          .offered = has_energy};
}

}  // namespace tt::chart
