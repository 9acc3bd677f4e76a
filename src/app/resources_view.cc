// The section `resources` of `analyze`: engine, GPU and client machine, each figure with its
// source.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analysis/resources.h"
#include "analysis/resources_beside.h"
#include "app/analyze_text.h"
#include "app/analyze_view.h"
#include "app/sketch.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::ResourceFigure;
using analysis::ResourceUnit;
using Lines = std::vector<Line>;

constexpr std::string_view kNotExposed = "not exposed";

Line missing() { return Line(kNotExposed, Style::kDim); }

Lines figure_table(const analysis::ResourcesView& view, std::string_view group,
                   std::string_view title, std::size_t width) {
  Table table({{.title = std::string(title)},
               {.title = "mean", .align = Align::kRight},
               {.title = "peak", .align = Align::kRight},
               {.title = "over time", .optional = 2},
               {.title = "source", .shrink_to = 12, .optional = 1}});
  bool any = false;
  for (const ResourceFigure& f : view.figures) {
    if (f.spec->group != group) continue;
    if (!f.exposed()) {
      table.row({f.spec->title, missing(), "", "", ""});
      continue;
    }
    any = true;
    // A share is drawn against the whole, anything else against its highest value.
    const double top = f.spec->unit == ResourceUnit::kShare ? 1 : 0;
    table.row({f.spec->title, analysis::resource_text(f.spec->unit, *f.mean),
               f.peak ? Line(analysis::resource_text(f.spec->unit, *f.peak)) : Line("–"),
               sketch(resample(f.line.value, kSketchColumns), top), Line(f.source, Style::kDim)});
  }
  if (any) return table.render(width);
  return fact(title, "not exposed", width);
}

std::string quantile_text(const std::optional<analysis::BucketQuantile>& q) {
  if (!q) return "–";
  if (q->lower_bound) return "> " + format_number(q->low);
  return fmt::format("{} (±{})", format_number(q->value), format_number((q->high - q->low) / 2));
}

Lines latency_table(const analysis::ResourcesView& view, std::size_t width) {
  if (view.latencies.empty()) return {};
  Table table({{.title = "engine's own, ms"},
               {.title = "mean", .align = Align::kRight},
               {.title = "p50 (of its bucket)", .align = Align::kRight, .optional = 2},
               {.title = "p99 (of its bucket)", .align = Align::kRight, .optional = 3},
               {.title = "client's mean", .align = Align::kRight},
               {.title = "source", .shrink_to = 12, .optional = 1}});
  for (const auto& one : view.latencies) {
    table.row({one.title, format_number(one.mean_ms), quantile_text(one.p50),
               quantile_text(one.p99),
               one.client_mean_ms ? Line(format_number(*one.client_mean_ms)) : Line("–"),
               Line(one.source, Style::kDim)});
  }
  return table.render(width);
}

Lines breakdown_table(const analysis::Breakdown& b, std::size_t width) {
  if (b.parts.empty()) return {};
  Table table({{.title = "latency breakdown"},
               {.title = "mean ms", .align = Align::kRight},
               {.title = "of E2E", .align = Align::kRight},
               {.title = "source", .shrink_to = 12, .optional = 1}});
  for (const auto& part : b.parts) {
    const std::string name(part.part == analysis::Part::kRest && b.complete()
                               ? "network and the rest"
                               : analysis::part_name(part.part));
    if (!part.mean_ms) {
      table.row({name, missing(), "", ""});
      continue;
    }
    table.row({name, format_number(*part.mean_ms),
               b.e2e_ms > 0 ? fmt::format("{:.1f}%", *part.mean_ms / b.e2e_ms * 100) : "–",
               Line(part.source, Style::kDim)});
  }
  table.row({Line("E2E", Style::kStrong), Line(format_number(b.e2e_ms), Style::kStrong), "",
             Line(fmt::format("this run, {} requests", format_count(b.n)), Style::kDim)});
  return table.render(width);
}

