#include "app/compared_runs.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "record/notes.h"

namespace tt::app {
namespace {

using Entries = std::vector<analysis::Entry>;

Entries entries_of(const Runs& runs) {
  Entries entries;
  for (const auto& run : runs) entries.push_back(run.entry());
  return entries;
}

// Runs of one scenario together, in the order in which the scenarios are met.
std::vector<Entries> entries_by_scenario(Entries entries) {
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

}  // namespace

Result<void> open_into(Runs& runs, const std::string& dir, std::string_view word) {
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

std::string marked_baseline(const std::string& dir) {
  const auto marked = record::baseline_of(dir);
  return marked && *marked ? (*marked)->id() : std::string();
}

Result<Comparisons> hold_comparisons(const Runs& runs, const Arguments& arguments,
                                     const std::string& marked,
                                     const analysis::ContestOptions& options, bool by_scenario) {
  auto entries = entries_of(runs);
  std::vector<Entries> groups;
  if (by_scenario) {
    groups = entries_by_scenario(std::move(entries));
  } else {
    groups.push_back(std::move(entries));
  }
  Comparisons all;
  for (const Entries& group : groups) {
    if (auto held = hold(group, arguments, marked, options, all); !held) {
      return std::unexpected(held.error());
    }
  }
  return all;
}

}  // namespace tt::app
