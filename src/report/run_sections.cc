// The sections that say who is better and what it means.
#include "report/run_sections.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "report/figure_cells.h"

namespace tt::report {
namespace {

using analysis::MetricId;
using analysis::Verdict;

constexpr std::size_t kTopInsights = 5;

Tone tone_of(const ReportSubject& s) {
  if (!s.summary.valid()) return Tone::kBad;
  if (s.summary.answer.verdict == Verdict::kBetter) return Tone::kGood;
  return s.summary.targets.size() > 1 && s.summary.answer.verdict == Verdict::kCannotTell
             ? Tone::kWarn
             : Tone::kPlain;
}

std::string validity_text(const ReportSubject& s) {
  const auto count = [&](analysis::Level level) {
    return std::ranges::count(s.summary.checks, level, &analysis::Check::level);
  };
  if (!s.summary.valid()) return "No: a check failed, so nobody wins. See below.";
  if (!s.summary.client.ok) return "With care: the measuring machine was the bottleneck.";
  const auto warnings = count(analysis::Level::kWarn);
  return warnings == 0 ? fmt::format("Yes: all {} checks passed.", s.summary.checks.size())
                       : fmt::format("Yes, with {} warning{} among {} checks. See below.", warnings,
                                     warnings == 1 ? "" : "s", s.summary.checks.size());
}

// Names of figures by who wins them: the winner of the answer, others, nobody for certain.
struct Standing {
  std::vector<std::string> also_wins;
  std::vector<std::string> others_win;
  std::vector<std::string> same;
  std::vector<std::string> open;
};

Standing standing_of(const analysis::RunSummary& s) {
  Standing all;
  for (const auto& winner : s.winners) {
    const std::string title = analysis::figure_title(winner.figure);
    if (!winner.target) {
      (winner.tie ? all.same : all.open).push_back(title);
    } else if (winner.target != s.answer.winner) {
      all.others_win.push_back(
          fmt::format("{} ({})", title, s.targets[*winner.target].target.name));
    } else if (winner.figure != s.answer.primary) {
      all.also_wins.push_back(title);
    }
  }
  return all;
}

void add_standing(std::vector<Block>& blocks, const ReportSubject& s) {
  if (s.summary.targets.size() < 2 || !s.summary.valid()) return;
  const Standing all = standing_of(s.summary);
  Bullets bullets;
  const auto list = [&](std::string_view head, const std::vector<std::string>& titles) {
    if (titles.empty()) return;
    bullets.items.push_back({{.text = std::string(head), .strong = true},
                             {.text = fmt::format(": {}", fmt::join(titles, ", "))}});
  };
  list("It also wins", all.also_wins);
  list(s.summary.answer.winner ? "Others win" : "Winners of single figures", all.others_win);
  list("The same", all.same);
  list("Cannot be told from this run", all.open);
  if (!bullets.items.empty()) blocks.emplace_back(std::move(bullets));
}

}  // namespace

std::string list_text(std::span<const std::string> items) {
  if (items.size() < 2) return items.empty() ? "" : items.front();
  return fmt::format("{} and {}", fmt::join(items.first(items.size() - 1), ", "), items.back());
}

std::vector<Block> answer_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  blocks.emplace_back(Callout{tone_of(s), headline_of(s.summary), {}});
  if (s.contest != nullptr && s.summary.valid() && !s.contest->reasons.empty()) {
    Bullets reasons;
    for (const auto& reason : s.contest->reasons) reasons.items.push_back(plain(reason));
    blocks.emplace_back(std::move(reasons));
  }
  add_standing(blocks, s);
  blocks.emplace_back(
      Paragraph{{{.text = "Can it be trusted? ", .strong = true}, {.text = validity_text(s)}}});
  return blocks;
}

