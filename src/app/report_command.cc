// report: a run as a document to share.
#include <filesystem>

#include <fmt/format.h>

#include "analysis/contest.h"
#include "analysis/experience.h"
#include "app/commands.h"
#include "app/run_insights.h"
#include "record/file.h"
#include "record/frame.h"
#include "report/markdown.h"
#include "report/run_report.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

std::vector<analysis::Experience> experience_of(const trial::StoredRun& run) {
  const auto frame = record::make_frame(run.rows);
  std::vector<analysis::Experience> all;
  for (const auto& slice : analysis::make_slices(frame, run.input.targets.size())) {
    all.push_back(analysis::experience(slice));
  }
  return all;
}

// The targets of the run against each other; nullopt where one is alone or there are too many.
std::optional<analysis::Contest> contest_of(const trial::StoredRun& run) {
  const analysis::Entry entry = run.entry();
  const auto seating = analysis::seat({&entry, 1});
  if (!seating || seating->tables.empty()) return std::nullopt;
  return analysis::hold_contest({&entry, 1}, seating->tables.front(), {});
}

// Where the report goes: --output, else into the run's folder.
Result<std::string> path_of(const Arguments& arguments, const trial::StoredRun& run,
                            report::Audience audience) {
  std::string path(arguments.value("--output").value_or(""));
  if (path.empty()) {
    const std::string folder = run.folder + "/reports";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
      return fail(ErrorCode::kIo, fmt::format("cannot be made: {}", error.message()), folder);
    }
    path = fmt::format("{}/{}-{}.md", folder, run.manifest.run_id, report::audience_name(audience));
  }
  if (std::filesystem::exists(path) && !arguments.has("--force")) {
    return fail(ErrorCode::kInvalidInput, "is there already; --force writes over it", path);
  }
  return path;
}

Outcome run(const Arguments& arguments, Session& session) {
  const std::string dir(arguments.value("--results").value_or("results"));
  const auto run = trial::open_run(dir, arguments.words().front());
  if (!run) return fail(ErrorCode::kNotFound, run.error().message, run.error().source);
  const auto audience =
      report::audience_from_name(arguments.value("--audience").value_or("engineer"))
          .value_or(report::Audience::kEngineer);
  const bool to_stdout = arguments.value("--output") == "-";
  const auto path = to_stdout ? Result<std::string>("-") : path_of(arguments, *run, audience);
  if (!path) return std::unexpected(path.error());
  const auto insights = find_insights(arguments, *run);
  if (!insights) return std::unexpected(insights.error());
  const auto summary = run->summary();
  const auto contest = contest_of(*run);
  const auto experience = experience_of(*run);
  const auto text = report::markdown(report::run_report({.manifest = run->manifest,
                                                         .input = run->input,
                                                         .summary = summary,
                                                         .contest = contest ? &*contest : nullptr,
                                                         .insights = *insights,
                                                         .experience = experience},
                                                        audience));
  if (to_stdout) {
    session.out.raw(text);
    return ExitCode::kGood;
  }
  if (auto written = record::write_file_atomically(*path, text); !written) {
    return std::unexpected(written.error());
  }
  session.out.line(Line(*path));
  return ExitCode::kGood;
}

}  // namespace

Command report_command() {
  return {.name = "report",
          .summary = "Writes a run as a document to share",
          .words = "RUN",
          .least_words = 1,
          .most_words = 1,
          .options = {{"--audience", "executive|product|engineer|operations",
                       "whom it is for (engineer)"},
                      {"--output", "FILE", "where it goes; - prints it (the run's folder)"},
                      {"--force", "", "write over a file that is there"},
                      {"--rules", "FILE", "rules of the insights of your own; docs/insights.md"},
                      kResultsOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "The document is Markdown: the answer first, what it means, the figures, and "
              "whether to believe them. Sentences are made by rule from the results.",
          .examples = {"tokentrial report demo",
                       "tokentrial report demo --audience executive --output -"},
          .run = run};
}

}  // namespace tt::app
