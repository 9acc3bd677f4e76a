#include "import/quality.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::import {
namespace {

// What a row with such a fault costs: points for each percent of the rows, and at most.
struct Rule {
  std::string_view id;
  double per_percent;
  double most;
  std::string_view what;
  std::string_view remedy;
};

constexpr std::array<Rule, kFaultCount> kFaultRules = {{
    {"", 0, 0, "", ""},
    {"wrong_columns", 2, 40, "another number of cells than the header",
     "Was the file cut off, or edited by hand? a comma in a text needs quotes around it"},
    {"wrong_type", 2, 40, "a word where a number belongs",
     "Look at the line; a shifted column or a decimal comma does this"},
    {"missing_value", 1, 20, "a value that every successful request must have is missing",
     "Export the file again, or import with --keep-invalid to keep what there is"},
    {"negative_value", 2, 40, "a negative duration or count",
     "The clock went back, or the file was edited"},
    {"impossible_value", 2, 40, "an instant or duration that cannot be",
     "Look at the line; units mixed up (s and ms) do this"},
    {"broken", 2, 40, "not readable as a record",
     "A quote that is never closed, or JSON cut off: repair or remove the line"},
    {"repeated_header", 0, 0, "the header again in mid-file",
     "Results of another run were appended: split the file to see the runs apart"},
}};
constexpr Rule kEmptyRule{"zero_tokens", 1, 20,
                          "successful by its status, but without a single token",
                          "An error inside of the stream; they count as failed"};
constexpr Rule kRepeatedRule{"repeated_ids", 0.5, 10, "an id that was there before",
                             "The file may hold more than one run, or rows twice"};
constexpr Rule kOutlierRule{"outliers", 0.5, 10, "", ""};

// What the dashboards of these files call too few.
constexpr double kFewRequests = 100;
constexpr double kShortSeconds = 60;
constexpr double kRobustZ = 3.5;        // Iglewicz and Hoaglin's cut for the modified z-score
constexpr double kMadToSigma = 1.4826;  // of a normal distribution

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double points_of(const Rule& rule, std::uint64_t count, std::uint64_t read) {
  return std::min(rule.most, rule.per_percent * percent(count, read));
}

std::string place_of(const Specimen& one) {
  return one.line > 0 ? fmt::format("line {}", one.line) : fmt::format("row {}", one.row);
}

std::string specimen_text(const Specimen& one) {
  std::string text = place_of(one);
  if (!one.column.empty()) text += fmt::format(", {}", one.column);
  if (!one.value.empty()) text += fmt::format(" '{}'", one.value);
  if (!one.record.empty()) text += fmt::format(": {}", one.record);
  return text;
}

void add(Assessment& out, std::string_view id, std::uint64_t count, double points,
         std::string text) {
  out.score = std::max(0.0, out.score - points);
  out.findings.push_back({std::string(id), count, points, std::move(text)});
}

void add_tally(Assessment& out, const Rule& rule, const Tally& tally, std::uint64_t read) {
  if (tally.count == 0) return;
  std::string text =
      fmt::format("{} of {} rows: {}. ", format_count(tally.count), format_count(read), rule.what);
  for (std::size_t i = 0; i < tally.first.size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? "First: " : " | ", specimen_text(tally.first[i]));
  }
  text += fmt::format(". {}", rule.remedy);
  add(out, rule.id, tally.count, points_of(rule, tally.count, read), std::move(text));
}

std::string examples(const Extremes& extremes, double limit) {
  std::string text;
  for (const auto& [value, specimen] : extremes.top) {
    if (value <= limit) continue;
    text += fmt::format("{}{} ({} ms)", text.empty() ? "" : ", ", place_of(specimen),
                        format_number(value * 1e3));
  }
  return text;
}

