// A run as files for other tools: a JSON and a CSV file an engine, and a summary of each.
#pragma once

#include <map>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "analysis/summary.h"
#include "base/error.h"
#include "base/time.h"
#include "record/row.h"

namespace tt::report {

/// What every JSON file carries beside the figures. Pairs are written in the order of their keys.
struct ExportMetadata {
  std::string exported_at;  // "2026-01-31T12:00:00.123Z"
  Nanos anchor = 0;         // wall clock at instant 0 of the rows (since 1970); 0: not known
  std::map<std::string, std::string> configuration;
  std::map<std::string, std::string> environment;
};

/// A run to export. All three must outlive the call.
struct ExportRun {
  const analysis::RunInput& input;
  const analysis::RunSummary& summary;
  std::span<const record::Row> rows;
};

/// One measured request a line: request_id,engine,model,scenario,prompt_tokens,completion_tokens,
/// total_duration,ttft,tokens_per_sec,success,error_message. Seconds; cells without a value are
/// empty; `engine` is the target's name.
void write_results_csv(std::ostream& out, const ExportRun& run, std::size_t target);
/// The same with metadata, statistics and warm-up requests (flagged).
void write_results_json(std::ostream& out, const ExportRun& run, std::size_t target,
                        const ExportMetadata& metadata);
/// One target a line: engine,model,scenario,requests,success_rate,mean_latency,p50_latency,
/// p95_latency,p99_latency,mean_ttft,mean_tokens_per_sec,total_tokens. Seconds, share of 1.
void write_summary_csv(std::ostream& out, const ExportRun& run);
void write_summary_json(std::ostream& out, const ExportRun& run, const ExportMetadata& metadata);

/// One measured request a row, of all targets: the columns of write_results_csv and others, with
/// units in their names, docs/report.md lists them. NULL where there is no value.
Result<void> write_results_parquet(const std::string& path, const ExportRun& run,
                                   const ExportMetadata& metadata);
/// One target a row: counts, rates, and mean, deviation, p50, p95 and p99 of every latency.
Result<void> write_summary_parquet(const std::string& path, const ExportRun& run,
                                   const ExportMetadata& metadata);

struct ExportChoice {
  bool csv = true;
  bool json = true;
  bool parquet = false;
};

/// Writes the files of the chosen kinds into `folder`, which must exist, replacing what is there:
/// <target>_results and summary. Returns their names. Names of targets are made safe, and distinct,
/// for file names.
Result<std::vector<std::string>> export_run(const std::string& folder, const ExportRun& run,
                                            const ExportMetadata& metadata,
                                            const ExportChoice& choice = {});

}  // namespace tt::report
