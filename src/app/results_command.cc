// results: what was measured so far.
#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/answer_view.h"
#include "app/commands.h"
#include "app/figures_text.h"
#include "app/group_show.h"
#include "app/results_family.h"
#include "app/run_show.h"
#include "app/table.h"
#include "base/text.h"
#include "record/fold.h"
#include "record/group.h"
#include "record/notes.h"
#include "record/run_folder.h"

namespace tt::app {
namespace {

// Says on `to` what was recovered; how many could not be.
std::size_t say_recovered(const std::vector<record::Recovery>& recoveries, Printer& to) {
  std::size_t lost = 0;
  for (const auto& recovery : recoveries) {
    if (recovery.outcome) {
      const auto& counts = recovery.outcome->manifest.counts;
      to.line(Line("Recovered ", Style::kGood)
                  .add(recovery.id, Style::kStrong)
                  .add(fmt::format(": its process was killed; {} rows were safe",
                                   format_count(counts.rows))));
    } else {
      ++lost;
      to.lines(hanging(Line("Not recovered ", Style::kBad).add(recovery.id).add(": "),
                       recovery.outcome.error().text(), to.look().width));
    }
  }
  return lost;
}

Style status_style(record::RunStatus status) {
  switch (status) {
    case record::RunStatus::kCompleted:
      return Style::kGood;
    case record::RunStatus::kFailed:
      return Style::kBad;
    case record::RunStatus::kRunning:
      return Style::kAccent;
    default:
      return Style::kWarn;
  }
}

// A run with what people said of it.
struct Listed {
  record::RunListing run;
  std::vector<std::string> tags;
  bool baseline = false;
};

struct Listing {
  std::vector<Listed> runs;  // newest first
  std::vector<record::Group> groups;
};

// With a tag only the runs that have it, those of groups as well.
Result<Listing> listing_of(const std::string& dir, std::optional<std::string_view> tag) {
  const auto runs = record::list_runs(dir);
  if (!runs) return std::unexpected(runs.error());
  const auto baseline = record::baseline_of(dir);
  if (!baseline) return std::unexpected(baseline.error());
  Listing listing;
  if (!tag) listing.groups = record::list_groups(dir);
  for (const record::RunListing& run : *runs) {
    Listed listed{.run = run, .tags = {}};
    listed.baseline = *baseline && (*baseline)->id() == run.id;
    if (const auto folder = record::RunFolder::open(run.path)) {
      listed.tags = record::load_notes(*folder).notes.tags;
    }
    const bool wanted = !tag || std::ranges::find(listed.tags, *tag) != listed.tags.end();
    if (wanted) listing.runs.push_back(std::move(listed));
  }
  return listing;
}

std::string texts_json(const std::vector<std::string>& texts) {
  std::string json;
  for (const auto& text : texts) json += (json.empty() ? "" : ", ") + json_string(text);
  return json;
}

std::string listed_json(const Listed& listed) {
  const record::RunListing& run = listed.run;
  return fmt::format(
      "{{\"id\": {}, \"folder\": {}, \"status\": {}, \"started\": {}, \"targets\": [{}], "
      "\"engines\": [{}], \"models\": [{}], \"rows\": {}, \"live\": {}, \"baseline\": {}, "
      "\"tags\": [{}], \"group\": {}, "
      "\"problem\": {}}}",
      json_string(run.id), json_string(run.path), json_string(record::run_status_name(run.status)),
      json_string(format_utc(run.started_realtime)), texts_json(run.targets),
      texts_json(run.engines), texts_json(run.models), run.rows, run.live, listed.baseline,
      texts_json(listed.tags), run.group.empty() ? "null" : json_string(run.group),
      json_string(run.problem));
}

void print_listing_json(const Listing& listing, const std::string& dir, Printer& out) {
  out.raw("{\"runs\": [");
  for (std::size_t i = 0; i < listing.runs.size(); ++i) {
    out.raw((i > 0 ? ",\n  " : "\n  ") + listed_json(listing.runs[i]));
  }
  out.raw("\n],\n\"groups\": [");
  for (std::size_t i = 0; i < listing.groups.size(); ++i) {
    out.raw((i > 0 ? ",\n  " : "\n  ") + group_listing_json(listing.groups[i], dir));
  }
  out.raw("\n]}\n");
}

// Those of a group stand in it; the baseline is always shown.
std::vector<Line> run_table(const Listing& listing, std::size_t width) {
  const bool tags =
      std::ranges::any_of(listing.runs, [](const auto& l) { return !l.tags.empty(); });
  std::vector<TableColumn> columns = {{.title = "run"},
                                      {.title = "status"},
                                      {.title = "started", .optional = 1},
                                      {.title = "rows", .align = Align::kRight},
                                      {.title = "targets", .shrink_to = 8}};
  if (tags) columns.push_back({.title = "tags", .shrink_to = 8});
  Table table(std::move(columns));
  for (const Listed& listed : listing.runs) {
    const record::RunListing& run = listed.run;
    const bool grouped =
        std::ranges::find(listing.groups, run.group, &record::Group::id) != listing.groups.end();
    if (grouped && !listed.baseline) continue;
    const bool damaged = !run.problem.empty();
    std::vector<Line> cells = {
        listed.baseline ? Line(run.id).add(" (baseline)", Style::kAccent) : Line(run.id),
        damaged ? Line("damaged", Style::kBad)
                : Line(record::run_status_name(run.status), status_style(run.status)),
        ago_text(run.started_realtime, realtime_now()), format_count(run.rows),
        damaged ? run.problem : fmt::format("{}", fmt::join(run.targets, ", "))};
    if (tags) cells.emplace_back(fmt::format("{}", fmt::join(listed.tags, ", ")));
    table.row(std::move(cells));
  }
  return table.empty() ? std::vector<Line>() : table.render(width);
}

Outcome run_list(const Arguments& arguments, Session& session) {
  const std::string dir = results_dir(arguments);
  const auto recovered = record::recover_all(dir);
  if (!recovered) return stored(recovered.error());
  say_recovered(*recovered, session.err);
  const auto tag = arguments.value("--tag");
  const auto listing = listing_of(dir, tag);
  if (!listing) return stored(listing.error());
  Printer& out = session.out;
  if (arguments.has("--json")) {
    print_listing_json(*listing, dir, out);
    return ExitCode::kGood;
  }
  if (listing->runs.empty() && listing->groups.empty()) {
    out.line(tag ? Line(fmt::format("No run in {} has the tag {}. ", dir, clean(*tag)))
                       .add("tokentrial results tag RUN TAG", Style::kAccent)
                       .add(" gives it one.")
                 : Line(fmt::format("No runs in {} yet. ", dir))
                       .add("tokentrial demo", Style::kAccent)
                       .add(" makes one."));
    return ExitCode::kGood;
  }
  const auto runs = run_table(*listing, out.look().width);
  out.lines(runs);
  if (!listing->groups.empty()) {
    if (!runs.empty()) out.line();
    out.lines(group_list_lines(listing->groups, dir, out.look().width));
  }
  out.line();
  const bool group_first = runs.empty() || listing->runs.empty();
  out.line(
      Line("tokentrial results show ", Style::kAccent)
          .add(shell_word(group_first ? listing->groups.front().id : listing->runs.front().run.id),
               Style::kAccent));
  return ExitCode::kGood;
}

Outcome run_show(const Arguments& arguments, Session& session) {
  const std::string dir = results_dir(arguments);
  const auto run = trial::open_run(dir, arguments.words().front());
  if (!run) {
    const auto group = record::find_group(dir, arguments.words().front());
    if (group) return show_group(*group, dir, show_options(arguments), session);
    return stored(run.error());
  }
  show_answer(*run, dir, show_options(arguments), false, session);
  return ExitCode::kGood;
}

std::string recovery_json(const record::Recovery& recovery) {
  const auto& outcome = recovery.outcome;
  return fmt::format("{{\"id\": {}, \"rows\": {}, \"problem\": {}}}", json_string(recovery.id),
                     outcome ? outcome->manifest.counts.rows : 0,
                     json_string(outcome ? "" : outcome.error().text()));
}

Outcome run_recover(const Arguments& arguments, Session& session) {
  const auto recoveries = record::recover_all(results_dir(arguments));
  if (!recoveries) return stored(recoveries.error());
  if (arguments.has("--json")) {
    std::string runs;
    bool whole = true;
    for (const auto& recovery : *recoveries) {
      runs += (runs.empty() ? "\n  " : ",\n  ") + recovery_json(recovery);
      whole = whole && recovery.outcome.has_value();
    }
    session.out.raw(fmt::format("{{\"recovered\": [{}\n]}}\n", runs));
    return whole ? ExitCode::kGood : ExitCode::kFailed;
  }
  if (recoveries->empty()) session.out.line(Line("There is nothing to recover."));
  const std::size_t lost = say_recovered(*recoveries, session.out);
  return lost == 0 ? ExitCode::kGood : ExitCode::kFailed;
}

}  // namespace

Command results_command() {
  Command command = results_list_command();
  command.name = "results";
  command.summary = "What was measured so far: list, show, export, tag, note, rm, prune";
  command.about = "Alone it lists, as results list does.";
  command.examples = {"tokentrial results", "tokentrial results show demo"};
  return command;
}

Command results_list_command() {
  return {.name = "results list",
          .summary = "Lists every run, newest first; recovers killed ones",
          .words = "",
          .options = {{"--tag", "TAG", "only the runs that have it, those of groups as well"},
                      kResultsOption,
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about = {},
          .examples = {"tokentrial results list", "tokentrial results list --tag nightly"},
          .run = run_list};
}

Command results_show_command() {
  return {.name = "results show",
          .summary = "Shows a run's answer, as at its end",
          .words = "RUN",
          .least_words = 1,
          .most_words = 1,
          .options = {kResultsOption,
                      kJsonOption,
                      {"--quiet", "", "only the verdict"},
                      kNoColorOption,
                      kHelpOption},
          .about = "RUN is a run's id, a part of it that fits no other, or its folder.",
          .examples = {"tokentrial results show demo"},
          .run = run_show};
}

Command results_recover_command() {
  return {.name = "results recover",
          .summary = "Makes whole the runs whose process was killed",
          .words = "",
          .options = {kResultsOption, kJsonOption, kNoColorOption, kHelpOption},
          .about = "At most the last 100 ms before the kill are lost.",
          .examples = {"tokentrial results recover"},
          .run = run_recover};
}

}  // namespace tt::app
