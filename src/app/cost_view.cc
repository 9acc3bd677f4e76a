#include "app/cost_view.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/prices.h"
#include "app/answer_view.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::Amount;
using analysis::CostReport;
using analysis::LoadPoint;
using analysis::TargetCost;

using Lines = std::vector<Line>;

class View {
 public:
  View(const CostReport& report, std::size_t width) : r_(report), width_(width) {}

  Lines lines() {
    headline();
    machines();
    unit_costs();
    if (several_loads()) loads();
    budgets();
    change();
    warnings();
    assumptions();
    return std::move(lines_);
  }

 private:
  std::string money(double amount) const {
    return analysis::format_money(amount, r_.question.terms.currency);
  }

  std::string money(const std::optional<Amount>& amount) const {
    return amount ? money(amount->value) : "–";
  }

  std::string with_interval(const std::optional<Amount>& amount) const {
    if (!amount || !amount->interval) return money(amount);
    if (amount->interval->low == amount->interval->high) return money(amount->value);
    return fmt::format("{} ({} to {})", money(amount->value), money(amount->interval->low),
                       money(amount->interval->high));
  }

  std::string range(const std::optional<Amount>& amount) const {
    if (!amount || !amount->interval) return "–";
    return fmt::format("{} to {}", money(amount->interval->low), money(amount->interval->high));
  }

  bool several_loads() const {
    return std::ranges::any_of(r_.targets, [](const auto& t) { return t.points.size() > 1; });
  }

  void heading(std::string_view title, std::string_view note = {}) {
    if (!lines_.empty()) lines_.emplace_back();
    lines_.push_back(heading_line(title, note));
  }

  // The largest scale is where it counts most.
  void headline() {
    if (r_.savings.empty() || r_.savings.back().empty()) return;
    for (const auto& saving : r_.savings.back()) {
      const auto& cheapest = r_.targets[saving.cheapest].name;
      const auto& other = r_.targets[saving.other].name;
      const std::string scale = fmt::format("{:g}", r_.question.scales.back());
      if (saving.monthly <= 0) {
        lines_.push_back(
            Line(fmt::format("{} and {} cost the same at {} requests/s", cheapest, other, scale),
                 Style::kStrong));
        continue;
      }
      std::string text =
          fmt::format("{} saves {} a month ({:.0f}%) against {} at {} requests/s", cheapest,
                      money(saving.monthly), saving.share * 100, other, scale);
      if (!saving.certain) {
        text += "; how certain that is cannot be told";
      } else if (!*saving.certain) {
        text += ", though not for certain: the intervals overlap";
      }
      append(lines_, hanging({}, text, width_, Style::kStrong));
    }
  }

  void machines() {
    heading("Machines");
    Table table({{.title = "target", .shrink_to = 8},
                 {.title = "GPUs", .align = Align::kRight},
                 {.title = "a GPU-hour", .align = Align::kRight},
                 {.title = "an hour", .align = Align::kRight},
                 {.title = "price from", .shrink_to = 12}});
    for (const auto& t : r_.targets) {
      const auto hour = t.machine.hour();
      table.row({t.name, fmt::format("{}", t.machine.gpus),
                 t.machine.gpu_hour ? money(*t.machine.gpu_hour) : "–", hour ? money(*hour) : "–",
                 t.machine.basis.empty() ? "not given" : t.machine.basis});
    }
    append(lines_, table.render(width_));
  }

  // The point that counts for a target: the best one, else the first.
  static const LoadPoint* shown_point(const TargetCost& target) {
    if (target.points.empty()) return nullptr;
    return &target.points[target.best.value_or(0)];
  }

  void unit_costs() {
    heading("Cost", several_loads() ? "at the highest load that keeps the objectives"
                                    : "at the load that was measured");
    auto with = unit_cost_table(true);
    const bool fits = std::ranges::all_of(with, [&](const Line& l) { return l.width() <= width_; });
    append(lines_, fits ? std::move(with) : unit_cost_table(false));
  }

