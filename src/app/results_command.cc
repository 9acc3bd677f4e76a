// results: what was measured so far.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/answer_view.h"
#include "app/commands.h"
#include "app/figures_text.h"
#include "app/group_show.h"
#include "app/run_show.h"
#include "app/table.h"
#include "base/text.h"
#include "import/way_back.h"
#include "record/fold.h"
#include "record/notes.h"
#include "record/run_folder.h"
#include "report/export.h"

namespace tt::app {
namespace {

std::string results_dir(const Arguments& arguments) {
  return std::string(arguments.value("--results").value_or("results"));
}

// What is wrong with stored files is no fault of the command line.
std::unexpected<Error> stored(Error error) {
  if (error.code == ErrorCode::kInvalidInput) error.code = ErrorCode::kIo;
  return std::unexpected(std::move(error));
}

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

// The id of the run that others are compared with; empty where there is none.
std::string baseline_id(const std::string& results_dir) {
  const auto baseline = record::baseline_of(results_dir);
  return baseline && *baseline ? (*baseline)->id() : "";
}

std::string listing_json(const record::RunListing& run, bool baseline) {
  std::string targets;
  for (const auto& target : run.targets) {
    targets += (targets.empty() ? "" : ", ") + json_string(target);
  }
  return fmt::format(
      "{{\"id\": {}, \"folder\": {}, \"status\": {}, \"started\": {}, \"targets\": [{}], "
      "\"rows\": {}, \"live\": {}, \"baseline\": {}, \"group\": {}, \"problem\": {}}}",
      json_string(run.id), json_string(run.path), json_string(record::run_status_name(run.status)),
      json_string(format_utc(run.started_realtime)), targets, run.rows, run.live, baseline,
      run.group.empty() ? "null" : json_string(run.group), json_string(run.problem));
}

Outcome run_list(const Arguments& arguments, Session& session) {
  const std::string dir = results_dir(arguments);
  const auto recovered = record::recover_all(dir);
  if (!recovered) return stored(recovered.error());
  say_recovered(*recovered, session.err);
  const auto runs = record::list_runs(dir);
  if (!runs) return stored(runs.error());
  Printer& out = session.out;
  const std::string baseline = baseline_id(dir);
  const auto groups = record::list_groups(dir);
  if (arguments.has("--json")) {
    out.raw("{\"runs\": [");
    for (std::size_t i = 0; i < runs->size(); ++i) {
      const auto& run = (*runs)[i];
      out.raw((i > 0 ? ",\n  " : "\n  ") + listing_json(run, run.id == baseline));
    }
    out.raw("\n],\n\"groups\": [");
    for (std::size_t i = 0; i < groups.size(); ++i) {
      out.raw((i > 0 ? ",\n  " : "\n  ") + group_listing_json(groups[i]));
    }
    out.raw("\n]}\n");
    return ExitCode::kGood;
  }
  if (runs->empty()) {
    out.line(Line(fmt::format("No runs in {} yet. ", dir))
                 .add("tokentrial demo", Style::kAccent)
                 .add(" makes one."));
    return ExitCode::kGood;
  }
  Table table({{.title = "run"},
               {.title = "status"},
               {.title = "started", .optional = 1},
               {.title = "rows", .align = Align::kRight},
               {.title = "targets", .shrink_to = 8}});
  for (const auto& run : *runs) {
    // Those of a sweep stand in its group; the baseline is always shown.
    const bool grouped = std::ranges::any_of(
        groups, [&](const record::Group& group) { return group.id == run.group; });
    if (grouped && run.id != baseline) continue;
    const bool damaged = !run.problem.empty();
    table.row({run.id == baseline ? Line(run.id).add(" (baseline)", Style::kAccent) : Line(run.id),
               damaged ? Line("damaged", Style::kBad)
                       : Line(record::run_status_name(run.status), status_style(run.status)),
               ago_text(run.started_realtime, realtime_now()), format_count(run.rows),
               damaged ? run.problem : fmt::format("{}", fmt::join(run.targets, ", "))});
  }
  if (!table.empty()) out.lines(table.render(out.look().width));
  if (!groups.empty()) {
    if (!table.empty()) out.line();
    out.lines(group_list_lines(groups, out.look().width));
  }
  out.line();
  const bool group_first = table.empty() && !groups.empty();
  out.line(Line("tokentrial results show ", Style::kAccent)
               .add(group_first ? groups.front().id : runs->front().id, Style::kAccent));
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

report::ExportMetadata metadata_of(const record::Manifest& m) {
  report::ExportMetadata metadata{
      .exported_at = format_utc(realtime_now()),
      .configuration = {{"plan", m.plan_yaml},
                        {"plan_digest", m.plan_digest},
                        {"schedule_digest", m.schedule_digest}},
      .environment = {{"hostname", m.host.hostname},
                      {"kernel", m.host.kernel},
                      {"cpu", m.host.cpu_model},
                      {"cores", std::to_string(m.host.cores)},
                      {"memory_bytes", std::to_string(m.host.memory_bytes)},
                      {"clock_source", m.clock_source},
                      {"tokentrial", m.tool_version},
                      {"build", m.build_hash}}};
  for (const auto& [name, seed] : m.seeds) {
    metadata.configuration["seed_" + name] = std::to_string(seed);
  }
  metadata.configuration["started_at"] = format_utc(m.started_realtime);
  metadata.configuration["status"] = std::string(record::run_status_name(m.status));
  return metadata;
}

bool wanted(std::string_view file, const std::vector<std::string_view>& formats) {
  return formats.empty() || std::ranges::any_of(formats, [&](std::string_view format) {
           return file.ends_with(fmt::format(".{}", format));
         });
}

Result<std::vector<std::string_view>> formats_of(const Arguments& arguments) {
  const auto text = arguments.value("--format");
  if (!text) return {};
  auto formats = split(*text, ',');
  for (const auto format : formats) {
    if (format == "csv" || format == "json") continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no format; there are csv and json", clean(format)),
                "--format");
  }
  return formats;
}

// Everything is written beside, and the formats that were asked for are moved over.
Result<std::vector<std::string>> export_to(const std::string& folder, const trial::StoredRun& run,
                                           const std::vector<std::string_view>& formats) {
  std::error_code error;
  const std::filesystem::path to(folder);
  std::filesystem::create_directories(to, error);
  const auto beside = to / fmt::format(".exporting-{}", getpid());
  if (!error) std::filesystem::create_directory(beside, error);
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("cannot be written: {}", error.message()), folder);
  }
  const analysis::RunSummary summary = run.summary();
  auto names = report::export_run(beside.string(),
                                  {.input = run.input, .summary = summary, .rows = run.rows},
                                  metadata_of(run.manifest));
  std::vector<std::string> kept;
  if (names) {
    for (const auto& name : *names) {
      if (!wanted(name, formats)) continue;
      std::filesystem::rename(beside / name, to / name, error);
      if (error) break;
      kept.push_back(name);
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(beside, ignored);
  if (!names) return std::unexpected(names.error());
  if (error)
    return fail(ErrorCode::kIo, fmt::format("cannot be written: {}", error.message()), folder);
  return kept;
}

// Files that another tool's readers accept.
Result<std::vector<std::string>> export_foreign(std::string_view format, const std::string& folder,
                                                const trial::StoredRun& run) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("cannot be written: {}", error.message()), folder);
  }
  return import::export_as(format, folder, run.manifest, run.rows);
}

