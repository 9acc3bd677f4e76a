// results export: a run as files for other tools.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "app/answer_view.h"
#include "app/commands.h"
#include "app/figures_text.h"
#include "app/results_family.h"
#include "base/text.h"
#include "import/way_back.h"
#include "report/export.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

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

}  // namespace

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

}  // namespace tt::app