std::vector<Block> cards_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  for (std::size_t t = 0; t < s.summary.targets.size(); ++t) {
    const auto& target = s.summary.targets[t];
    Cards cards{.title = target_title(target.target), .cards = {}};
    for (const auto& figure :
         {analysis::Figure{.metric = MetricId::kOutputRate}, analysis::Figure{MetricId::kTtft, 0.5},
          analysis::Figure{MetricId::kE2e, 0.5}}) {
      const Measured measured = measured_of(target, figure);
      cards.cards.push_back({.label = analysis::figure_title(figure),
                             .value = value_text(figure, measured),
                             .note = interval_text(figure, measured),
                             .tone = wins(s.summary, figure, t) ? Tone::kGood : Tone::kPlain});
    }
    const auto& counts = target.counts;
    cards.cards.push_back({.label = "success",
                           .value = counts.answerable() == 0
                                        ? "–"
                                        : share_text(static_cast<double>(counts.ok) /
                                                     static_cast<double>(counts.answerable())),
                           .note = fmt::format("{} of {} requests", format_count(counts.ok),
                                               format_count(counts.answerable())),
                           .tone = counts.failed > 0 ? Tone::kWarn : Tone::kPlain});
    blocks.emplace_back(std::move(cards));
  }
  return blocks;
}

std::vector<Block> users_part(const ReportSubject& s, Audience /*audience*/) {
  Table table{.title = {},
              .columns = {{"target"},
                          {"within 0.1 s", Align::kRight},
                          {"within 1 s", Align::kRight},
                          {"within 10 s", Align::kRight},
                          {"later or never", Align::kRight},
                          {"Apdex", Align::kRight},
                          {"reads along", Align::kRight}},
              .rows = {},
              .note =
                  "Share of requests whose first token (the end, where an answer came whole) "
                  "came within the limits of usability research: 0.1 s is taken as immediate, "
                  "1 s keeps the train of thought, 10 s the attention. Apdex: T = 1 s. Reads "
                  "along: answers that stream as fast as people read, or faster."};
  for (std::size_t t = 0; t < s.experience.size(); ++t) {
    const auto& e = s.experience[t];
    if (e.requests == 0) continue;
    const auto share = [&](std::uint64_t n, std::uint64_t of) {
      if (of == 0) return Cell{.text = "–", .number = {}};
      const double value = static_cast<double>(n) / static_cast<double>(of);
      return Cell{.text = share_text(value), .number = value};
    };
    const auto in_time = e.immediate + e.in_thought;
    table.rows.push_back({{.text = s.input.targets[t].name, .number = {}},
                          share(e.immediate, e.requests),
                          share(in_time, e.requests),
                          share(in_time + e.attentive, e.requests),
                          share(e.lost + e.failed, e.requests),
                          {.text = fmt::format("{:.2f}", e.apdex()), .number = e.apdex()},
                          share(e.reads_along, e.streamed)});
  }
  if (table.rows.empty()) return {};
  return {std::move(table)};
}

std::vector<Block> charts_part(const ReportSubject& s, Audience /*audience*/) {
  return {s.pictures.begin(), s.pictures.end()};
}

std::vector<Block> insights_part(const ReportSubject& s, Audience audience) {
  Bullets bullets;
  const std::size_t most = audience == Audience::kEngineer
                               ? s.insights.size()
                               : std::min(kTopInsights, s.insights.size());
  for (const auto& one : s.insights.first(most)) {
    const bool serious = one.severity == analysis::InsightSeverity::kCritical ||
                         one.severity == analysis::InsightSeverity::kWarning;
    Text item;
    if (serious) {
      item.push_back({.text = one.severity == analysis::InsightSeverity::kCritical ? "Critical: "
                                                                                   : "Warning: ",
                      .tone = Tone::kWarn,
                      .strong = true});
    }
    item.push_back({.text = one.simple});
    if (audience == Audience::kEngineer && one.technical != one.simple) {
      item.push_back({.text = " " + one.technical, .tone = Tone::kQuiet});
    }
    bullets.items.push_back(std::move(item));
  }
  if (bullets.items.empty()) return {};
  return {std::move(bullets)};
}

}  // namespace tt::report
