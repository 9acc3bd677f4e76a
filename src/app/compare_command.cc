// compare: runs, or the targets of one, against each other.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/contest.h"
#include "app/commands.h"
#include "app/contest_view.h"
#include "app/scenario_view.h"
#include "base/text.h"
#include "plan/slo_file.h"
#include "record/notes.h"
#include "report/contest_json.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

using Runs = std::vector<trial::StoredRun>;

Result<void> open(Runs& runs, const std::string& dir, std::string_view word) {
  auto opened = trial::open_run(dir, word);
  if (!opened) return fail(ErrorCode::kNotFound, opened.error().message, opened.error().source);
  const std::string& id = opened->manifest.run_id;
  for (const auto& run : runs) {
    if (run.manifest.run_id == id) {
      return fail(ErrorCode::kInvalidInput, fmt::format("{} is named twice", id));
    }
  }
  runs.push_back(std::move(*opened));
  return {};
}

// The id of the run marked as baseline; empty where none is.
std::string marked_baseline(const std::string& dir) {
  const auto marked = record::baseline_of(dir);
  return marked && *marked ? (*marked)->id() : std::string();
}

// One run with one target is compared with the marked baseline, where there is one.
Result<Runs> open_all(const Arguments& arguments, const std::string& dir,
                      const std::string& marked) {
  Runs runs;
  for (const auto word : arguments.words()) {
    if (auto opened = open(runs, dir, word); !opened) return std::unexpected(opened.error());
  }
  const bool alone = runs.size() == 1 && runs[0].input.targets.size() == 1;
  if (alone && !marked.empty() && runs[0].manifest.run_id != marked) {
    if (auto opened = open(runs, dir, marked); !opened) return std::unexpected(opened.error());
  }
  return runs;
}

using Entries = std::vector<analysis::Entry>;

Entries entries_of(const Runs& runs) {
  Entries entries;
  for (const auto& run : runs) entries.push_back(run.entry());
  return entries;
}

// Runs of one scenario together, in the order in which the scenarios are met.
std::vector<Entries> by_scenario(Entries entries) {
  std::vector<Entries> groups;
  for (auto& entry : entries) {
    auto group = std::ranges::find(groups, entry.run->scenario,
                                   [](const Entries& some) { return some.front().run->scenario; });
    if (group == groups.end()) group = groups.insert(groups.end(), Entries());
    group->push_back(std::move(entry));
  }
  return groups;
}

// The side that `word` names: a target by its name, else a run by a part of its id.
Result<std::size_t> find_side(const Entries& entries, const std::vector<analysis::Seat>& seats,
                              std::string_view word) {
  const auto matches = [&](const auto& fits) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < seats.size(); ++i) {
      if (fits(*entries[seats[i].entry].run, seats[i].target)) found.push_back(i);
    }
    return found;
  };
  auto found = matches([&](const analysis::RunInput& run, std::size_t target) {
    return run.targets[target].name == word;
  });
  if (found.size() != 1) {
    found = matches([&](const analysis::RunInput& run, std::size_t) {
      return run.run_id.find(word) != std::string::npos;
    });
  }
  if (found.size() == 1) return found.front();
  std::vector<std::string> names;
  for (const auto& seat : seats) {
    const auto& run = *entries[seat.entry].run;
    names.push_back(fmt::format("{} in {}", run.targets[seat.target].name, run.run_id));
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' names {} of the sides; there are {}", word,
                          found.empty() ? "none" : "more than one", fmt::join(names, ", ")),
              "--baseline");
}

Result<std::size_t> baseline_side(const Arguments& arguments, const Entries& entries,
                                  const std::vector<analysis::Seat>& seats,
                                  const std::string& marked) {
  if (const auto named = arguments.value("--baseline")) {
    return find_side(entries, seats, *named);
  }
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (entries[seats[i].entry].run->run_id == marked) return i;
  }
  return std::size_t{0};
}

Result<analysis::ContestOptions> read_options(const Arguments& arguments) {
  analysis::ContestOptions options;
  options.tests = arguments.has("--tests");
  for (const auto name : arguments.all("--metric")) {
    auto figure = analysis::parse_figure(name);
    if (!figure) return fail(ErrorCode::kInvalidInput, figure.error().message, "--metric");
    options.figures.push_back(*figure);
  }
  if (const auto text = arguments.value("--min-effect")) {
    const auto share = plan::parse_share(*text);
    if (!share) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is no smallest effect; write a share such as 5%", *text),
                  "--min-effect");
    }
    options.min_effect = *share;
  }
  if (const auto text = arguments.value("--weights")) {
    const auto weights = analysis::parse_weights(*text);
    if (!weights) return fail(ErrorCode::kInvalidInput, weights.error().message, "--weights");
    options.weights = *weights;
  }
  return options;
}

