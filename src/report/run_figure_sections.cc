// The sections of figures, of what failed, and of how it was all come by.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/attainment.h"
#include "base/text.h"
#include "report/figure_cells.h"
#include "report/run_sections.h"

namespace tt::report {
namespace {

using analysis::Figure;
using analysis::Level;
using analysis::MetricId;
using analysis::Verdict;

constexpr std::size_t kMostSaid = 240;  // bytes of an engine's message

// Targets as rows, figures as columns; a figure that no target has is left out.
Table figure_table(const ReportSubject& s, std::string title, std::span<const Figure> figures) {
  Table table{.title = std::move(title), .columns = {{"target"}}, .rows = {}, .note = {}};
  std::vector<Figure> known;
  for (const Figure& figure : figures) {
    const bool any = std::ranges::any_of(s.summary.targets, [&](const auto& target) {
      return measured_of(target, figure).value.has_value();
    });
    if (!any) continue;
    known.push_back(figure);
    table.columns.push_back({column_title(figure), Align::kRight});
  }
  if (known.empty()) return table;
  for (std::size_t t = 0; t < s.summary.targets.size(); ++t) {
    auto& row = table.rows.emplace_back();
    row.push_back({.text = s.summary.targets[t].target.name, .number = {}});
    for (const Figure& figure : known) row.push_back(figure_cell(s.summary, figure, t));
  }
  return table;
}

std::string verdict_word(Verdict verdict) {
  std::string word(analysis::verdict_name(verdict));
  std::ranges::replace(word, '_', ' ');
  return word;
}

Tone verdict_tone(Verdict verdict) {
  return verdict == Verdict::kBetter  ? Tone::kGood
         : verdict == Verdict::kWorse ? Tone::kBad
                                      : Tone::kQuiet;
}

std::string cut(std::string text) {
  if (text.size() <= kMostSaid) return text;
  std::size_t end = kMostSaid;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // whole UTF-8
  return text.substr(0, end) + "…";
}

}  // namespace

std::vector<Block> objectives_part(const ReportSubject& s, Audience /*audience*/) {
  Table table{.title = {},
              .columns = {{"objective"},
                          {"target"},
                          {"measured", Align::kRight},
                          {"left of the limit", Align::kRight},
                          {"outcome"},
                          {"confidence", Align::kRight}},
              .rows = {},
              .note = {}};
  for (const auto& target : s.summary.targets) {
    for (const auto& one : target.slos) {
      const auto percent = [](std::optional<double> share) {
        return share ? fmt::format("{:+.1f}%", *share * 100) : std::string("–");
      };
      const Measured measured{one.value, one.interval};
      table.rows.push_back(
          {{.text = one.slo.text, .number = {}},
           {.text = target.target.name, .number = {}},
           {.text = value_text(one.slo.figure, measured), .number = one.value},
           {.text = percent(one.margin), .number = one.margin},
           {.text = one.met ? "met" : "missed",
            .number = {},
            .tone = one.met ? Tone::kGood : Tone::kBad,
            .strong = true},
           {.text = one.confidence ? analysis::confidence_text(*one.confidence) : "–",
            .number = one.confidence}});
    }
  }
  if (table.rows.empty()) return {};
  table.note = "Confidence: that the outcome is true of the target, and not of this run alone.";
  return {std::move(table)};
}

std::vector<Block> comparison_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.contest == nullptr) return {};
  const auto& contest = *s.contest;
  std::vector<Block> blocks;
  if (!contest.comparable) {
    blocks.emplace_back(Callout{Tone::kBad, contest.why_not, {}});
  }
  Table table{.title = fmt::format("Against {}", contest.sides[contest.baseline].label),
              .columns = {{"figure"},
                          {"side"},
                          {"value", Align::kRight},
                          {"baseline", Align::kRight},
                          {"ratio, 95% interval", Align::kRight},
                          {"verdict"}},
              .rows = {},
              .note = fmt::format("A difference under {:g}% does not matter here; verdicts are "
                                  "adjusted for the number of sides.",
                                  contest.min_effect * 100)};
  for (const auto& f : contest.figures) {
    for (std::size_t i = 0; i < contest.sides.size(); ++i) {
      if (i == contest.baseline) continue;
      const auto& c = f.against[i];
      table.rows.push_back(
          {{.text = analysis::figure_title(f.figure), .number = {}},
           {.text = contest.sides[i].label, .number = {}},
           {.text = value_text(f.figure, {f.values[i], {}}), .number = f.values[i]},
           {.text = value_text(f.figure, {f.values[contest.baseline], {}}),
            .number = f.values[contest.baseline]},
           {.text = analysis::effect_text(c), .number = c.ratio},
           {.text = verdict_word(c.verdict), .number = {}, .tone = verdict_tone(c.verdict)}});
    }
  }
  blocks.emplace_back(std::move(table));
  return blocks;
}

std::vector<Block> latency_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  std::vector<MetricId> ids = {MetricId::kTtft, MetricId::kTpot, MetricId::kItl, MetricId::kE2e};
  if (s.input.load == analysis::LoadKind::kOpen) {
    ids.push_back(MetricId::kTtftPlan);
    ids.push_back(MetricId::kE2ePlan);
  }
  for (const MetricId id : ids) {
    std::vector<Figure> figures;
    for (const double quantile : analysis::kShownQuantiles) figures.push_back({id, quantile});
    Table table = figure_table(s, std::string(analysis::metric(id).title), figures);
    if (table.rows.empty()) continue;
    table.note = std::string(analysis::metric(id).definition);
    blocks.emplace_back(std::move(table));
  }
  if (!blocks.empty()) {
    blocks.emplace(blocks.begin(),
                   Paragraph{plain("Of successful requests, warm-up left out; 95% intervals in "
                                   "brackets, where there are enough requests to tell.")});
  }
  return blocks;
}