Outcome run_export(const Arguments& arguments, Session& session) {
  const auto folder = arguments.value("--to");
  if (!folder) return fail(ErrorCode::kInvalidInput, "says where to: --to DIR is missing", "--to");
  const auto formats = formats_of(arguments);
  if (!formats) return std::unexpected(formats.error());
  const auto run = trial::open_run(results_dir(arguments), arguments.words().front());
  if (!run) return stored(run.error());
  const auto as = arguments.value("--as");
  const auto names = as ? export_foreign(*as, std::string(*folder), *run)
                        : export_to(std::string(*folder), *run, *formats);
  if (!names) return std::unexpected(names.error());
  Printer& out = session.out;
  if (arguments.has("--json")) {
    std::string list;
    for (const auto& name : *names) list += (list.empty() ? "" : ", ") + json_string(name);
    out.raw(fmt::format("{{\"run_id\": {}, \"folder\": {}, \"files\": [{}]}}\n",
                        json_string(run->manifest.run_id), json_string(*folder), list));
    return ExitCode::kGood;
  }
  out.line(heading_line(fmt::format("{} files in {}", names->size(), *folder)));
  for (const auto& name : *names) out.line(Line("  ").add(name));
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

bool confirmed(const std::string& id, Session& session) {
  session.err.raw(fmt::format("Remove {} for good? [y/N] ", clean(id)));
  std::string answer;
  std::getline(std::cin, answer);
  return equals_ignoring_case(trim(answer), "y") || equals_ignoring_case(trim(answer), "yes");
}

// One run, or a group with all of its runs.
struct Removal {
  std::string id;
  bool group = false;
  std::vector<std::string> runs;
};

Result<Removal> find_removal(const std::string& dir, std::string_view word) {
  // The whole id of a group; a part of one fits its runs as well.
  const auto group = record::find_group(dir, word);
  if (!group || group->id != word) {
    const auto folder = record::find_run(dir, word);
    if (!folder) return std::unexpected(folder.error());
    return Removal{.id = folder->id(), .runs = {folder->id()}};
  }
  Removal removal{.id = group->id, .group = true, .runs = {}};
  for (const auto& step : group->steps) {
    // One that was removed by itself is gone already.
    const auto run = record::find_run(dir, step.run_id);
    if (!step.run_id.empty() && run && run->id() == step.run_id) {
      removal.runs.push_back(step.run_id);
    }
  }
  return removal;
}

Outcome run_remove(const Arguments& arguments, Session& session) {
  const std::string dir = results_dir(arguments);
  std::vector<Removal> removals;
  for (const auto word : arguments.words()) {
    auto removal = find_removal(dir, word);
    if (!removal) return stored(removal.error());
    removals.push_back(std::move(*removal));
  }
  const bool yes = arguments.has("--yes");
  if (!yes && isatty(STDIN_FILENO) == 0) {
    return fail(ErrorCode::kInvalidInput, "needs --yes where nobody can be asked");
  }
  for (const auto& [id, is_group, runs] : removals) {
    const std::string what = is_group ? fmt::format("{} with its {} runs", id, runs.size()) : id;
    if (!yes && !confirmed(what, session)) {
      session.out.line(Line("Kept ").add(id));
      continue;
    }
    for (const auto& run : runs) {
      const auto removed = record::remove_run(dir, run);
      if (!removed) return stored(removed.error());
    }
    if (is_group) record::remove_group(dir, id);
    session.out.line(Line("Removed ").add(what));
  }
  return ExitCode::kGood;
}

Outcome baseline_set(const std::string& dir, std::string_view part, Session& session) {
  const auto run = record::find_run(dir, part);
  if (!run) return stored(run.error());
  if (run->has_journal()) return fail(ErrorCode::kUnavailable, "the run has not ended", run->id());
  const auto set = record::set_baseline(dir, *run, realtime_now());
  if (!set) return stored(set.error());
  session.out.line(Line("Baseline is now ").add(run->id(), Style::kStrong));
  return ExitCode::kGood;
}

Outcome baseline_clear(const std::string& dir, Session& session) {
  const auto cleared = record::clear_baseline(dir);
  if (!cleared) return stored(cleared.error());
  if (cleared->empty()) session.out.line(Line("There was no baseline."));
  for (const auto& id : *cleared) session.out.line(Line("No longer the baseline: ").add(id));
  return ExitCode::kGood;
}

Outcome baseline_show(const std::string& dir, bool json, Session& session) {
  const auto baseline = record::baseline_of(dir);
  if (!baseline) return stored(baseline.error());
  const bool there = baseline->has_value();
  if (json) {
    session.out.raw(
        fmt::format("{{\"baseline\": {}}}\n", there ? json_string((*baseline)->id()) : "null"));
  } else if (there) {
    session.out.line(Line("Baseline is ").add((*baseline)->id(), Style::kStrong));
  } else {
    session.out.line(Line("There is no baseline. ")
                         .add("tokentrial results baseline set RUN", Style::kAccent)
                         .add(" marks one."));
  }
  return ExitCode::kGood;
}

Outcome run_baseline(const Arguments& arguments, Session& session) {
  const std::string dir = results_dir(arguments);
  const auto& words = arguments.words();
  const std::string_view what = words.empty() ? "show" : words.front();
  if (what == "set" && words.size() == 2) return baseline_set(dir, words[1], session);
  if (what == "set") return fail(ErrorCode::kInvalidInput, "which run? results baseline set RUN");
  if (words.size() > 1) {
    return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is one word too many", words[1]));
  }
  if (what == "clear") return baseline_clear(dir, session);
  if (what == "show") return baseline_show(dir, arguments.has("--json"), session);
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is not known; there are set RUN, show and clear", what));
}

}  // namespace

