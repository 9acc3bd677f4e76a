#include "app/analyze_view.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/metrics.h"
#include "app/analyze_text.h"
#include "app/answer_view.h"
#include "app/figures_text.h"
#include "app/sketch.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::Section;
using Lines = std::vector<Line>;

struct Heading {
  std::string_view title;
  std::string_view note;
};
constexpr std::array<Heading, analysis::kSectionCount> kHeadings = {
    {{"Latency", "milliseconds of successful requests; below each its 95% interval"},
     {"Throughput", "of the system, and of single requests"},
     {"Time", "does it stay as it was?"},
     {"Tokens", "lengths, and what depends on them"},
     {"Errors", "what failed, and when"},
     {"Users", "by user of the load, by turn and by session"},
     {"Quality", "what the rows hold"},
     {"Resources", "what engine, GPU and client machine said"}}};

// Of a section that was made.
Lines of_target(const analysis::TargetAnalysis& a, Section section, std::size_t width) {
  switch (section) {
    case Section::kLatency:
      return latency_section(*a.latency, width);
    case Section::kThroughput:
      return throughput_section(*a.throughput, width);
    case Section::kTime:
      return time_section(*a.time, width);
    case Section::kTokens:
      return tokens_section(*a.tokens, width);
    case Section::kErrors:
      return errors_section(*a.errors, width);
    case Section::kUsers:
      return users_section(*a.users, *a.sessions, width);
    case Section::kQuality:
      return quality_section(*a.quality, width);
    case Section::kResources:
      return resources_section(*a.resources, width);
  }
  return {};
}

bool was_made(const analysis::TargetAnalysis& a, Section section) {
  switch (section) {
    case Section::kLatency:
      return a.latency.has_value();
    case Section::kThroughput:
      return a.throughput.has_value();
    case Section::kTime:
      return a.time.has_value();
    case Section::kTokens:
      return a.tokens.has_value();
    case Section::kErrors:
      return a.errors.has_value();
    case Section::kUsers:
      return a.users.has_value();
    case Section::kQuality:
      return a.quality.has_value();
    case Section::kResources:
      return a.resources.has_value();
  }
  return false;
}

// Nothing but errors and quality can be said of a target without a success.
bool tells_without_success(Section section) {
  return section == Section::kErrors || section == Section::kQuality ||
         section == Section::kUsers || section == Section::kResources;
}

// --- Tokens

Lines length_table(const analysis::Lengths& lengths, std::size_t width) {
  Table table({{.title = "tokens"},
               {.title = "mean", .align = Align::kRight},
               {.title = "p50", .align = Align::kRight},
               {.title = "p95", .align = Align::kRight},
               {.title = "p99", .align = Align::kRight},
               {.title = "shape up to p99", .optional = 1}});
  const auto row = [&](std::string_view name, const analysis::GroupQuantiles& q, double mean,
                       const analysis::Histogram& histogram) {
    if (q.n == 0) return;
    table.row({name, plain_number(mean), plain_number(q.p50), plain_number(q.p95),
               plain_number(q.p99), sketch_of(histogram, kSketchColumns)});
  };
  row("input", lengths.input, lengths.mean_input, lengths.input_histogram);
  row("output", lengths.output, lengths.mean_output, lengths.output_histogram);
  if (table.empty()) return {note_line("No token counts are known.")};
  return table.render(width);
}

Lines prefill_lines(const analysis::PrefillRate& rate, std::size_t width) {
  if (rate.tokens_per_s) {
    return fact("prefill",
                fmt::format("{} input tokens/s (95% {} to {}), read off how TTFT grows with the "
                            "input; {} ms of TTFT do not depend on it",
                            format_number(*rate.tokens_per_s), format_number(rate.interval->low),
                            format_number(rate.interval->high), format_number(rate.base_ms)),
                width);
  }
  if (rate.n == 0) return {};
  return fact("prefill",
              rate.lengths_alike ? "cannot be told: inputs are all of about one length"
                                 : "cannot be told: TTFT does not certainly grow with the input",
              width);
}

Lines correlation_table(const analysis::Correlations& c, std::size_t width) {
  if (c.n < 4) return {};
  std::vector<TableColumn> columns = {
      {.title = fmt::format("Spearman, n = {}", format_count(c.n))}};
  for (std::size_t j = 0; j + 1 < c.quantities.size(); ++j) {
    columns.push_back({.title = fmt::format("{}", j + 1), .align = Align::kRight});
  }
  Table table(std::move(columns));
  for (std::size_t i = 0; i < c.quantities.size(); ++i) {
    std::vector<Line> cells = {
        fmt::format("{} {}", i + 1, analysis::quantity_title(c.quantities[i]))};
    for (std::size_t j = 0; j < i; ++j) {
      const auto& cell = c.spearman.at(i, j);
      cells.push_back(cell ? Line(fmt::format("{:.2f}", cell->r),
                                  std::fabs(cell->r) >= 0.5 ? Style::kStrong : Style::kPlain)
                           : Line("–"));
    }
    table.row(std::move(cells));
  }
  return table.render(width);
}