std::vector<Block> throughput_part(const ReportSubject& s, Audience /*audience*/) {
  const std::vector<Figure> figures = {{.metric = MetricId::kOutputRate},
                                       {.metric = MetricId::kRequestRate},
                                       {.metric = MetricId::kGoodput}};
  Table table = figure_table(s, {}, figures);
  if (table.rows.empty()) return {};
  table.note =
      "Of successful requests, at full load: the filling of a turn and the wait for its "
      "last answers do not count.";
  return {std::move(table)};
}

std::vector<Block> failures_part(const ReportSubject& s, Audience /*audience*/) {
  Table table{.title = {},
              .columns = {{"target"},
                          {"requests", Align::kRight},
                          {"what"},
                          {"what it means"},
                          {"the first said"}},
              .rows = {},
              .note = {}};
  for (const auto& target : s.summary.targets) {
    for (int i = 1; i < kStatusCount; ++i) {
      const auto n = target.counts.by_status[static_cast<std::size_t>(i)];
      if (n == 0) continue;
      const auto status = static_cast<Status>(i);
      table.rows.push_back(
          {{.text = target.target.name, .number = {}},
           {.text = format_count(n), .number = static_cast<double>(n)},
           {.text = std::string(status_name(status)), .number = {}, .tone = Tone::kWarn},
           {.text = std::string(status_help(status)), .number = {}},
           {.text = cut(target.counts.first_error[static_cast<std::size_t>(i)]), .number = {}}});
    }
  }
  if (table.rows.empty()) return {};
  return {std::move(table)};
}

std::vector<Block> trust_part(const ReportSubject& s, Audience audience) {
  std::vector<Block> blocks;
  Bullets bullets;
  std::size_t passed = 0;
  for (const auto& check : s.summary.checks) {
    if (check.level == Level::kPass) {
      ++passed;
      if (audience != Audience::kEngineer) continue;
    }
    const bool failed = check.level == Level::kFail;
    bullets.items.push_back({{.text = failed                        ? "Failed: "
                                      : check.level == Level::kWarn ? "Warning: "
                                                                    : "Passed: ",
                              .tone = failed                        ? Tone::kBad
                                      : check.level == Level::kWarn ? Tone::kWarn
                                                                    : Tone::kGood,
                              .strong = true},
                             {.text = fmt::format("{}? {}", check.title, check.text)}});
  }
  blocks.emplace_back(Paragraph{plain(fmt::format(
      "{} of {} checks passed; {}.", passed, s.summary.checks.size(), s.summary.client.text))});
  if (!bullets.items.empty()) blocks.emplace_back(std::move(bullets));
  return blocks;
}

std::vector<Block> configuration_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  Table table{.title = "Targets",
              .columns = {{"target"}, {"engine"}, {"version"}, {"model"}, {"address"}},
              .rows = {},
              .note = {}};
  for (const auto& target : s.manifest.targets) {
    const auto cell = [](const std::string& text) {
      return Cell{.text = text.empty() ? "not told" : text, .number = {}};
    };
    table.rows.push_back({cell(target.name), cell(target.engine), cell(target.server_version),
                          cell(target.model), cell(target.url)});
  }
  blocks.emplace_back(std::move(table));
  const auto& host = s.manifest.host;
  if (!host.cpu_model.empty()) {
    blocks.emplace_back(
        Terms{{{"Measured from",
                fmt::format("{} ({} cores, {:.0f} GB, {})", host.cpu_model, host.cores,
                            static_cast<double>(host.memory_bytes) / 1e9, host.kernel)}}});
  }
  if (s.manifest.origin) {
    const auto& origin = *s.manifest.origin;
    blocks.emplace_back(
        Terms{{{"Imported",
                fmt::format("from {}, a file of {}; quality {:g} of 100; {} of {} rows kept",
                            origin.file, origin.tool, origin.quality,
                            format_count(origin.rows_kept), format_count(origin.rows_read))}}});
  }
  if (!s.manifest.plan_yaml.empty()) {
    blocks.emplace_back(Listing{"The plan", s.manifest.plan_yaml});
  }
  return blocks;
}

std::vector<Block> method_part(const ReportSubject& s, Audience /*audience*/) {
  Terms terms;
  for (const auto& metric : analysis::metrics()) {
    const bool shown = std::ranges::any_of(s.summary.targets, [&](const auto& target) {
      return target.distribution(metric.id) != nullptr || target.rate(metric.id) != nullptr;
    });
    if (shown) terms.entries.emplace_back(metric.title, metric.definition);
  }
  terms.entries.emplace_back("95% interval",
                             "how far the figure could be off by chance: such an interval misses "
                             "the truth one time in twenty");
  terms.entries.emplace_back("better, worse",
                             "the interval leaves out no difference, and the difference is large "
                             "enough to matter");
  terms.entries.emplace_back("cannot tell",
                             "this run cannot say; run longer, or with more requests");
  return {std::move(terms)};
}

}  // namespace tt::report
