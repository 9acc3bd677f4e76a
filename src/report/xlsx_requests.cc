// The sheets of single things: requests, insights, and what was measured.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/samples.h"
#include "base/text.h"
#include "report/xlsx_sheets.h"

namespace tt::report {
namespace {

using analysis::MetricId;
using record::Row;

struct RequestColumn {
  std::string title;
  double width;
  void (*write)(Sheet& sheet, RowIndex at, ColumnIndex column, const Row& row,
                const RunSource& source);
};

const CellLook kCount{.number = kWhole, .right = true};
const CellLook kMillis{.number = "#,##0.00", .right = true};
const CellLook kSeconds{.number = "#,##0.000", .right = true};

template <MetricId kMetric>
void metric_cell(Sheet& sheet, RowIndex at, ColumnIndex column, const Row& row,
                 const RunSource& /*source*/) {
  sheet.number(at, column, analysis::request_value(analysis::facts_of(row), kMetric), kMillis);
}

std::optional<double> since_start(Nanos at) {
  return at == kNever ? std::nullopt : std::optional(to_seconds(at));
}

// Output tokens over the whole time of a request.
std::optional<double> pace(const Row& row) {
  const double ms = analysis::request_value(analysis::facts_of(row), MetricId::kE2e);
  return ms > 0 ? std::optional(row.output_tokens / ms * 1e3) : std::nullopt;
}

std::vector<RequestColumn> request_columns() {
  using Write = decltype(RequestColumn::write);
  const auto column = [](const char* title, double width, Write write) {
    return RequestColumn{title, width, write};
  };
  return {
      column("request", 20,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.text(at, c, r.request_id.empty() ? std::to_string(r.index) : r.request_id);
             }),
      column("target", 14,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource& source) {
               const auto& targets = source.run.input.targets;
               if (r.target < targets.size()) s.text(at, c, targets[r.target].name);
             }),
      column("outcome", 16,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.text(at, c, status_name(r.status), {.tone = r.ok() ? Tone::kPlain : Tone::kWarn});
             }),
      column("counts", 9,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.text(at, c, r.warmup ? "warm-up" : "measured", {.tone = Tone::kQuiet});
             }),
      column("block", 7,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.number(at, c, r.block, kCount);
             }),
      column("planned (s)", 11,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.number(at, c, since_start(r.planned), kSeconds);
             }),
      column("sent (s)", 11,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.number(at, c, since_start(r.sent), kSeconds);
             }),
      column("TTFT (ms)", 11, metric_cell<MetricId::kTtft>),
      column("TPOT (ms)", 11, metric_cell<MetricId::kTpot>),
      column("E2E (ms)", 11, metric_cell<MetricId::kE2e>),
      column("E2E from plan (ms)", 12, metric_cell<MetricId::kE2ePlan>),
      column("input tokens", 9,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.number(at, c, r.input_tokens, kCount);
             }),
      column("output tokens", 9,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.number(at, c, r.output_tokens, kCount);
             }),
      column("output tokens/s", 11,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.number(at, c, pace(r), {.number = "#,##0.0", .right = true});
             }),
      column("schedule lag (ms)", 11, metric_cell<MetricId::kScheduleLag>),
      column("client lag (ms)", 11, metric_cell<MetricId::kClientLag>),
      column("HTTP", 7,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               if (r.http_code != 0) s.number(at, c, r.http_code, {.right = true});
             }),
      column("end", 12,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.text(at, c, r.finish_reason);
             }),
      column("error", 40,
             [](Sheet& s, RowIndex at, ColumnIndex c, const Row& r, const RunSource&) {
               s.text(at, c, r.error);
             }),
  };
}

std::vector<const Row*> in_order(std::span<const Row> rows) {
  std::vector<const Row*> order;
  order.reserve(rows.size());
  for (const Row& row : rows) order.push_back(&row);
  std::ranges::stable_sort(
      order, {}, [](const Row* row) { return row->sent == kNever ? row->planned : row->sent; });
  return order;
}

std::string word(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

Tone tone_of(analysis::InsightSeverity severity) {
  switch (severity) {
    case analysis::InsightSeverity::kCritical:
      return Tone::kBad;
    case analysis::InsightSeverity::kWarning:
      return Tone::kWarn;
    case analysis::InsightSeverity::kNotice:
    case analysis::InsightSeverity::kInfo:
      break;
  }
  return Tone::kPlain;
}

}  // namespace

