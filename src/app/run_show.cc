#include "app/run_show.h"

#include <fmt/format.h>
#include <unistd.h>

#include "app/answer_view.h"
#include "app/live_audience.h"
#include "app/notes_view.h"
#include "app/signals.h"
#include "base/text.h"
#include "report/summary_json.h"

namespace tt::app {
namespace {

LiveAudience::Mode mode_of(const ShowOptions& show, const Look& look) {
  if (show.quiet || !show.progress) return LiveAudience::Mode::kOff;
  return look.terminal ? LiveAudience::Mode::kRedraw : LiveAudience::Mode::kLines;
}

std::string_view status_text(record::RunStatus status) {
  switch (status) {
    case record::RunStatus::kPartial:
      return "The run is partial: a target was given up, or recording stopped.";
    case record::RunStatus::kAborted:
      return "The run was stopped before its plan ended; this is what it has.";
    case record::RunStatus::kRecovered:
      return "The run was killed and recovered; the last moments before that are missing.";
    case record::RunStatus::kFailed:
      return "The run failed: nothing succeeded.";
    default:
      return "";
  }
}

// The shortest way to name the run in a next command.
std::string run_reference(const trial::StoredRun& run, const std::string& results_dir) {
  const bool elsewhere = results_dir != "results";
  const std::string id = shell_word(run.manifest.run_id);
  return elsewhere ? fmt::format("{} --results {}", id, shell_word(results_dir)) : id;
}

std::vector<Line> footer(const trial::StoredRun& run, const std::string& results_dir, bool fresh) {
  const std::string reference = run_reference(run, results_dir);
  std::vector<Line> lines;
  lines.emplace_back();
  lines.push_back(Line("Files  ", Style::kStrong).add(run.folder));
  const auto next = [&](std::string_view head, const std::string& command) {
    lines.push_back(Line(head, Style::kStrong).add("tokentrial " + command, Style::kAccent));
  };
  if (fresh) {
    next("Next   ", fmt::format("results show {}", reference));
    next("       ", fmt::format("results export {} --to DIR", reference));
  } else {
    next("Next   ", fmt::format("results export {} --to DIR", reference));
  }
  next("       ", fmt::format("compare {} OTHER-RUN", reference));
  return lines;
}

record::Notes notes_of(const trial::StoredRun& run) {
  const auto folder = record::RunFolder::open(run.folder);
  return folder ? record::load_notes(*folder).notes : record::Notes{};
}

void print_json(const trial::StoredRun& run, const analysis::RunSummary& summary, ExitCode code,
                Printer& out) {
  std::string text = report::summary_json(summary);
  out.raw(
      fmt::format("{{\"run_id\": {}, \"folder\": {}, \"status\": {}, \"exit_code\": {},\n"
                  "{},\n\"summary\": {}}}\n",
                  json_string(run.manifest.run_id), json_string(run.folder),
                  json_string(record::run_status_name(run.manifest.status)), static_cast<int>(code),
                  notes_json(notes_of(run)), trim(text)));
}

}  // namespace

ShowOptions show_options(const Arguments& arguments) {
  return {.json = arguments.has("--json"),
          .quiet = arguments.has("--quiet"),
          .progress = !arguments.has("--no-progress")};
}

ExitCode exit_code_of(record::RunStatus status, const analysis::RunSummary& summary) {
  if (status == record::RunStatus::kFailed) return ExitCode::kFailed;
  if (!summary.valid()) return ExitCode::kNotValid;
  return summary.slos_met ? ExitCode::kGood : ExitCode::kSloMissed;
}

ExitCode show_answer(const trial::StoredRun& run, const std::string& results_dir,
                     const ShowOptions& show, bool fresh, Session& session) {
  const analysis::RunSummary summary = run.summary();
  const ExitCode code = exit_code_of(run.manifest.status, summary);
  if (show.json) {
    print_json(run, summary, code, session.out);
    return code;
  }
  Printer& out = session.out;
  const std::size_t width = out.look().width;
  if (show.quiet) {
    out.lines(brief_answer_lines(summary, width));
    out.line(Line("  ").add("files   ", Style::kDim).add(run.folder));
    return code;
  }
  if (const auto text = status_text(run.manifest.status); !text.empty()) {
    out.line(Line(text, Style::kWarn));
  }
  out.lines(answer_lines(run.input, summary, width));
  for (const auto& note : run.manifest.notes) {
    out.lines(hanging(Line("  note    ", Style::kDim), note, width));
  }
  out.lines(notes_lines(notes_of(run), width));
  out.lines(footer(run, results_dir, fresh));
  return code;
}

Result<Played> play_and_show(const trial::RunRequest& request, const ShowOptions& show,
                             Session& session) {
  const StopOnSignals signals;
  LiveAudience audience(session.err, mode_of(show, session.err.look()), signals.stop(),
                        session.err.look().terminal ? STDERR_FILENO : -1);
  const auto outcome = trial::conduct(request, audience, signals.stop());
  audience.close();
  if (!outcome) return std::unexpected(outcome.error());
  // Progress stays above the answer where both go to one terminal.
  if (!show.quiet && show.progress) session.err.line();
  const auto run = trial::open_run(request.results_dir, outcome->folder);
  if (!run) return std::unexpected(run.error());
  return Played{show_answer(*run, request.results_dir, show, true, session), run->folder};
}

}  // namespace tt::app
