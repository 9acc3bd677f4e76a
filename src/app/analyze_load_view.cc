// The sections of `analyze` about how fast: latency, throughput, time.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/metrics.h"
#include "app/analyze_text.h"
#include "app/analyze_view.h"
#include "app/sketch.h"
#include "app/table.h"
#include "base/scale.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::Percentile;
using analysis::Shape;
using Lines = std::vector<Line>;

constexpr std::size_t kCurveColumns = 48;
// What is called a drift: less likely by chance than this, and as large as this.
constexpr double kCertain = 0.05;
constexpr double kMatters = 0.05;

// --- Latency

Scale scale_of(const Shape& s) {
  std::vector<double> values = {s.max};
  for (const Percentile& p : s.percentiles) {
    if (p.value) values.push_back(*p.value);
  }
  return scale_millis(values);
}

std::string interval_text(const Percentile& p, const Scale& scale) {
  if (!p.value) return "";
  if (!p.interval) return fmt::format("of {}", format_count(p.needed_for_interval));
  return fmt::format("{}–{}", scale.text(p.interval->low), scale.text(p.interval->high));
}

Lines percentile_table(const std::vector<Shape>& shapes, std::size_t width) {
  std::vector<TableColumn> columns = {{.title = ""}, {.title = "n", .align = Align::kRight}};
  for (const char* title : {"p50", "p90", "p95", "p99", "p99.9"}) {
    columns.push_back({.title = title, .align = Align::kRight});
  }
  columns.push_back({.title = "max", .align = Align::kRight, .optional = 3});
  columns.push_back({.title = "shape up to p99", .optional = 1});
  Table table(std::move(columns));
  for (const Shape& s : shapes) {
    const Scale scale = scale_of(s);
    std::vector<Line> values = {
        Line(fmt::format("{} {}", analysis::metric(s.metric).title, scale.unit)),
        format_count(s.n)};
    std::vector<Line> intervals = {"", ""};
    for (const Percentile& p : s.percentiles) {
      values.push_back(p.value ? Line(scale.text(*p.value))
                               : Line(fmt::format("of {}", format_count(p.needed)), Style::kDim));
      intervals.push_back(Line(interval_text(p, scale), Style::kDim));
    }
    values.emplace_back(scale.text(s.max));
    values.emplace_back(sketch_of(s.histogram, kSketchColumns));
    table.row(std::move(values));
    table.row(std::move(intervals));
  }
  return table.render(width);
}

bool misses_something(const std::vector<Shape>& shapes) {
  return std::ranges::any_of(shapes, [](const Shape& s) {
    return std::ranges::any_of(s.percentiles, [](const Percentile& p) { return !p.interval; });
  });
}

std::string parts_text(const analysis::MeanParts& parts) {
  std::vector<std::string> texts;
  for (const auto& entry : parts.entries) {
    if (std::fabs(entry.mean_ms) < 5e-4) continue;
    texts.push_back(
        fmt::format("{} {} ms", analysis::part_name(entry.part), format_number(entry.mean_ms)));
  }
  return fmt::format("{}{}", fmt::join(texts, ", "),
                     parts.engine_told ? " (queue, prefill and decode as the engine says)" : "");
}

std::string smoothness_text(const analysis::Smoothness& s) {
  std::string text =
      s.stalls == 0
          ? fmt::format("no gap of {} ms or more", format_number(s.stall_ms))
          : fmt::format("{} gaps of {} ms or more in {} requests, {} of the streaming time",
                        format_count(s.stalls), format_number(s.stall_ms),
                        format_count(s.stalled_requests), percent_text(s.stalled_share));
  if (s.longest_ms) text += fmt::format("; the longest took {} ms", format_number(*s.longest_ms));
  if (s.gap_cv.p50) {
    text += fmt::format("; a request's gaps scatter by {:.0f}% of their mean", *s.gap_cv.p50 * 100);
  }
  return text;
}