struct Comparisons {
  std::vector<analysis::Contest> contests;
  std::vector<std::string> unmatched;
};

Result<void> hold(const Entries& entries, const Arguments& arguments, const std::string& marked,
                  const analysis::ContestOptions& options, Comparisons& all) {
  auto seating = analysis::seat(entries, arguments.value("--target").value_or(""));
  if (!seating) return std::unexpected(std::move(seating.error()));
  for (const auto& table : seating->tables) {
    const auto baseline = baseline_side(arguments, entries, table, marked);
    if (!baseline) return std::unexpected(baseline.error());
    analysis::ContestOptions of_table = options;
    of_table.baseline = *baseline;
    all.contests.push_back(analysis::hold_contest(entries, table, of_table));
  }
  std::ranges::move(seating->unmatched, std::back_inserter(all.unmatched));
  return {};
}

void show(const Comparisons& all, const Arguments& arguments, Session& session) {
  if (arguments.has("--json")) {
    session.out.raw(report::contests_json(all.contests, all.unmatched));
    return;
  }
  const std::size_t width = session.out.look().width;
  if (arguments.has("--by-scenario")) {
    session.out.lines(scenario_lines(all.contests, width));
  } else {
    for (std::size_t i = 0; i < all.contests.size(); ++i) {
      if (i > 0) session.out.line();
      session.out.lines(
          contest_lines(all.contests[i], width, arguments.has("--fail-on-regression")));
    }
  }
  if (!all.unmatched.empty()) {
    session.out.line();
    session.out.text(fmt::format("Not compared: {}", fmt::join(all.unmatched, ", ")), Style::kDim);
  }
}

ExitCode exit_code(const std::vector<analysis::Contest>& contests, bool gate) {
  const auto all = [&](auto holds) { return std::ranges::all_of(contests, holds); };
  if (gate && !all([](const auto& contest) { return contest.regressions.empty(); })) {
    return ExitCode::kSloMissed;
  }
  return all([](const auto& contest) { return contest.comparable; }) ? ExitCode::kGood
                                                                     : ExitCode::kNotValid;
}

Outcome run(const Arguments& arguments, Session& session) {
  const auto options = read_options(arguments);
  if (!options) return std::unexpected(options.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  const std::string marked = marked_baseline(dir);
  const auto runs = open_all(arguments, dir, marked);
  if (!runs) return std::unexpected(runs.error());
  auto entries = entries_of(*runs);
  std::vector<Entries> groups;
  if (arguments.has("--by-scenario")) {
    groups = by_scenario(std::move(entries));
  } else {
    groups.push_back(std::move(entries));
  }
  Comparisons all;
  for (const Entries& group : groups) {
    if (auto held = hold(group, arguments, marked, *options, all); !held) {
      return std::unexpected(held.error());
    }
  }
  show(all, arguments, session);
  return exit_code(all.contests, arguments.has("--fail-on-regression"));
}

}  // namespace

Command compare_command() {
  return {
      .name = "compare",
      .summary = "Says which of 2 to 5 runs, or targets of a run, is better, and by how much",
      .words = "RUN [RUN...]",
      .least_words = 1,
      .most_words = 100,
      .options =
          {{"--baseline", "SIDE",
            "what the others are compared with: a run or a target (the run marked by "
            "results baseline, else the first)"},
           {"--target", "NAME", "only the targets of this name"},
           {"--by-scenario", "", "runs of several scenarios: who is better in each, in one table"},
           {.name = "--metric",
            .value = "METRIC",
            .help = "compare this figure, as ttft_p99 or output_tokens_per_s",
            .repeatable = true},
           {"--min-effect", "SHARE", "the smallest difference that matters (5%)"},
           {"--tests", "", "add the textbook tests: normality, location, spread, law, success"},
           {"--weights", "L/T/R",
            "what latency, throughput and reliability count for in the scores "
            "(0.4/0.3/0.3)"},
           {"--fail-on-regression", "", "exit with 3 where a side is worse than the baseline"},
           kResultsOption,
           kJsonOption,
           kNoColorOption,
           kHelpOption},
      .about =
          "One run: its targets are compared with each other; one run with one target, with the "
          "marked baseline. Several: runs of one target each with each other, others target by "
          "target where the names are the same; with --by-scenario, those of each scenario by "
          "themselves. Exit code 4 where a check says that they cannot "
          "be compared, 3 where --fail-on-regression finds one.",
      .examples = {"tokentrial compare before-20260131-120000 after-20260201-120000",
                   "tokentrial compare demo --baseline vllm --metric ttft_p99",
                   "tokentrial compare main branch --baseline main --fail-on-regression",
                   "tokentrial compare chat-1 code-1 longdoc-1 --by-scenario"},
      .run = run};
}

}  // namespace tt::app
