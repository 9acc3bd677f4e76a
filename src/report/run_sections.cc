// The sections that say who is better, what it means, and whether to believe it.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::Contest;
using analysis::Level;
using analysis::MetricId;
using analysis::Verdict;

constexpr std::size_t kTopInsights = 5;

Tone tone_of(Verdict verdict, bool valid, bool several) {
  if (!valid) return Tone::kBad;
  if (verdict == Verdict::kBetter) return Tone::kGood;
  return several && verdict == Verdict::kCannotTell ? Tone::kWarn : Tone::kPlain;
}

// Of the run's checks, or of the contest's, which hold those of its runs.
std::string validity_text(const std::vector<analysis::Check>& checks) {
  const auto level = analysis::worst(checks);
  if (level == Level::kFail) return "No: a check failed, so nobody wins. See below.";
  if (!analysis::client_verdict(checks).ok) {
    return "With care: the measuring machine was the bottleneck.";
  }
  const auto warnings =
      static_cast<std::uint64_t>(std::ranges::count(checks, Level::kWarn, &analysis::Check::level));
  return warnings == 0 ? fmt::format("Yes: all {} checks passed.", checks.size())
                       : fmt::format("Yes, with {} among {} checks. See below.",
                                     count_of(warnings, "warning"), checks.size());
}

Paragraph trust_line(const std::vector<analysis::Check>& checks) {
  return {{{.text = "Can it be trusted? ", .strong = true}, {.text = validity_text(checks)}}};
}

Bullets reasons_of(const Contest& contest) {
  Bullets reasons;
  for (const auto& reason : contest.reasons) reasons.items.push_back(plain(reason));
  return reasons;
}

std::vector<std::string> titles_of(const std::vector<analysis::Figure>& figures) {
  std::vector<std::string> titles;
  for (const auto& figure : figures) titles.push_back(analysis::figure_title(figure));
  return titles;
}

void add_standing(std::vector<Block>& blocks, const analysis::Standing& all,
                  const analysis::Answer& answer, const std::vector<std::string>& names) {
  Bullets bullets;
  const auto list = [&](std::string_view head, const std::vector<std::string>& titles) {
    if (titles.empty()) return;
    bullets.items.push_back({{.text = std::string(head), .strong = true},
                             {.text = fmt::format(": {}", fmt::join(titles, ", "))}});
  };
  std::vector<std::string> lost;
  for (const auto& [figure, target] : all.lost) {
    lost.push_back(fmt::format("{} ({})", analysis::figure_title(figure), names[target]));
  }
  std::vector<std::string> open;
  for (const auto& [why, figures] : all.open)
    std::ranges::move(titles_of(figures), std::back_inserter(open));
  list("It also wins", titles_of(all.won));
  list(answer.winner ? "Others win" : "Winners of single figures", lost);
  list("The same", titles_of(all.same));
  list("Cannot be told from this run", open);
  if (!bullets.items.empty()) blocks.emplace_back(std::move(bullets));
}

std::vector<Block> answer_of_one(const ReportSubject& s, Audience audience) {
  const auto& summary = s.runs.front().summary;
  const bool several = summary.targets.size() > 1;
  std::vector<Block> blocks;
  blocks.emplace_back(
      Callout{tone_of(summary.answer.verdict, summary.valid(), several), headline_of(summary), {}});
  if (!s.contests.empty() && summary.valid()) {
    Bullets reasons = reasons_of(s.contests.front());
    if (!reasons.items.empty()) blocks.emplace_back(std::move(reasons));
  }
  // Names of figures mean nothing to who has a minute.
  if (several && summary.valid() && audience != Audience::kExecutive) {
    std::vector<std::string> names;
    for (const auto& target : summary.targets) names.push_back(target.target.name);
    add_standing(blocks, analysis::standing_of(summary.winners, summary.answer), summary.answer,
                 names);
  }
  blocks.emplace_back(trust_line(summary.checks));
  return blocks;
}

void add_contest(std::vector<Block>& blocks, const ReportSubject& s, const Contest& contest) {
  const auto title = contest_title(s, contest);
  const std::string& said = contest.answer.headline;
  blocks.emplace_back(Callout{tone_of(contest.answer.verdict, contest.comparable, true),
                              title.empty() ? said : fmt::format("{}: {}", title, said),
                              {}});
  Bullets reasons = reasons_of(contest);
  if (!reasons.items.empty()) blocks.emplace_back(std::move(reasons));
}

}  // namespace

bool by_scenario(const ReportSubject& s) {
  for (std::size_t i = 1; i < s.contests.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (s.contests[i].scenario == s.contests[k].scenario) return false;
    }
  }
  return s.contests.size() > 1;
}

std::string contest_title(const ReportSubject& s, const Contest& contest) {
  if (s.contests.size() < 2) return {};
  return by_scenario(s) ? contest.scenario : contest.sides.front().target;
}