// "76.3% of requests answer within 0.1 s, 98% within 1 s, 2% later or never; ..."
std::string experience_text(const analysis::Experience& e) {
  const auto share = [](std::uint64_t n, std::uint64_t of) {
    return percent_text(static_cast<double>(n) / static_cast<double>(of));
  };
  std::string text;
  std::uint64_t sum = 0;
  const auto within = [&](std::uint64_t n, double limit_ms) {
    if (n == 0 && sum > 0) return;  // says nothing new
    sum += n;
    text += fmt::format("{}{} within {:g} s", share(sum, e.requests),
                        text.empty() ? " of requests answer" : "", limit_ms / 1e3) +
            ", ";
  };
  within(e.immediate, analysis::kImmediateMs);
  within(e.in_thought, analysis::kInThoughtMs);
  within(e.attentive, analysis::kAttentiveMs);
  text +=
      sum == e.requests ? "none later" : share(e.requests - sum, e.requests) + " later or never";
  text += fmt::format("; Apdex {:.2f} (T = {:g} s)", e.apdex(), analysis::kApdexMs / 1e3);
  if (e.streamed > 0) {
    text += fmt::format("; {} then stream as fast as people read, or faster",
                        share(e.reads_along, e.streamed));
  }
  return text;
}

// --- Throughput

void rate_row(Table& table, std::string_view name, const analysis::RateOverTime& r) {
  if (!r.mean) return;
  const auto values = {r.mean.value_or(0), r.sustained.value_or(0), r.peak.value_or(0)};
  const Scale scale = scale_plain(values);
  const auto text = [&](const std::optional<double>& v) { return v ? scale.text(*v) : "–"; };
  table.row({name, text(r.mean), text(r.sustained), text(r.peak),
             r.peak_at_s ? instant_text(*r.peak_at_s) : "–",
             r.cv ? fmt::format("{:.0f}%", *r.cv * 100) : "–"});
}

// A curve with the scale of its top.
Lines curve(std::string_view head, const std::vector<double>& values, std::string_view unit,
            std::size_t width) {
  double top = 0;
  for (const double v : values) {
    if (v > top) top = v;
  }
  if (top == 0) return {};
  constexpr std::size_t kBeside = 40;
  const std::size_t columns =
      std::clamp<std::size_t>(width - std::min(width, kBeside), 8, kCurveColumns);
  Line line = Line("  ").add(head, Style::kDim).to_column(20);
  line.add(sketch(resample(values, columns)));
  line.add(fmt::format("  to {} {}", format_number(top), unit), Style::kDim);
  return {line};
}