std::string energy_text(const analysis::Energy& e) {
  std::string text = fmt::format("{} J", format_number(e.joules));
  if (e.mean_watts) text += fmt::format(", {} W on average", format_number(*e.mean_watts));
  if (e.joules_per_output_token) {
    text +=
        fmt::format("; {} J an output token, {} output tokens/s for each watt",
                    format_number(*e.joules_per_output_token), format_number(*e.tokens_per_joule));
  }
  return text + fmt::format(" ({})", e.source);
}

// Mean and peak in one cell are too wide for four targets: the peak stands below, quietly, where it
// tells more than the mean.
void add_beside_rows(Table& table, const analysis::BesideRow& row, std::size_t first,
                     std::size_t last) {
  const auto cells = [&](std::string_view title, const auto& values, Style style) {
    std::vector<Line> line = {Line(title, style)};
    for (std::size_t i = first; i < last; ++i) {
      line.push_back(values[i] ? Line(analysis::resource_text(row.unit, *values[i]), style)
                               : Line("–", Style::kDim));
    }
    table.row(std::move(line));
  };
  cells(row.title, row.means, Style::kPlain);
  bool higher = false;
  for (std::size_t i = first; i < last; ++i) {
    higher = higher || (row.means[i] && row.peaks[i] && *row.peaks[i] > *row.means[i]);
  }
  if (higher) cells("  peak", row.peaks, Style::kDim);
}

Lines gap_lines(const analysis::ResourcesView& view, std::size_t width) {
  Lines lines;
  for (const analysis::ReadingGap& gap : view.gaps) {
    const auto more = fact(lines.empty() ? "gaps" : "",
                           fmt::format("{}: {} of {} readings failed; of {} s nothing is known",
                                       gap.source, format_count(gap.missed),
                                       format_count(gap.readings), format_number(gap.seconds)),
                           width);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  return lines;
}

}  // namespace

Lines resources_section(const analysis::ResourcesView& view, std::size_t width) {
  Lines lines = breakdown_table(view.breakdown, width);
  const auto add = [&](Lines more) {
    if (more.empty()) return;
    if (!lines.empty()) lines.emplace_back();
    lines.insert(lines.end(), more.begin(), more.end());
  };
  add(latency_table(view, width));
  add(figure_table(view, "engine", "engine", width));
  add(figure_table(view, "gpu", "GPU", width));
  if (view.energy) add(fact("energy", energy_text(*view.energy), width));
  add(figure_table(view, "client", "client machine", width));
  if (view.server_requests && view.breakdown.n > 0 &&
      *view.server_requests > 1.2 * static_cast<double>(view.breakdown.n) + 5) {
    add(fact("not alone",
             fmt::format("the engine finished {} requests meanwhile, this run {}: its figures are "
                         "of others, too",
                         format_number(*view.server_requests), format_count(view.breakdown.n)),
             width));
  }
  add(gap_lines(view, width));
  return lines;
}

Lines resources_beside_lines(const analysis::RunAnalysis& analysis, std::size_t width) {
  constexpr std::size_t kTitles = 27;   // of the rows
  constexpr std::size_t kATarget = 14;  // its column, and the space before it
  std::vector<const analysis::ResourcesView*> views;
  std::vector<std::string> names;
  for (const analysis::TargetAnalysis& a : analysis.targets) {
    if (!a.resources) continue;
    views.push_back(&*a.resources);
    names.push_back(fit_middle(a.target.name, kATarget - 2));
  }
  const auto rows = analysis::resources_beside(views);
  if (views.size() < 2 || rows.empty()) return {};
  const std::size_t a_table =
      width > kTitles + 2 * kATarget ? (width - kTitles) / kATarget : std::size_t{2};
  Lines lines;
  for (std::size_t first = 0; first < views.size(); first += a_table) {
    const std::size_t last = std::min(first + a_table, views.size());
    std::vector<TableColumn> columns = {{.title = "means, side by side"}};
    for (std::size_t i = first; i < last; ++i) {
      columns.push_back({.title = names[i], .align = Align::kRight});
    }
    Table table(std::move(columns));
    for (const analysis::BesideRow& row : rows) add_beside_rows(table, row, first, last);
    append(lines, table.render(width));
    lines.emplace_back();
  }
  return lines;
}

}  // namespace tt::app