Command results_command() {
  Command command = results_list_command();
  command.name = "results";
  command.summary = "What was measured so far: list, show, export, recover, rm, baseline";
  command.about = "Alone it lists, as results list does.";
  command.examples = {"tokentrial results", "tokentrial results show demo"};
  return command;
}

Command results_list_command() {
  return {.name = "results list",
          .summary = "Lists every run, newest first; recovers killed ones",
          .words = "",
          .options = {kResultsOption, kJsonOption, kNoColorOption, kHelpOption},
          .about = {},
          .examples = {"tokentrial results list"},
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

Command results_export_command() {
  return {.name = "results export",
          .summary = "Writes a run as CSV and JSON files",
          .words = "RUN",
          .least_words = 1,
          .most_words = 1,
          .options = {{"--to", "DIR", "where to; made where it is not there"},
                      {"--format", "LIST", "csv,json (both)"},
                      {"--as", "vllm|guidellm|llm-locust",
                       "instead: a file a target that this tool's readers accept"},
                      kResultsOption,
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about = "One of each kind for every target, and a summary of each kind.",
          .examples = {"tokentrial results export demo --to exported --format csv"},
          .run = run_export};
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

Command results_baseline_command() {
  return {.name = "results baseline",
          .summary = "Marks the run that others are compared with: set RUN, show, clear",
          .words = "[set RUN|show|clear]",
          .most_words = 2,
          .options = {kResultsOption, kJsonOption, kNoColorOption, kHelpOption},
          .about =
              "The mark stands in the run's notes.json; there is one baseline a results "
              "folder. compare takes it where only one run is named.",
          .examples = {"tokentrial results baseline set demo", "tokentrial results baseline"},
          .run = run_baseline};
}

}  // namespace tt::app
