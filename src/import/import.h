// Files of other tools into run folders: the face of this library. docs/import.md describes
// formats, checks and the quality score.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "record/manifest.h"
#include "record/row.h"

namespace tt::import {

struct ImportOptions {
  std::string results_dir = "results";
  std::string label;          // the target's name; empty: from the file's name or content
  bool keep_invalid = false;  // rows with faults are kept and flagged, not left out
  bool texts = false;         // prompts and answers too, where the file has them
  bool check_only = false;    // write nothing
  std::size_t preview = 0;    // so many of the first rows that are kept come back with the run
  unsigned threads = 1;
  Nanos now = 0;  // wall clock; for files that tell no time of their own
};

/// What became of one run in a file.
struct ImportedRun {
  std::string title;                    // of the format: "llm-locust per-request CSV"
  bool has_rows = true;                 // false: the file has figures only
  std::string folder;                   // empty: nothing was written
  record::Manifest manifest;            // as written: origin, targets, counts, notes
  std::vector<record::Row> first_rows;  // as many as ImportOptions::preview asks for
  /// Of the requests; 0 where not told.
  double mean_concurrency = 0;
  std::uint64_t least_input = 0;
  std::uint64_t most_input = 0;
  std::uint64_t least_output = 0;
  std::uint64_t most_output = 0;
};

struct FileOutcome {
  std::string path;
  Result<std::vector<ImportedRun>> runs;
  /// No failure: a file of no known format in a folder that was named, or one that only describes
  /// the files beside it.
  bool passed_over = false;
};

/// Called from any thread, one call at a time: bytes read of the file that is on.
using Progress =
    std::function<void(const std::string& path, std::uint64_t done, std::uint64_t all)>;

/// Imports each file into a run folder of its own (several where it holds several runs), one file
/// after the other; a file that cannot be read is an error in its place and stops none of the rest.
/// A folder stands for the CSV and JSON files in it. Labels are made distinct.
std::vector<FileOutcome> import_files(std::span<const std::string> paths,
                                      const ImportOptions& options, const Progress& progress = {});

}  // namespace tt::import
