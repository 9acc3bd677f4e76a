#include "app/run_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"

namespace tt::app {
namespace {

report::ExportMetadata metadata_of(const record::Manifest& m) {
  report::ExportMetadata metadata{
      .exported_at = format_utc(realtime_now()),
      .anchor = m.anchor_realtime,
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

}  // namespace

bool is_file_kind(std::string_view name) {
  return name == "csv" || name == "json" || name == "parquet";
}

report::ExportChoice choice_of(const std::vector<std::string_view>& kinds) {
  if (kinds.empty()) return {};
  const auto has = [&](std::string_view kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
  };
  return {.csv = has("csv"), .json = has("json"), .parquet = has("parquet")};
}

// Everything is written beside, and moved over once it is whole.
Result<std::vector<std::string>> write_run_files(const std::string& folder,
                                                 const record::Manifest& manifest,
                                                 const report::ExportRun& run,
                                                 const report::ExportChoice& choice) {
  std::error_code error;
  const std::filesystem::path to(folder);
  std::filesystem::create_directories(to, error);
  const auto beside = to / fmt::format(".exporting-{}", getpid());
  if (!error) std::filesystem::create_directory(beside, error);
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("cannot be written: {}", error.message()), folder);
  }
  auto names = report::export_run(beside.string(), run, metadata_of(manifest), choice);
  std::vector<std::string> kept;
  if (names) {
    for (const auto& name : *names) {
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

}  // namespace tt::app