// Three standard deviations as was asked for; and, since latencies are skewed, the same idea on the
// logarithm with median and MAD, which the outliers themselves do not move. Only the second costs.
void add_outliers(Assessment& out, const Audit& audit) {
  for (std::size_t i = 0; i < kWatched; ++i) {
    const Spread& spread = audit.spreads[i];
    if (spread.count() < 10) continue;
    const std::string_view name = watched_name(static_cast<Watched>(i));
    // Limits are moved up to the edge of a bucket (less than 1.6%), so that the counts are exact.
    const double plain_limit = spread.mean() + 3 * spread.deviation();
    const double width = kRobustZ * kMadToSigma * spread.log_mad();
    const double robust_limit = spread.median() * std::exp(width);
    const double plain = Spread::snapped(plain_limit);
    const double robust = Spread::snapped(robust_limit);
    const auto over_plain = spread.deviation() > 0 ? spread.above(plain_limit) : 0;
    const auto over_robust = width > 0 ? spread.above(robust_limit) : 0;
    if (over_plain == 0 && over_robust == 0) continue;
    std::string text = fmt::format("{}: {} above {} ms (mean + 3 standard deviations)", name,
                                   format_count(over_plain), format_number(plain * 1e3));
    if (width > 0) {
      text += fmt::format(", {} above {} ms (median and MAD of the logarithm, z 3.5)",
                          format_count(over_robust), format_number(robust * 1e3));
    }
    text += fmt::format(". The greatest: {}. They stay in: a slow answer is an answer",
                        examples(audit.extremes[i], width > 0 ? std::min(plain, robust) : plain));
    add(out, kOutlierRule.id, std::max(over_plain, over_robust),
        points_of(kOutlierRule, over_robust, spread.count()) / kWatched, std::move(text));
  }
}

void add_size(Assessment& out, const Audit& audit) {
  const std::uint64_t whole = audit.read - audit.faulty();
  if (static_cast<double>(whole) < kFewRequests) {
    add(out, "few_requests", whole, 10 * (1 - static_cast<double>(whole) / kFewRequests),
        fmt::format("{} requests: under 100, high percentiles say little", whole));
  }
  if (audit.first_start != kNever && audit.last_end != kNever) {
    const double seconds = to_seconds(audit.last_end - audit.first_start);
    if (seconds < kShortSeconds) {
      add(out, "short", 0, 5 * (1 - seconds / kShortSeconds),
          fmt::format("{} s long: under 60 s, warm-up is a large part", format_number(seconds)));
    }
  }
  const auto failed = audit.failed + audit.empty.count;
  const double share = percent(failed, whole);
  if (share > 5) {
    add(out, "errors", failed, std::min(10.0, (share - 5) / 2),
        fmt::format("{:.1f}% of the requests failed: latencies are those of the rest", share));
  }
}

void add_gaps_in_what_is_told(Assessment& out, const Audit& audit, const Format& format) {
  if (audit.read > 0 && audit.with_start == 0) {
    add(out, "no_starts", audit.read, 5,
        "the file does not tell when requests were sent: no rates, no concurrency, nothing over "
        "time");
  }
  const bool no_input = audit.ok > 0 && audit.input_tokens.count() == 0;
  if (no_input) add(out, "no_input_tokens", audit.ok, 2, "the file does not tell input tokens");
  if (audit.ok > 0 && audit.spreads[0].count() == 0) {
    add(out, "no_ttft", audit.ok, 5, "the file tells no time to the first token");
  }
  if (!format.caution.empty()) add(out, "caution", 0, 0, std::string(format.caution));
}

}  // namespace

Assessment assess(const Audit& audit, const Format& format, bool keep_invalid) {
  Assessment out;
  for (std::size_t i = 1; i < kFaultRules.size(); ++i) {
    add_tally(out, kFaultRules[i], audit.faults[i], audit.read);
  }
  add_tally(out, kEmptyRule, audit.empty, audit.read);
  add_tally(out, kRepeatedRule, audit.repeated, audit.read);
  add_outliers(out, audit);
  add_size(out, audit);
  add_gaps_in_what_is_told(out, audit, format);
  if (keep_invalid && audit.faulty() > 0) {
    add(out, "kept_invalid", audit.faulty(), 0,
        "rows with faults were kept, as asked: their unbelievable values are missing, and the "
        "column flags names the fault");
  }
  out.score = std::round(out.score * 10) / 10;
  return out;
}

}  // namespace tt::import