template <class Take>
std::vector<double> over_buckets(const analysis::Timeline& t, Take take) {
  std::vector<double> values;
  for (const auto& b : t.buckets) {
    const std::optional<double> value = take(b);
    values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return values;
}

// In most of its buckets that have a median.
bool tells_p95(const analysis::Timeline& t) {
  std::ptrdiff_t balance = 0;
  for (const auto& b : t.buckets) balance += b.ttft.p95 ? 1 : b.ttft.p50 ? -1 : 0;
  return balance > 0;
}

std::string span_text(const analysis::TimeGrid& grid) {
  return fmt::format("{} to {}, in buckets of {:g} s", instant_text(grid.from_s),
                     instant_text(grid.from_s + grid.width_s * static_cast<double>(grid.count)),
                     grid.width_s);
}

// --- Time

std::string warmup_text(const analysis::Warmup& w, std::uint64_t planned) {
  const auto& title = analysis::metric(w.metric).title;
  std::string text;
  switch (w.outcome) {
    case analysis::WarmupOutcome::kTooFew:
      text = fmt::format("cannot be told: {} requests, of {} that it takes", format_count(w.n),
                         analysis::kFewestForWarmup);
      break;
    case analysis::WarmupOutcome::kNone:
      text = fmt::format("none found: {} is as it stays from the first measured request", title);
      break;
    case analysis::WarmupOutcome::kFound:
      text = fmt::format("the first {} requests have a median {} {} from the rest; steady from {}",
                         format_count(w.part.count), title, change_text(w.part.excess.value_or(0)),
                         w.part.steady_s ? instant_text(*w.part.steady_s) : "there");
      break;
    case analysis::WarmupOutcome::kNeverSteady:
      text =
          fmt::format("{} goes on changing past half of the run: there is no steady state", title);
      break;
  }
  if (planned > 0)
    text += fmt::format(" ({} more were left out as planned)", format_count(planned));
  return text;
}

std::string first_text(const analysis::FirstAgainstRest& f, std::string_view title) {
  if (!f.excess) return fmt::format("the first {}: nothing to compare with", format_count(f.count));
  return fmt::format("median {} of the first {} is {} ms, of the rest {} ms ({})", title,
                     format_count(f.count), format_number(*f.first.p50), format_number(*f.rest.p50),
                     change_text(*f.excess));
}

std::string drift_text(const analysis::Drift& d) {
  if (!d.change) return "no drift can be told";
  const std::string size =
      d.change_interval
          ? fmt::format("{} from beginning to end (95% {} to {})", change_text(*d.change),
                        change_text(d.change_interval->low), change_text(d.change_interval->high))
          : change_text(*d.change) + " from beginning to end";
  const bool drifts = d.p_value <= kCertain && std::fabs(*d.change) >= kMatters;
  return fmt::format("{}: {}", drifts ? "drifts" : "no certain drift", size);
}

Lines steadiness_lines(const analysis::Steadiness& s, std::size_t width) {
  const std::string head(analysis::metric(s.metric).title);
  if (s.windows.empty()) {
    return fact(
        head,
        fmt::format("steadiness cannot be told: {} requests, of {} that it takes",
                    format_count(s.n), analysis::kFewestWindows * analysis::kFewestInWindow),
        width);
  }
  std::string text =
      s.cv ? fmt::format("means of {} windows scatter by {:.1f}%", s.windows.size(), *s.cv * 100)
           : fmt::format("{} windows", s.windows.size());
  if (s.drift) text += "; " + drift_text(*s.drift);
  Lines lines = fact(head, text, width);
  for (const auto& d : s.degradations) {
    append(lines,
           hanging(
               Line().to_column(16).add(analysis::severity_name(d.severity), Style::kWarn).add(" "),
               fmt::format("degradation from {} to {}: {} over the baseline, {} at worst",
                           instant_text(d.from_s), instant_text(d.to_s), change_text(d.excess),
                           change_text(d.worst)),
               width));
  }
  for (const auto& c : s.changes) {
    append(lines, fact("",
                       fmt::format("changes at {} from {} to {} ms", instant_text(c.at_s),
                                   format_number(c.before), format_number(c.after)),
                       width));
  }
  if (s.degradations.empty()) append(lines, fact("", "no degradation", width));
  return lines;
}

Lines heatmap_lines(const analysis::Heatmap& map, std::size_t width) {
  if (map.concurrency.size() < 2 || map.cells.empty()) return {};
  double top = 0;
  std::vector<std::vector<double>> rows(
      map.concurrency.size(),
      std::vector<double>(map.grid.count, std::numeric_limits<double>::quiet_NaN()));
  for (const auto& cell : map.cells) {
    rows[cell.range][cell.bucket] = cell.latency.p50.value_or(0);
    top = std::max(top, cell.latency.p50.value_or(0));
  }
  const std::size_t columns =
      std::clamp<std::size_t>(width - std::min<std::size_t>(width, 24), 8, kCurveColumns);
  Lines lines = {note_line(fmt::format("{} p50 by requests in flight; a full block is {} ms",
                                       analysis::metric(map.metric).title, format_number(top)))};
  for (std::size_t r = rows.size(); r-- > 0;) {
    if (std::ranges::all_of(rows[r], [](double v) { return std::isnan(v); })) continue;
    lines.push_back(Line("  ")
                        .add(map.concurrency[r].label(), Style::kDim)
                        .to_column(20)
                        .add(sketch(resample(rows[r], columns), top)));
  }
  return lines;
}

}  // namespace

Lines latency_section(const analysis::LatencyView& view, std::size_t width) {
  if (view.shapes.empty()) return {note_line("The rows hold no latencies.")};
  Lines lines = percentile_table(view.shapes, width);
  if (misses_something(view.shapes)) {
    lines.push_back(note_line("'of N': so many samples the percentile, or its interval, takes."));
  }
  if (view.parts.n > 0) append(lines, fact("mean time", parts_text(view.parts), width));
  append(lines, view.smoothness
                    ? fact("stalls", smoothness_text(*view.smoothness), width)
                    : fact("stalls", "cannot be told: the rows hold no chunk times", width));
  if (view.experience.requests > 0) {
    append(lines, fact("users feel", experience_text(view.experience), width));
  }
  if (view.first_sentence.p50) {
    append(lines, fact("first sentence",
                       fmt::format("{} ms at p50{} (of {} kept answers, estimated by length)",
                                   format_number(*view.first_sentence.p50),
                                   view.first_sentence.p95
                                       ? fmt::format(", {} ms at p95",
                                                     format_number(*view.first_sentence.p95))
                                       : "",
                                   format_count(view.first_sentence.n)),
                       width));
  }
  if (view.by_concurrency.size() > 1) {
    lines.emplace_back();
    append(lines, group_table("in flight", view.by_concurrency, width));
  }
  if (view.by_block.size() > 1) {
    lines.emplace_back();
    append(lines, group_table("block", view.by_block, width));
  }
  return lines;
}

