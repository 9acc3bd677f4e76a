// The folder of one run, and the folder of all runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/manifest.h"

namespace tt::record {

/// Free space that a run asks for before it starts, where the caller has no better estimate.
inline constexpr std::uint64_t kMinimumSpace = 64ULL << 20;

// The files of a run folder; docs/run-folder.md describes each.
inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kRequestsFile = "requests.parquet";
inline constexpr std::string_view kTelemetryFile = "telemetry.parquet";
inline constexpr std::string_view kEventsFile = "events.jsonl";
inline constexpr std::string_view kTextsFile = "texts.parquet";
inline constexpr std::string_view kJournalFile = "journal.ttj";

/// An id as `RunFolder::create` makes it: ASCII letters, digits, '_', '-' and '.', the
/// last two not in front, at most 128 bytes. Files are named after it.
bool is_run_id(std::string_view text);

/// One run's folder: a path and an id. Holds nothing open.
class RunFolder {
 public:
  /// Makes `results_dir/<name>-YYYYMMDD-HHMMSS` (UTC; "-2", "-3"... where that exists), and
  /// results_dir itself where needed. `name` is made fit for a file name. Fails with a remedy where
  /// the folder cannot be written or has less than `space` bytes free, so that no load starts whose
  /// rows have nowhere to go.
  static Result<RunFolder> create(const std::string& results_dir, std::string_view name,
                                  Nanos started_realtime, std::uint64_t space = kMinimumSpace);
  /// An existing run's folder, by path. kNotFound; kInvalidInput where it is not a run's.
  static Result<RunFolder> open(const std::string& path);

  const std::string& id() const { return id_; }
  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

  /// There is a journal: the run goes on, or was killed and can be recovered.
  bool has_journal() const;
  /// A running process holds the journal.
  bool is_live() const;

 private:
  RunFolder(std::string path, std::string id) : path_(std::move(path)), id_(std::move(id)) {}
  std::string path_;
  std::string id_;
};

/// The folder of every run below `results_dir`, in no order; none where it does not exist.
Result<std::vector<RunFolder>> run_folders(const std::string& results_dir);

/// A run as `results list` shows it.
struct RunListing {
  std::string id;
  std::string path;
  RunStatus status = RunStatus::kFailed;
  Nanos started_realtime = 0;
  std::vector<std::string> targets;  // display names
  std::vector<std::string> engines;  // of the targets, each once
  std::vector<std::string> models;   // likewise
  std::uint64_t rows = 0;
  std::string group;            // the group that it belongs to; empty: none
  bool live = false;            // its process is still writing
  bool needs_recovery = false;  // a journal is there and nobody writes it
  std::string problem;          // not empty: the folder is damaged, and why
};

/// Every run below `results_dir`, newest first; damaged ones among them, other folders left out.
/// A results_dir that does not exist has no runs. Changes nothing.
Result<std::vector<RunListing>> list_runs(const std::string& results_dir);

/// The run whose id is `part`, or the only one whose id contains it; an error that lists the
/// candidates where there are several.
Result<RunFolder> find_run(const std::string& results_dir, std::string_view part);

/// Deletes the run with exactly this id. Refuses ids with path separators or "..", links, folders
/// that are not runs, and runs that are still being written.
Result<void> remove_run(const std::string& results_dir, const std::string& id);

}  // namespace tt::record
