// results rm and prune: what is not needed any more.
#include <algorithm>
#include <iostream>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/figures_text.h"
#include "app/results_family.h"
#include "app/table.h"
#include "base/text.h"
#include "record/holdings.h"

namespace tt::app {
namespace {

using record::Holding;

bool confirmed(const std::string& what, Session& session) {
  session.err.raw(fmt::format("{} [y/N] ", clean(what)));
  std::string answer;
  std::getline(std::cin, answer);
  return equals_ignoring_case(trim(answer), "y") || equals_ignoring_case(trim(answer), "yes");
}

std::optional<Error> nobody_to_ask(const Arguments& arguments) {
  if (arguments.has("--yes") || isatty(STDIN_FILENO) != 0) return std::nullopt;
  return Error{ErrorCode::kInvalidInput, "needs --yes where nobody can be asked", ""};
}

std::string name_of(const Holding& holding) {
  return holding.group ? fmt::format("{} with its {} runs", holding.id, holding.runs.size())
                       : holding.id;
}

Outcome run_remove(const Arguments& arguments, Session& session) {
  const std::string dir = results_dir(arguments);
  std::vector<Holding> doomed;
  for (const auto word : arguments.words()) {
    auto holding = record::find_holding(dir, word);
    if (!holding) return stored(holding.error());
    doomed.push_back(std::move(*holding));
  }
  if (auto silent = nobody_to_ask(arguments)) return std::unexpected(std::move(*silent));
  for (const Holding& holding : doomed) {
    const bool sure = arguments.has("--yes") ||
                      confirmed(fmt::format("Remove {} for good?", name_of(holding)), session);
    if (!sure) {
      session.out.line(Line("Kept ").add(holding.id));
      continue;
    }
    const auto removed = record::remove_holding(dir, holding);
    if (!removed) return stored(removed.error());
    session.out.line(Line("Removed ").add(name_of(holding)));
  }
  return ExitCode::kGood;
}

// --- prune -------------------------------------------------------------------------------------

Result<record::PruneRule> rule_of(const Arguments& arguments) {
  const auto keep = arguments.count("--keep");
  if (!keep) return std::unexpected(keep.error());
  const auto age = arguments.duration("--older-than");
  if (!age) return std::unexpected(age.error());
  if (*keep || *age) return record::PruneRule{.keep = *keep, .older_than = *age};
  return fail(ErrorCode::kInvalidInput,
              "says not what may go: give --keep N, --older-than 30d, or both", "--keep");
}

std::string megabytes(std::uint64_t bytes) {
  return format_number(static_cast<double>(bytes) / 1e6);
}

struct Pruning {
  std::vector<Holding> going;
  std::vector<std::uint64_t> sizes;
  std::uint64_t bytes = 0;
  std::vector<Holding> bound;  // what the rule alone would take
};

Pruning pruning_of(const std::string& dir, const std::vector<Holding>& holdings,
                   const record::PruneRule& rule) {
  Pruning pruning;
  pruning.going = record::prunable(holdings, rule, realtime_now());
  for (const Holding& holding : pruning.going) {
    pruning.sizes.push_back(record::size_of(dir, holding));
    pruning.bytes += pruning.sizes.back();
  }
  auto unbound = holdings;
  for (Holding& holding : unbound) holding.bound.clear();
  for (const Holding& holding : record::prunable(unbound, rule, realtime_now())) {
    const auto real = std::ranges::find(holdings, holding.id, &Holding::id);
    if (!real->bound.empty()) pruning.bound.push_back(*real);
  }
  return pruning;
}

std::vector<Line> pruning_lines(const Pruning& pruning, std::size_t width) {
  std::vector<Line> lines;
  if (!pruning.going.empty()) {
    Table table({{.title = "goes"},
                 {.title = "runs", .align = Align::kRight},
                 {.title = "started", .optional = 1},
                 {.title = "MB", .align = Align::kRight}});
    for (std::size_t i = 0; i < pruning.going.size(); ++i) {
      const Holding& holding = pruning.going[i];
      table.row({holding.id, format_count(holding.runs.size()),
                 ago_text(holding.started_realtime, realtime_now()), megabytes(pruning.sizes[i])});
    }
    lines = table.render(width);
  }
  for (const Holding& holding : pruning.bound) {
    const auto more =
        hanging(Line("  kept ", Style::kDim).add(holding.id).add(": "), holding.bound, width);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  return lines;
}

std::string pruning_json(const Pruning& pruning, std::string_view done,
                         std::optional<std::string_view> archive) {
  std::string ids;
  for (const Holding& holding : pruning.going) {
    ids += (ids.empty() ? "" : ", ") + json_string(holding.id);
  }
  return fmt::format("{{\"{}\": [{}], \"bytes\": {}, \"archive\": {}}}\n", done, ids, pruning.bytes,
                     archive ? json_string(*archive) : "null");
}

Result<void> carry_out(const std::string& dir, const Pruning& pruning,
                       std::optional<std::string_view> archive) {
  for (const Holding& holding : pruning.going) {
    auto done = archive ? record::archive_holding(dir, holding, std::string(*archive))
                        : record::remove_holding(dir, holding);
    if (!done) return done;
  }
  return {};
}

Outcome run_prune(const Arguments& arguments, Session& session) {
  const auto rule = rule_of(arguments);
  if (!rule) return std::unexpected(rule.error());
  const std::string dir = results_dir(arguments);
  const auto holdings = record::list_holdings(dir);
  if (!holdings) return stored(holdings.error());
  const Pruning pruning = pruning_of(dir, *holdings, *rule);
  const auto archive = arguments.value("--archive");
  const bool json = arguments.has("--json");
  Printer& out = session.out;
  if (!json) out.lines(pruning_lines(pruning, out.look().width));
  const std::string what = fmt::format("{} of {}, {} MB", format_count(pruning.going.size()),
                                       format_count(holdings->size()), megabytes(pruning.bytes));
  if (pruning.going.empty() || arguments.has("--dry-run")) {
    if (json) {
      out.raw(pruning_json(pruning, "would_go", archive));
    } else {
      out.line(pruning.going.empty() ? "Nothing to prune." : "Would go: " + what);
    }
    return ExitCode::kGood;
  }
  if (auto silent = nobody_to_ask(arguments)) return std::unexpected(std::move(*silent));
  const auto question = archive ? fmt::format("Move {} to {}?", what, *archive)
                                : fmt::format("Remove {} for good?", what);
  if (!arguments.has("--yes") && !confirmed(question, session)) {
    out.line("Kept everything.");
    return ExitCode::kGood;
  }
  if (auto done = carry_out(dir, pruning, archive); !done) return stored(done.error());
  if (json) {
    out.raw(pruning_json(pruning, archive ? "archived" : "removed", archive));
  } else {
    out.line(archive ? fmt::format("Moved to {}: {}", *archive, what) : "Removed: " + what);
  }
  return ExitCode::kGood;
}

}  // namespace

Command results_remove_command() {
  return {.name = "results rm",
          .summary = "Removes runs for good; a group by its whole id, with its runs",
          .words = "RUN|GROUP...",
          .least_words = 1,
          .most_words = 1000,
          .options = {{"--yes", "", "do not ask"}, kResultsOption, kNoColorOption, kHelpOption},
          .about = {},
          .examples = {"tokentrial results rm demo-20260131-120000"},
          .run = run_remove};
}

Command results_prune_command() {
  return {.name = "results prune",
          .summary = "Removes or archives old runs and groups",
          .words = "",
          .options = {{"--keep", "N", "the newest stay, so many; a group counts as one"},
                      {"--older-than", "TIME", "younger ones stay: 30d, 12h"},
                      {"--archive", "DIR", "move them to this results folder instead"},
                      {"--dry-run", "", "show what would go; touch nothing"},
                      {"--yes", "", "do not ask"},
                      kResultsOption,
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "A group goes or stays with all of its runs. The baseline never goes, nor what "
              "is still going on, is damaged, or waits to be recovered.",
          .examples = {"tokentrial results prune --keep 20 --dry-run",
                       "tokentrial results prune --older-than 30d --archive old --yes"},
          .run = run_prune};
}

}  // namespace tt::app
