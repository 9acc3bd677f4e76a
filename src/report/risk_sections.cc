// What may go wrong, and what to do next: rules, each with the figures that it goes by.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::Level;
using analysis::MetricId;
using analysis::Verdict;

// The slowest of a hundred wait so many times as long as the typical one.
constexpr double kLongTail = 5;

void add(Bullets& bullets, std::string what, std::string remedy) {
  bullets.items.push_back(
      {{.text = std::move(what), .strong = true}, {.text = " " + std::move(remedy)}});
}

void add_tail(Bullets& bullets, const ReportSide& side) {
  const analysis::Figure typical{MetricId::kTtft, 0.5};
  const analysis::Figure slow{MetricId::kTtft, 0.99};
  const auto p50 = measured_of(side.summary(), typical);
  const auto p99 = measured_of(side.summary(), slow);
  if (!p50.value || !p99.value || *p50.value <= 0) return;
  const double ratio = *p99.value / *p50.value;
  if (ratio < kLongTail) return;
  add(bullets, fmt::format("{} has a long tail.", side.label),
      fmt::format("One request in a hundred waits {} or more for its first word, {:.1f} times the "
                  "typical {}. Look at the charts over time for when it happens.",
                  value_text(slow, p99), ratio, value_text(typical, p50)));
}

void add_failures(Bullets& bullets, const ReportSide& side) {
  const auto& counts = side.summary().counts;
  if (counts.failed == 0) return;
  add(bullets,
      fmt::format("{} failed {} of {} requests.", side.label, format_count(counts.failed),
                  format_count(counts.answerable())),
      "What was said of them stands under Failures in the report for engineers; find the cause "
      "before it goes live.");
}

void add_objectives(Bullets& bullets, const ReportSide& side) {
  for (const auto& one : side.summary().slos) {
    if (!one.value) continue;
    if (!one.met) {
      add(bullets, fmt::format("{} misses {}.", side.label, one.slo.text),
          fmt::format("It measured {}. Lower the load, add replicas, or change the objective.",
                      value_text(one.slo.figure, one.value)));
    } else if (one.confidence && *one.confidence < 0.95) {
      add(bullets, fmt::format("{} keeps {}, but not for certain.", side.label, one.slo.text),
          fmt::format("It measured {} and the confidence is {}: more requests would tell.",
                      value_text(one.slo.figure, one.value),
                      analysis::confidence_text(*one.confidence)));
    }
  }
}

// How many; what each says stands in the section of the checks. Those of a comparison hold those of
// its runs.
void add_checks(Bullets& bullets, const ReportSubject& s) {
  std::size_t failed = 0, warned = 0;
  const auto count = [&](const std::vector<analysis::Check>& checks) {
    for (const auto& check : checks) {
      failed += check.level == Level::kFail ? 1 : 0;
      warned += check.level == Level::kWarn ? 1 : 0;
    }
  };
  if (s.contests.size() == 1) {
    count(s.contests.front().checks);
  } else {
    for (const auto& run : s.runs) count(run.summary.checks);
  }
  if (failed + warned == 0) return;
  const std::string counts =
      failed == 0   ? fmt::format("{} warn", count_of(warned, "check"))
      : warned == 0 ? fmt::format("{} failed", count_of(failed, "check"))
                    : fmt::format("{} failed, {} warn", count_of(failed, "check"), warned);
  add(bullets, fmt::format("{}.", counts),
      "\u201cCan it be trusted?\u201d says of each what it means and what to do.");
}

std::set<std::string> loads_of(const ReportSubject& s) {
  std::set<std::string> loads;
  for (const auto& run : s.runs) loads.insert(run.input.load_text);
  return loads;
}

}  // namespace

std::vector<Block> risks_part(const ReportSubject& s, Audience /*audience*/) {
  Bullets bullets;
  for (const auto& side : s.sides) add_objectives(bullets, side);
  for (const auto& side : s.sides) add_failures(bullets, side);
  for (const auto& side : s.sides) add_tail(bullets, side);
  for (const auto& run : s.runs) {
    for (const auto& one : run.insights) {
      const bool risky = one.kind == analysis::InsightKind::kRisk ||
                         one.kind == analysis::InsightKind::kBottleneck ||
                         one.kind == analysis::InsightKind::kForecast;
      if (risky && one.severity >= analysis::InsightSeverity::kWarning) {
        bullets.items.push_back(plain(one.simple));
      }
    }
  }
  add_checks(bullets, s);
  if (loads_of(s).size() == 1) {
    add(bullets, fmt::format("All of it was measured at one load ({}).", *loads_of(s).begin()),
        "What happens at a higher one is not known.");
  }
  if (s.alone() && s.runs.front().manifest.origin == std::nullopt) {
    add(bullets, "All of it was measured in one run.",
        "What differs from day to day, or after a restart, is not in the intervals.");
  }
  if (bullets.items.empty()) return {};
  return {std::move(bullets)};
}

namespace {

class Steps {
 public:
  explicit Steps(const ReportSubject& s) : s_(s) {}