  // Numbers are never cut: where the intervals do not fit they are left out.
  Lines unit_cost_table(bool intervals) const {
    std::vector<TableColumn> columns = {{.title = ""}};
    for (const auto& t : r_.targets) {
      columns.push_back(
          {.title = intervals ? t.name : fit_middle(t.name, 20), .align = Align::kRight});
    }
    Table table(std::move(columns));
    const auto row = [&](std::string_view title, auto text_of) {
      std::vector<Line> cells = {Line(title)};
      for (const auto& t : r_.targets) {
        const LoadPoint* point = shown_point(t);
        cells.emplace_back(point == nullptr ? std::string("–") : text_of(*point));
      }
      table.row(std::move(cells));
    };
    const auto cost = [&](const std::optional<Amount>& amount) {
      return intervals ? with_interval(amount) : money(amount);
    };
    using P = const LoadPoint&;
    row("load", [](P p) { return p.load_text; });
    row("1M tokens, as mixed", [&](P p) { return cost(p.costs.per_million_tokens); });
    row("  of which input", [](P p) { return fmt::format("{:.0f}%", p.costs.input_share * 100); });
    row("1M input tokens", [&](P p) { return cost(p.costs.per_million_input); });
    row("1M output tokens", [&](P p) { return cost(p.costs.per_million_output); });
    row("1M output, input free", [&](P p) { return cost(p.costs.per_million_output_alone); });
    row("1,000 requests", [&](P p) { return cost(p.costs.per_thousand_requests); });
    row(fmt::format("output tokens/s a {} an hour", unit()), [&](P p) {
      const auto& rate = p.costs.tokens_per_s_per_money;
      return rate ? format_number(rate->value) : std::string("–");
    });
    row("GPU-hours a 1M tokens", [](P p) {
      const auto& hours = p.costs.gpu_hours_per_million;
      return hours ? format_number(hours->value) : std::string("–");
    });
    const bool energy = std::ranges::any_of(r_.targets, [](const auto& t) {
      const LoadPoint* point = shown_point(t);
      return point != nullptr && point->joules_per_output_token;
    });
    if (energy) {
      row("J an output token", [](P p) {
        return p.joules_per_output_token ? format_number(*p.joules_per_output_token)
                                         : std::string("not exposed");
      });
    }
    return table.render(width_);
  }

  std::string unit() const {
    return r_.question.terms.currency == "USD" ? "dollar" : r_.question.terms.currency;
  }

  void loads() {
    heading("Loads");
    Table table({{.title = "target", .shrink_to = 8},
                 {.title = "load", .shrink_to = 12},
                 {.title = "requests/s", .align = Align::kRight},
                 {.title = "TTFT p50, ms", .align = Align::kRight, .optional = 2},
                 {.title = "answered", .align = Align::kRight, .optional = 1},
                 {.title = "1M tokens", .align = Align::kRight},
                 {.title = "objectives"}});
    for (const auto& t : r_.targets) {
      for (std::size_t i = 0; i < t.points.size(); ++i) {
        const LoadPoint& p = t.points[i];
        Line objectives(!p.judged    ? "none"
                        : p.slos_met ? "kept"
                                     : "missed",
                        p.slos_met ? Style::kPlain : Style::kBad);
        if (t.best == i) objectives.add(", planned with", Style::kGood);
        table.row({t.name, p.load_text,
                   p.requests_per_s ? format_number(p.requests_per_s->value) : "–",
                   p.ttft_p50_ms ? format_number(*p.ttft_p50_ms) : "–",
                   fmt::format("{:g}%", std::floor(p.success_share * 1e4) / 1e2),
                   money(p.costs.per_million_tokens), objectives});
      }
    }
    append(lines_, table.render(width_));
  }