Lines anomaly_lines(const std::vector<analysis::Anomalies>& all, std::size_t width) {
  constexpr std::size_t kShown = 3;
  Lines lines;
  for (const auto& a : all) {
    if (a.slow + a.fast == 0) continue;
    std::vector<std::string> examples;
    for (const auto& one : a.worst) {
      if (examples.size() == kShown) break;
      examples.push_back(fmt::format("request {}: {} ms for {} tokens, expected {}", one.row.index,
                                     format_number(one.value_ms), format_number(one.tokens),
                                     format_number(one.expected_ms)));
    }
    append(lines,
           fact("unusual",
                fmt::format("{} of {} requests do not fit their {} by {}: {} slow, {} fast "
                            "({})",
                            format_count(a.slow + a.fast), format_count(a.n),
                            analysis::quantity_title(a.tokens), analysis::quantity_title(a.latency),
                            format_count(a.slow), format_count(a.fast), fmt::join(examples, "; ")),
                width));
  }
  return lines;
}

// --- Errors

Lines kind_table(const analysis::Failures& f, std::size_t width) {
  constexpr std::size_t kMostSaid = 240;
  Lines lines;
  for (const auto& kind : f.kinds) {
    const std::string code = kind.http_code > 0 ? fmt::format(" (HTTP {})", kind.http_code) : "";
    Line head =
        Line("  ")
            .add(fmt::format("{} {}{}", format_count(kind.count), status_name(kind.status), code),
                 Style::kWarn)
            .add(fmt::format("  {}  ", percent_text(kind.share)));
    append(lines, hanging(head, status_help(kind.status), width, Style::kDim));
    if (kind.first_error.empty()) continue;
    append(lines, hanging(Line("    the first: ", Style::kDim),
                          fit_end(kind.first_error, kMostSaid), width));
  }
  return lines;
}

Lines error_groups(std::string_view title, const std::vector<analysis::GroupCount>& groups,
                   std::size_t width) {
  if (groups.size() < 2) return {};
  Table table({{.title = std::string(title)},
               {.title = "requests", .align = Align::kRight},
               {.title = "failed", .align = Align::kRight},
               {.title = "error rate", .align = Align::kRight}});
  for (const auto& g : groups) {
    table.row(
        {g.label, format_count(g.requests), format_count(g.failed), percent_text(g.error_rate())});
  }
  return table.render(width);
}

}  // namespace

Lines section_lines(const analysis::RunAnalysis& analysis, Section section, std::size_t width) {
  Lines lines;
  for (const auto& a : analysis.targets) {
    if (!was_made(a, section)) continue;
    Lines part =
        a.ok == 0 && !tells_without_success(section)
            ? Lines{note_line(a.requests == 0 ? "No request was measured."
                                              : "No request succeeded; --section errors says why.")}
            : of_target(a, section, width);
    if (part.empty()) continue;
    if (analysis.targets.size() > 1) lines.push_back(Line(a.target.name, Style::kAccent));
    append(lines, std::move(part));
    lines.emplace_back();
  }
  if (lines.empty()) return lines;
  if (section == Section::kResources) {
    Lines beside = resources_beside_lines(analysis, width);
    lines.insert(lines.begin(), beside.begin(), beside.end());
  }
  const Heading& heading = kHeadings[static_cast<std::size_t>(section)];
  lines.insert(lines.begin(), heading_line(heading.title, heading.note));
  return lines;
}

namespace {

std::string cache_text(const analysis::CacheUse& use) {
  return fmt::format(
      "{:.1f}% of the input tokens ({} of {}) came from the engine's prefix cache, in {} of {} "
      "requests",
      use.share() * 100, format_count(use.cached_tokens), format_count(use.input_tokens),
      format_count(use.requests), format_count(use.of_requests));
}

}  // namespace

Lines tokens_section(const analysis::TokensView& view, std::size_t width) {
  Lines lines = length_table(view.lengths, width);
  if (view.cache) append(lines, fact("prefix cache", cache_text(*view.cache), width));
  append(lines, prefill_lines(view.prefill, width));
  append(lines, anomaly_lines(view.anomalies, width));
  if (view.by_input.size() > 1) {
    lines.emplace_back();
    append(lines, group_table("input tokens", view.by_input, width));
  }
  if (view.by_output.size() > 1) {
    lines.emplace_back();
    append(lines, group_table("output tokens", view.by_output, width));
  }
  if (Lines matrix = correlation_table(view.correlations, width); !matrix.empty()) {
    lines.emplace_back();
    append(lines, std::move(matrix));
  }
  return lines;
}