std::size_t requests_sheet(Book& book, const RunSource& source, std::size_t most) {
  Sheet& sheet = book.sheet("Requests");
  const auto columns = request_columns();
  std::vector<std::string> titles;
  for (ColumnIndex c = 0; c < columns.size(); ++c) {
    titles.push_back(columns[c].title);
    sheet.width(c, c, columns[c].width);
  }
  RowIndex at = write_head(sheet, 0, titles, 4);
  const auto rows = in_order(source.rows);
  const std::size_t shown = std::min(rows.size(), most - 1);
  for (std::size_t i = 0; i < shown; ++i, ++at) {
    for (ColumnIndex c = 0; c < columns.size(); ++c) {
      columns[c].write(sheet, at, c, *rows[i], source);
    }
  }
  sheet.freeze(1, 1);
  sheet.filter(0, at - 1, static_cast<ColumnIndex>(columns.size()));
  return rows.size() - shown;
}

void insights_sheet(Book& book, const RunSource& source) {
  Sheet& sheet = book.sheet("Insights");
  const std::vector<std::string> titles = {"severity", "kind",     "target",   "what",  "technical",
                                           "metric",   "strength", "from (s)", "to (s)"};
  for (const auto& [column, width] : std::initializer_list<std::pair<ColumnIndex, double>>{
           {0, 10}, {1, 16}, {2, 14}, {3, 60}, {4, 70}, {5, 16}, {6, 10}, {7, 10}, {8, 10}}) {
    sheet.width(column, column, width);
  }
  RowIndex row = write_head(sheet, 0, titles, 6);
  for (const auto& one : source.run.insights) {
    const auto lines = std::max(one.simple.size() / 60, one.technical.size() / 70) + 1;
    sheet.height(row, 14.0 * static_cast<double>(std::min<std::size_t>(lines, 8)));
    sheet.text(row, 0, analysis::insight_severity_name(one.severity),
               {.tone = tone_of(one.severity), .strong = tone_of(one.severity) != Tone::kPlain});
    sheet.text(row, 1, word(analysis::insight_kind_name(one.kind)));
    sheet.text(row, 2, one.evidence.target);
    sheet.text(row, 3, one.simple, {.wrap = true});
    sheet.text(row, 4, one.technical, {.tone = Tone::kQuiet, .wrap = true});
    sheet.text(row, 5, one.evidence.metric);
    sheet.number(row, 6, one.evidence.strength, {.number = "0.000", .right = true});
    sheet.number(row, 7, one.evidence.from_s, {.number = "#,##0.0", .right = true});
    sheet.number(row, 8, one.evidence.to_s, {.number = "#,##0.0", .right = true});
    ++row;
  }
  if (source.run.insights.empty()) {
    sheet.text(row, 0, "The rules found nothing that is worth knowing.", {.tone = Tone::kQuiet});
  }
  sheet.freeze(1, 0);
  if (row > 1) sheet.filter(0, row - 1, static_cast<ColumnIndex>(titles.size()));
}

void configuration_sheet(Book& book, const RunSource& source,
                         std::span<const Section* const> sections) {
  Sheet& sheet = book.sheet("Configuration");
  sheet.width(0, 0, 24);
  sheet.width(1, 8, 20);
  RowIndex row = 0;
  const auto say = [&](std::string_view what, std::string_view text) {
    sheet.text(row, 0, what, {.strong = true});
    sheet.text(row++, 1, text);
  };
  const auto& m = source.run.manifest;
  say("run", m.run_id);
  say("started", format_utc(m.started_realtime));
  say("status", record::run_status_name(m.status));
  say("load", source.run.input.load_text);
  say("workload", source.run.input.workload_text);
  say("schedule", m.schedule_digest);
  for (const auto& [name, seed] : m.seeds) say("seed of " + name, std::to_string(seed));
  say("method version", std::to_string(source.run.summary.method_version));
  say("program", fmt::format("tokentrial {} ({})", m.tool_version, m.build_hash));
  say("measured from", fmt::format("{} ({} cores, {}, clock {})", m.host.cpu_model, m.host.cores,
                                   m.host.kernel, m.clock_source));
  for (const auto& target : m.targets) {
    say("target", fmt::format("{}: {} {}, {}, {}", target.name, target.engine,
                              target.server_version, target.model, target.url));
  }
  for (const auto& note : m.notes) say("note", note);
  row = write_sections(sheet, row, sections);
  if (!sections.empty() || m.plan_yaml.empty()) return;
  sheet.text(++row, 0, "The plan", {.strong = true});
  for (const auto line : split(m.plan_yaml, '\n')) sheet.text(++row, 0, line);
}

}  // namespace tt::report