  void budgets() {
    const auto months = r_.question.months;
    heading("Budget");
    Table table({{.title = "requests/s", .align = Align::kRight},
                 {.title = "target", .shrink_to = 8},
                 {.title = "replicas", .align = Align::kRight},
                 {.title = "GPUs", .align = Align::kRight, .optional = 2},
                 {.title = "a month", .align = Align::kRight},
                 {.title = "95% interval", .align = Align::kRight, .optional = 3},
                 {.title = fmt::format("{:g} months", months), .align = Align::kRight},
                 {.title = "1M tokens", .align = Align::kRight, .optional = 1}});
    for (std::size_t s = 0; s < r_.question.scales.size(); ++s) {
      for (const auto& t : r_.targets) {
        const auto& b = t.budgets[s];
        const std::string scale = fmt::format("{:g}", r_.question.scales[s]);
        if (!b) {
          table.row({scale, t.name, "–", "–", "–", "–", "–", "–"});
          continue;
        }
        table.row({scale, t.name, format_count(b->replicas), format_count(b->gpus),
                   money(b->monthly), range(b->monthly),
                   b->monthly ? money(analysis::total_cost(b->monthly->value, months, 0)) : "–",
                   b->per_million_tokens ? money(*b->per_million_tokens) : "–"});
      }
    }
    append(lines_, table.render(width_));
  }

  void change() {
    if (!r_.change) return;
    const auto& c = *r_.change;
    heading(fmt::format("From {} to {}", c.terms.from, c.terms.to),
            fmt::format("a month, at {:g} requests/s", c.requests_per_s));
    gain("machines", c.machines_saved, "by the throughput that was measured");
    if (c.seconds_saved && c.terms.waiting.people > 0) {
      const auto& w = c.terms.waiting;
      gain("waiting", c.waiting_saved,
           fmt::format(
               "{:.1f} hours at {}: {:g} people x {:g} answers a day x {:g} days (assumed) x "
               "{:.0f} ms (TTFT p50, measured)",
               c.hours_saved, money(w.wage_per_hour), w.people, w.answers_per_day, w.days_per_month,
               *c.seconds_saved * 1000));
    }
    if (c.seconds_saved && c.terms.revenue.per_month > 0) {
      const auto& r = c.terms.revenue;
      gain("revenue", c.revenue_gained,
           fmt::format("{} a month x {:g}% a second of waiting (assumed) x {:.0f} ms (TTFT p50, "
                       "measured)",
                       money(r.per_month), r.share_per_s * 100, *c.seconds_saved * 1000));
    }
    if (c.terms.monthly_benefit != 0) gain("other", c.terms.monthly_benefit, "assumed");
    std::string text =
        fmt::format("Over {:g} months {} for an investment of {} (assumed)", r_.question.months,
                    money(c.result.net), money(c.terms.investment));
    if (c.result.ratio) text += fmt::format(": ROI {:.0f}%", *c.result.ratio * 100);
    text += c.result.payback_months
                ? fmt::format(", paid back after {:.1f} months", *c.result.payback_months)
                : ", never paid back";
    append(lines_, hanging(Line("  "), text, width_, Style::kStrong));
  }

  // "  machines   $10,512  how it is come by"
  void gain(std::string_view what, double amount, std::string_view how) {
    constexpr std::size_t kAmountColumn = 12;
    constexpr std::size_t kHowColumn = 24;
    Line head = Line("  ").add(what).to_column(kAmountColumn).add(money(amount));
    append(lines_, hanging(head.to_column(kHowColumn), how, width_, Style::kDim));
  }

  void warnings() {
    if (!r_.warnings.empty()) lines_.emplace_back();
    for (const auto& warning : r_.warnings) {
      append(lines_, hanging(Line("warning ", Style::kWarn), warning, width_));
    }
  }

  void assumptions() {
    const auto& terms = r_.question.terms;
    lines_.emplace_back();
    append(
        lines_,
        hanging(Line("Assumed: ", Style::kDim),
                fmt::format("machines bring {:g}% of what was measured (--utilization); an output "
                            "token counts for {:g} input tokens (--output-weight); {:g} hours a "
                            "month (--hours). Intervals are of 95%, from those of the rates. "
                            "Failed requests are paid for and bring nothing.",
                            terms.utilization * 100, terms.output_weight, terms.hours_per_month),
                width_, Style::kDim));
  }

  const CostReport& r_;
  std::size_t width_;
  Lines lines_;
};

}  // namespace

std::vector<Line> cost_lines(const CostReport& report, std::size_t width) {
  return View(report, width).lines();
}

}  // namespace tt::app