Lines throughput_section(const analysis::ThroughputView& view, std::size_t width) {
  const auto& t = view.timeline;
  if (t.buckets.empty()) {
    return {note_line("No rates: the rows do not say when requests were sent or ended.")};
  }
  Table table({{.title = "of the system"},
               {.title = "mean", .align = Align::kRight},
               {.title = "sustained", .align = Align::kRight},
               {.title = "peak", .align = Align::kRight},
               {.title = "at", .align = Align::kRight, .optional = 2},
               {.title = "varies by", .align = Align::kRight, .optional = 1}});
  rate_row(table, "output tokens/s", t.output_tokens);
  rate_row(table, "requests/s", t.requests);
  rate_row(table, "goodput, requests/s", t.goodput);
  Lines lines = table.render(width);
  append(
      lines,
      hanging("  ",
              fmt::format("mean: over {} s; sustained: held for half of the {} steady buckets "
                          "of {:g} s; peak: the highest",
                          format_number(view.measured_s), t.output_tokens.buckets, t.grid.width_s),
              width, Style::kDim));
  if (t.spread_evenly > 0) {
    lines.push_back(
        note_line(fmt::format("{} of the tokens have no chunk times and are spread evenly",
                              percent_text(t.spread_evenly))));
  }
  append(lines,
         curve("output tokens/s",
               over_buckets(t, [](const auto& b) { return b.output_tokens_per_s; }), "", width));
  if (view.request_rate.p50) {
    append(lines, fact("single requests",
                       fmt::format("{} tokens/s at p50 over the whole request  {}",
                                   format_number(*view.request_rate.p50),
                                   sketch_of(view.request_rates, kSketchColumns)),
                       width));
  }
  if (view.decode.steps.size() < 2) return lines;
  Table steps({{.title = "in flight"},
               {.title = "requests", .align = Align::kRight},
               {.title = "tokens/s of one, after its first", .align = Align::kRight}});
  for (const auto& step : view.decode.steps) {
    steps.row({step.concurrency.label(), format_count(step.n), format_number(step.tokens_per_s)});
  }
  lines.emplace_back();
  append(lines, steps.render(width));
  return lines;
}

Lines time_section(const analysis::TimeView& view, std::size_t width) {
  const auto& t = view.timeline;
  Lines lines;
  if (t.buckets.empty()) {
    lines.push_back(note_line("The rows do not say when requests were sent."));
  } else {
    lines.push_back(note_line(span_text(t.grid)));
    const auto add = [&](std::string_view head, std::string_view unit, auto take) {
      append(lines, curve(head, over_buckets(t, take), unit, width));
    };
    add("output tokens/s", "", [](const auto& b) { return b.output_tokens_per_s; });
    add("in flight", "requests", [](const auto& b) { return b.in_flight; });
    add("TTFT p50", "ms", [](const auto& b) { return b.ttft.p50; });
    if (tells_p95(t)) add("TTFT p95", "ms", [](const auto& b) { return b.ttft.p95; });
    add("TPOT p50", "ms", [](const auto& b) { return b.tpot.p50; });
    add("E2E p50", "ms", [](const auto& b) { return b.e2e.p50; });
    add("failed", "%", [](const auto& b) -> std::optional<double> {
      const auto rate = b.error_rate();
      return rate ? std::optional(*rate * 100) : std::nullopt;
    });
    add("objectives met", "%", [](const auto& b) -> std::optional<double> {
      return b.slo_attainment ? std::optional(*b.slo_attainment * 100) : std::nullopt;
    });
  }
  if (!view.by_stage.empty()) {
    lines.emplace_back();
    append(lines, group_table("stage", view.by_stage, width));
    lines.emplace_back();
  }
  append(lines, fact("warm-up", warmup_text(view.warmup, view.planned_warmup), width));
  if (view.first) {
    append(lines,
           fact("", first_text(*view.first, analysis::metric(view.warmup.metric).title), width));
  }
  if (view.load_varies) {
    append(lines, fact("steadiness",
                       "not judged: the load varies by plan, and latency follows it; a warm-up "
                       "that was found above may be that too",
                       width));
  }
  for (const auto& s : view.steadiness) append(lines, steadiness_lines(s, width));
  append(lines, heatmap_lines(view.heatmap, width));
  return lines;
}

}  // namespace tt::app