Lines errors_section(const analysis::Failures& f, std::size_t width) {
  if (!f.success_rate) return {note_line("No request was answered or failed.")};
  Lines lines = fact(
      "success rate",
      fmt::format("{} (95% {} to {}): {} succeeded, {} failed{}", percent_text(f.success_rate),
                  percent_text(f.success_interval->low), percent_text(f.success_interval->high),
                  format_count(f.ok), format_count(f.failed),
                  f.timeouts > 0 ? fmt::format(" ({} timed out)", format_count(f.timeouts)) : ""),
      width);
  std::vector<std::string> others;
  const auto other = [&](std::uint64_t n, std::string_view what) {
    if (n > 0) others.push_back(fmt::format("{} {}", format_count(n), what));
  };
  other(f.cancelled, "cancelled");
  other(f.dropped, "never sent");
  other(f.client_limited, "lost to the client's own limits");
  if (!others.empty()) {
    append(lines, fact("beside", fmt::format("{}", fmt::join(others, ", ")), width));
  }
  append(lines, kind_table(f, width));
  std::vector<std::string> over;
  for (const auto& limit : f.over_limits) {
    if (limit.count == 0) continue;
    over.push_back(fmt::format("{} over {:g} s: {} ({})", analysis::metric(limit.metric).title,
                               limit.limit_ms / 1e3, format_count(limit.count),
                               percent_text(limit.share)));
  }
  if (!over.empty())
    append(lines, fact("too long", fmt::format("{}", fmt::join(over, ", ")), width));
  append(lines, error_groups("in flight at the send", f.by_concurrency, width));
  append(lines, error_groups("input tokens", f.by_input_tokens, width));
  return lines;
}

namespace {

// The first ones of a list that may be long.
void append_first(Lines& lines, std::string_view title, const std::vector<analysis::Group>& groups,
                  std::size_t most, std::size_t width) {
  if (groups.empty()) return;
  if (!lines.empty()) lines.emplace_back();
  const auto shown = static_cast<std::ptrdiff_t>(std::min(groups.size(), most));
  append(lines, group_table(title, {groups.begin(), groups.begin() + shown}, width));
  if (groups.size() > most) {
    lines.push_back(note_line(
        fmt::format("and {} more; --json has them all", format_count(groups.size() - most))));
  }
}

}  // namespace

Lines users_section(const std::vector<analysis::Group>& users,
                    const analysis::SessionsView& sessions, std::size_t width) {
  Lines lines;
  append_first(lines, "turn", sessions.by_turn, 20, width);
  append_first(lines, "session", sessions.by_session, 10, width);
  append_first(lines, "user", users, 20, width);
  if (lines.empty()) return {note_line("The rows name no users and no sessions.")};
  return lines;
}

Lines quality_section(const analysis::QualityView& q, std::size_t width) {
  if (q.requests == 0) return {note_line("No request was measured.")};
  Lines lines;
  const auto of_ok = [&](std::string_view head, std::uint64_t n, std::string_view what) {
    const double share = q.ok > 0 ? static_cast<double>(n) / static_cast<double>(q.ok) : 0;
    append(lines, fact(head,
                       fmt::format("{} of {} successful requests{}", percent_text(share),
                                   format_count(q.ok), what),
                       width));
  };
  of_ok("instants", q.with_instants, " tell when they were sent, first answered and ended");
  of_ok("chunk times", q.with_chunks, "; without them no gap between tokens is known");
  of_ok("input tokens", q.with_input, " have theirs counted");
  std::vector<std::string> sources;
  for (std::size_t i = 0; i < q.output_sources.size(); ++i) {
    if (q.output_sources[i] == 0) continue;
    sources.push_back(fmt::format("{} by {}", format_count(q.output_sources[i]),
                                  token_source_name(static_cast<TokenSource>(i))));
  }
  append(lines, fact("output tokens",
                     fmt::format("counted {}", sources.empty()
                                                   ? "by nobody"
                                                   : fmt::format("{}", fmt::join(sources, ", "))),
                     width));
  if (q.reads > 0) {
    append(lines,
           fact("kernel stamps",
                fmt::format("{} of reads", percent_text(static_cast<double>(q.stamped_reads) /
                                                        static_cast<double>(q.reads))),
                width));
  }
  if (q.client_lag.p50) {
    append(lines, fact("client lag",
                       fmt::format("{} ms at p50{}", format_number(*q.client_lag.p50),
                                   q.client_lag.p99 ? fmt::format(", {} ms at p99",
                                                                  format_number(*q.client_lag.p99))
                                                    : ""),
                       width));
  }
  return lines;
}

}  // namespace tt::app