  std::vector<Block> blocks() && {
    if (s_.group != nullptr) {
      of_group();
    } else if (s_.trend != nullptr) {
      of_trend();
    } else {
      of_validity();
      of_contests();
      of_objectives();
      of_what_is_missing();
    }
    if (bullets_.items.empty()) return {};
    return {std::move(bullets_)};
  }

 private:
  void step(std::string text, std::string command = {}) {
    Text item = plain(std::move(text));
    if (!command.empty()) {
      item.push_back({.text = ": "});
      item.push_back({.text = std::move(command), .code = true});
    }
    bullets_.items.push_back(std::move(item));
  }

  void of_validity() {
    for (const auto& run : s_.runs) {
      if (run.summary.valid()) continue;
      step(
          fmt::format("Measure {} again once the checks that failed are seen to; nothing is to be "
                      "decided by it",
                      run.input.run_id));
    }
  }

  void of_contests() {
    const bool regressed = std::ranges::any_of(
        s_.contests, [](const auto& contest) { return !contest.regressions.empty(); });
    if (regressed && !s_.alone()) {
      step(
          "Hold the change back until the cause of what got worse is known; what else was "
          "different stands under What was different");
    }
    const auto open = std::ranges::find_if(s_.contests, [](const auto& contest) {
      return contest.comparable && contest.answer.verdict == Verdict::kCannotTell;
    });
    if (open != s_.contests.end()) {
      step("Measure until it can be told: a run that goes on until a figure is known to 5%",
           fmt::format("tokentrial run plan.yaml --until {}:5%",
                       analysis::figure_name(open->answer.primary)));
    }
    if (!s_.alone()) return;
    const auto r = recommend(s_);
    if (r.option.empty()) return;
    step(fmt::format("Find how much {} takes before it misses an objective", r.option),
         fmt::format("tokentrial capacity --target {}=URL --slo ttft_p95=500ms",
                     shell_word(r.option)));
    step("Mark this run, so that what comes after is compared with it",
         fmt::format("tokentrial results baseline set {}",
                     shell_word(s_.runs.front().input.run_id)));
  }

  void of_objectives() {
    std::vector<std::string> missing;
    for (const auto& side : s_.sides) {
      const auto& slos = side.summary().slos;
      if (std::ranges::any_of(slos, [](const auto& one) { return !one.met; })) {
        missing.push_back(side.label);
      }
    }
    if (!missing.empty()) {
      step(fmt::format("Find the load at which {} keep{} the objectives", list_text(missing),
                       missing.size() == 1 ? "s" : ""),
           "tokentrial capacity plan.yaml");
    }
  }

  void of_what_is_missing() {
    const bool judged = std::ranges::any_of(
        s_.sides, [](const ReportSide& side) { return !side.summary().slos.empty(); });
    if (!judged && !s_.sides.empty()) {
      step("Say what is good enough, and the report judges by it", "--slo ttft_p95=500ms");
    }
    if (s_.alone() && loads_of(s_).size() == 1) {
      step("Measure other loads as well", "tokentrial sweep plan.yaml --concurrency 1..64x2");
    }
    if (s_.cost == nullptr && s_.alone() && s_.sides.size() > 1) {
      step("Say what the machines cost, and the report says what the answers do",
           "--gpu aws-h100-sxm --qps 10");
    }
  }

  void of_group() {
    const auto& group = s_.group->group;
    if (group.status != record::GroupStatus::kCompleted) {
      step("The group did not come to its end; go on with it",
           fmt::format("tokentrial {} --resume {}", record::group_kind_name(group.kind),
                       shell_word(group.id)));
    }
    if (group.kind == record::GroupKind::kSweep) {
      step("Search for the highest load that keeps the objectives",
           "tokentrial capacity plan.yaml");
    }
    if (s_.group->traffic.empty()) {
      step(
          "Say how many requests a second you need, and the report says how many replicas that "
          "takes",
          "--qps 50");
    }
    step(
        "Hold the planned load for an hour before you rely on it: what builds up slowly does not "
        "show in short runs",
        "tokentrial run plan.yaml --duration 1h");
  }

  void of_trend() {
    const auto worse = std::ranges::any_of(s_.trend->lines, [](const auto& line) {
      return line.verdict == analysis::TrendVerdict::kWorse;
    });
    if (worse) {
      step("Find the run at which it began, and set it against the one before",
           "tokentrial report BEFORE AFTER --kind regression");
    }
    if (s_.trend->run_ids.size() < analysis::kFewestTrendRuns) {
      step(
          "Go on measuring with the same plan: a trend takes four runs or more, and says more "
          "with ten");
      return;
    }
    const auto open = std::ranges::count(s_.trend->lines, analysis::TrendVerdict::kCannotTell,
                                         &analysis::TrendLine::verdict);
    if (open > 0) {
      step(
          fmt::format("Go on measuring with the same plan: of {} of {} figures these runs cannot "
                      "tell, and each run more narrows the line",
                      open, s_.trend->lines.size()));
    } else if (!worse) {
      step("Go on measuring with the same plan, so that a change is seen when it comes");
    }
  }

  const ReportSubject& s_;
  Bullets bullets_;
};

}  // namespace

std::vector<Block> steps_part(const ReportSubject& s, Audience /*audience*/) {
  return Steps(s).blocks();
}

}  // namespace tt::report
