// The share of requests that a limit of time would have ended.
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/failure_words.h"
#include "chart/run_time.h"

namespace tt::chart {
namespace {

using analysis::Failures;
using analysis::MetricId;
using analysis::OverLimit;

struct Panel {
  MetricId metric;
  const char* title;
  std::span<const double> limits_ms;
};
constexpr std::array kPanels = {
    Panel{MetricId::kTtft, "No first token within", analysis::kTtftLimitsMs},
    Panel{MetricId::kE2e, "No whole answer within", analysis::kE2eLimitsMs}};

std::vector<Failures> failures_of(const RunView& view) {
  std::vector<Failures> all;
  for (const auto& slice : view.slices) all.push_back(analysis::failures(slice));
  return all;
}

bool any_over(const std::vector<Failures>& all) {
  return std::ranges::any_of(all, [](const Failures& f) {
    return std::ranges::any_of(f.over_limits, [](const OverLimit& o) { return o.count > 0; });
  });
}

std::string limit_text(double limit_ms) { return fmt::format("{:g} s", limit_ms / 1e3); }

// Which target loses how many by the lowest limit of each metric that any exceeds.
std::string finding(const RunView& view, const std::vector<Failures>& all) {
  std::string text;
  for (const Panel& panel : kPanels) {
    for (const double limit : panel.limits_ms) {
      std::vector<std::string> parts;
      for (std::size_t t = 0; t < all.size(); ++t) {
        for (const auto& over : all[t].over_limits) {
          if (over.metric != panel.metric || over.limit_ms != limit || over.count == 0) continue;
          parts.push_back(fmt::format("{} {}%", short_name(view.run.targets[t].name, 28),
                                      format_number(100 * over.share)));
        }
      }
      if (parts.empty()) continue;
      text += fmt::format("{}{} {}: {}.", text.empty() ? "" : " ", panel.title, limit_text(limit),
                          list_text(parts, 4));
      break;
    }
  }
  return text;
}

Table table_of(const RunView& view, const std::vector<Failures>& all) {
  Table table{.columns = {"target", "metric", "limit (s)", "longer or timed out", "share"},
              .rows = {}};
  for (std::size_t t = 0; t < all.size(); ++t) {
    for (const auto& over : all[t].over_limits) {
      table.rows.push_back({view.run.targets[t].name,
                            std::string(analysis::metric(over.metric).title), over.limit_ms / 1e3,
                            static_cast<double>(over.count), over.share});
    }
  }
  return table;
}

// A target's shares by limit.
Json points(const Failures& failures, MetricId metric) {
  Json rows = Json::array();
  for (const auto& over : failures.over_limits) {
    if (over.metric == metric) rows.push_back({limit_text(over.limit_ms), over.share});
  }
  return rows;
}

std::string source_of(const RunView& view, const std::vector<Failures>& all) {
  std::vector<std::string> n;
  for (const auto& f : all) n.push_back(format_count(f.ok + f.timeouts));
  return fmt::format("{} · n = {} requests that succeeded or timed out", source_text(view, {}, {}),
                     fmt::join(n, ", "));
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const auto all = failures_of(view);
  Chart chart;
  chart.source = source_of(view, all);
  if (!any_over(all)) {
    chart.empty = fmt::format(
        "Nothing to draw: every request that was answered had its first token within {} and its "
        "last within {}, and none timed out after that.",
        limit_text(analysis::kTtftLimitsMs.front()), limit_text(analysis::kE2eLimitsMs.front()));
    return chart;
  }
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t panel = 0; panel < kPanels.size(); ++panel) {
    Json limits = Json::array();
    for (const double limit : kPanels[panel].limits_ms) limits.push_back(limit_text(limit));
    double high = 0;
    for (std::size_t t = 0; t < all.size(); ++t) {
      Json rows = points(all[t], kPanels[panel].metric);
      if (rows.empty()) continue;
      for (const auto& row : rows) high = std::max(high, row[1].get<double>());
      const auto& name = view.run.targets[t].name;
      Json line = in_panel(line_series(name, style[t], std::move(rows), 2), panel);
      line["showSymbol"] = true;
      series.push_back(std::move(line));
      if (panel == 0) chart.legend.push_back(name);
    }
    x.push_back({{"type", "category"},
                 {"gridIndex", panel},
                 {"data", limits},
                 {"boundaryGap", true},
                 {"name", "Limit"}});
    y.push_back(share_axis(high, panel == 0 ? "Share of the target's requests" : "", panel));
    chart.panels.push_back({1, kPanels[panel].title, true});
  }
  chart.columns = kPanels.size();
  chart.subtitle = finding(view, all);
  chart.alt =
      fmt::format("The share of requests that took longer than limits of time. {}", chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
  chart.table = table_of(view, all);
  return chart;
}

}  // namespace

Entry timeouts_chart() {
  return {.id = "timeouts",
          .title = "Timeouts over thresholds",
          .question = "If clients gave up after so long, how many requests would be lost?",
          .how_to_read =
              "Each point is the share of a target's requests that took longer than the limit "
              "below it, or had timed out in this run. Low and flat is good. Where a line is high "
              "at the limit that your clients, proxies or users have, so many of their requests "
              "would end without an answer.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make,
          .offered = [](const Input& input) { return any_over(failures_of(*input.run)); }};
}

}  // namespace tt::chart
