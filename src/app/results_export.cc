// results export: a run as files for other tools.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/answer_view.h"
#include "app/commands.h"
#include "app/figures_text.h"
#include "app/results_family.h"
#include "app/run_files.h"
#include "base/text.h"
#include "import/way_back.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

Result<std::vector<std::string_view>> formats_of(const Arguments& arguments) {
  const auto text = arguments.value("--format");
  if (!text) return {};
  auto formats = split(*text, ',');
  for (const auto format : formats) {
    if (is_file_kind(format)) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no format; there are csv, json and parquet", clean(format)),
                "--format");
  }
  return formats;
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
  const auto summary = run->summary();
  const auto names = as ? export_foreign(*as, std::string(*folder), *run)
                        : write_run_files(std::string(*folder), run->manifest,
                                          {run->input, summary, run->rows}, choice_of(*formats));
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

}  // namespace

Command results_export_command() {
  return {.name = "results export",
          .summary = "Writes a run as CSV, JSON or Parquet files",
          .words = "RUN",
          .least_words = 1,
          .most_words = 1,
          .options = {{"--to", "DIR", "where to; made where it is not there"},
                      {"--format", "LIST", "of csv, json, parquet (csv,json)"},
                      {"--as", "vllm|guidellm|llm-locust",
                       "instead: a file a target that this tool's readers accept"},
                      kResultsOption,
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "CSV and JSON: one for every target, and a summary. Parquet: one of all targets, and "
              "a summary.",
          .examples = {"tokentrial results export demo --to exported --format csv"},
          .run = run_export};
}

}  // namespace tt::app