std::vector<Block> answer_part(const ReportSubject& s, Audience audience) {
  if (s.runs.empty()) return {};
  if (s.alone()) return answer_of_one(s, audience);
  std::vector<Block> blocks;
  if (by_scenario(s)) {
    blocks.emplace_back(
        Paragraph{{{.text = scenarios_headline(s.contests) + ".", .strong = true}}});
  }
  for (const auto& contest : s.contests) add_contest(blocks, s, contest);
  if (s.contests.empty()) {
    Bullets each;
    for (const auto& run : s.runs) {
      each.items.push_back(
          {{.text = run.input.run_id + ": ", .strong = true}, {.text = headline_of(run.summary)}});
    }
    blocks.emplace_back(std::move(each));
  }
  for (const auto& contest : s.contests.first(std::min<std::size_t>(1, s.contests.size()))) {
    if (s.contests.size() == 1) blocks.emplace_back(trust_line(contest.checks));
  }
  if (!s.unmatched.empty()) {
    blocks.emplace_back(
        Paragraph{plain(fmt::format("Not compared: {}.", fmt::join(s.unmatched, ", ")))});
  }
  return blocks;
}

std::vector<Block> cards_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  for (const auto& side : s.sides) {
    const auto& target = side.summary();
    Cards cards{.title = side_title(s, side), .cards = {}};
    for (const auto& figure :
         {analysis::Figure{.metric = MetricId::kOutputRate}, analysis::Figure{MetricId::kTtft, 0.5},
          analysis::Figure{MetricId::kE2e, 0.5}}) {
      const auto measured = measured_of(target, figure);
      cards.cards.push_back({.label = analysis::figure_title(figure),
                             .value = value_text(figure, measured),
                             .note = interval_text(figure, measured),
                             .tone = wins(s, figure, side) ? Tone::kGood : Tone::kPlain});
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
              .columns = {{s.alone() ? "target" : "side"},
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
  for (const auto& side : s.sides) {
    if (side.target >= side.run->experience.size()) continue;
    const auto& e = side.run->experience[side.target];
    if (e.requests == 0) continue;
    const auto share = [&](std::uint64_t n, std::uint64_t of) {
      if (of == 0) return text_cell("–");
      const double value = static_cast<double>(n) / static_cast<double>(of);
      return Cell{.text = share_text(value), .number = value};
    };
    const auto in_time = e.immediate + e.in_thought;
    auto late = share(e.lost + e.failed, e.requests);
    late.text = missed_text(*late.number);
    table.rows.push_back({text_cell(side.label),
                          share(e.immediate, e.requests),
                          share(in_time, e.requests),
                          share(in_time + e.attentive, e.requests),
                          late,
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
  struct Told {
    const analysis::Insight* insight;
    const ReportRun* run;
  };
  std::vector<Told> all;
  for (const auto& run : s.runs) {
    for (const auto& one : run.insights) all.push_back({&one, &run});
  }
  std::ranges::stable_sort(all, std::ranges::greater(),
                           [](const Told& told) { return told.insight->severity; });
  const bool some = audience != Audience::kEngineer || !s.alone();
  if (some && all.size() > kTopInsights) all.resize(kTopInsights);
  Bullets bullets;
  for (const auto& [one, run] : all) {
    Text item;
    if (one->severity >= analysis::InsightSeverity::kWarning) {
      const bool critical = one->severity == analysis::InsightSeverity::kCritical;
      item.push_back(
          {.text = critical ? "Critical: " : "Warning: ", .tone = Tone::kWarn, .strong = true});
    }
    if (!s.alone()) item.push_back({.text = run->input.run_id + ": ", .tone = Tone::kQuiet});
    item.push_back({.text = one->simple});
    if (audience == Audience::kEngineer && one->technical != one->simple) {
      item.push_back({.text = " " + one->technical, .tone = Tone::kQuiet});
    }
    bullets.items.push_back(std::move(item));
  }
  if (bullets.items.empty()) return {};
  return {std::move(bullets)};
}

namespace {

void add_checks(Bullets& bullets, const std::vector<analysis::Check>& checks, Audience audience) {
  for (const auto& check : checks) {
    if (check.level == Level::kPass && audience != Audience::kEngineer) continue;
    const bool failed = check.level == Level::kFail;
    const bool warned = check.level == Level::kWarn;
    bullets.items.push_back({{.text = failed   ? "Failed: "
                                      : warned ? "Warning: "
                                               : "Passed: ",
                              .tone = failed   ? Tone::kBad
                                      : warned ? Tone::kWarn
                                               : Tone::kGood,
                              .strong = true},
                             {.text = fmt::format("{}? {}", check.title, check.text)}});
  }
}

// Of a comparison, what is not said of each run already.
std::vector<analysis::Check> own_checks(const ReportSubject& s, const Contest& contest) {
  std::vector<analysis::Check> own;
  for (const auto& check : contest.checks) {
    const bool of_a_run = std::ranges::any_of(s.runs, [&](const ReportRun& run) {
      return std::ranges::any_of(run.summary.checks, [&](const analysis::Check& other) {
        return other.id == check.id && check.text.ends_with(other.text);
      });
    });
    if (!of_a_run) own.push_back(check);
  }
  return own;
}

constexpr std::size_t kMostTold = 2;  // runs whose checks are told one by one

// Which of the client's checks did not pass is told below, with the others.
std::string_view client_words(const ReportRun& run) {
  return run.summary.client.ok ? "the client kept up" : "the client was the bottleneck";
}

std::vector<Block> trust_of_few(const ReportSubject& s, Audience audience) {
  std::vector<Block> blocks;
  for (const auto& run : s.runs) {
    const auto& checks = run.summary.checks;
    const auto passed = std::ranges::count(checks, Level::kPass, &analysis::Check::level);
    Text text;
    if (!s.alone()) text.push_back({.text = run.input.run_id + ": ", .strong = true});
    text.push_back({.text = fmt::format("{} of {} checks passed; {}.", passed, checks.size(),
                                        client_words(run))});
    // Of one run's targets, what its own checks do not look at.
    const auto compared = s.alone() && !s.contests.empty() ? own_checks(s, s.contests.front())
                                                           : std::vector<analysis::Check>{};
    const auto doubts = static_cast<std::size_t>(
        std::ranges::count_if(compared, [](const auto& one) { return one.level != Level::kPass; }));
    if (doubts > 0) {
      text.push_back(
          {.text = fmt::format(" {} of the comparison did not pass, either.",
                               doubts == 1 ? "One check" : fmt::format("{} checks", doubts))});
    }
    blocks.emplace_back(Paragraph{std::move(text)});
    Bullets bullets;
    // Of several runs, what did not pass is enough.
    add_checks(bullets, checks, s.alone() ? audience : Audience::kOperations);
    add_checks(bullets, compared, Audience::kOperations);
    if (!bullets.items.empty()) blocks.emplace_back(std::move(bullets));
  }
  return blocks;
}

// A check that did not pass, in how many runs, and what it said in the first of them.
struct RepeatedCheck {
  analysis::Check check;
  std::string_view first_run;
  std::size_t runs = 0;
};

std::vector<RepeatedCheck> repeated_checks(const ReportSubject& s) {
  std::vector<RepeatedCheck> all;
  for (const auto& run : s.runs) {
    std::vector<RepeatedCheck> own;  // a run with several targets may have a check several times
    for (const auto& check : run.summary.checks) {
      const auto alike = [&](const RepeatedCheck& other) {
        return other.check.id == check.id && other.check.level == check.level;
      };
      if (check.level == Level::kPass || std::ranges::any_of(own, alike)) continue;
      own.push_back({check, run.input.run_id, 1});
      if (const auto known = std::ranges::find_if(all, alike); known != all.end()) {
        ++known->runs;
      } else {
        all.push_back(own.back());
      }
    }
  }
  std::ranges::stable_sort(all, std::ranges::greater(),
                           [](const RepeatedCheck& one) { return one.check.level; });
  return all;
}

std::vector<Block> trust_of_many(const ReportSubject& s) {
  std::size_t passed = 0;
  std::size_t looked_at = 0;
  std::vector<std::string> slow;
  for (const auto& run : s.runs) {
    const auto& checks = run.summary.checks;
    looked_at += checks.size();
    passed +=
        static_cast<std::size_t>(std::ranges::count(checks, Level::kPass, &analysis::Check::level));
    if (!run.summary.client.ok) slow.push_back(run.input.run_id);
  }
  const auto client = slow.empty() ? std::string("the client kept up in all of them")
                                   : "the client was the bottleneck in " + list_text(slow);
  std::vector<Block> blocks;
  blocks.emplace_back(
      Paragraph{plain(fmt::format("{} runs: {} of {} checks passed; {}.", s.runs.size(),
                                  format_count(passed), format_count(looked_at), client))});
  Bullets bullets;
  for (auto& [check, first_run, runs] : repeated_checks(s)) {
    check.text = runs == 1 ? fmt::format("{}: {}", first_run, check.text)
                           : fmt::format("In {} of {} runs; {}: {}", runs, s.runs.size(), first_run,
                                         check.text);
    add_checks(bullets, {check}, Audience::kOperations);
  }
  if (!bullets.items.empty()) blocks.emplace_back(std::move(bullets));
  return blocks;
}

}  // namespace

std::vector<Block> trust_part(const ReportSubject& s, Audience audience) {
  return s.runs.size() > kMostTold ? trust_of_many(s) : trust_of_few(s, audience);
}

std::vector<Block> gate_part(const ReportSubject& s, Audience audience) {
  if (s.alone()) return {};  // its checks are those of the run
  std::vector<Block> blocks;
  for (const auto& contest : s.contests) {
    const auto own = own_checks(s, contest);
    const auto title = contest_title(s, contest);
    Text text;
    if (!title.empty()) text.push_back({.text = title + ": ", .strong = true});
    text.push_back({.text = contest.comparable ? "Yes: same work, same definitions, as far as can "
                                                 "be seen."
                                               : "No: " + contest.why_not});
    blocks.emplace_back(Paragraph{std::move(text)});
    Bullets bullets;
    add_checks(bullets, own, audience);
    if (!bullets.items.empty()) blocks.emplace_back(std::move(bullets));
  }
  return blocks;
}

}  // namespace tt::report
