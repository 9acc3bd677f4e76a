#include "import/import.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "base/build_info.h"
#include "base/text.h"
#include "import/file_name.h"
#include "import/flat.h"
#include "import/genai_metadata.h"
#include "import/ingest.h"
#include "import/number.h"
#include "import/quality.h"
#include "import/sniff.h"
#include "record/parquet.h"
#include "record/run_folder.h"

namespace tt::import {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kAnchorRows = 20'000;  // of large files, to find the first start
constexpr std::size_t kMostLabel = 60;
constexpr Nanos kEpochNanos = 978'307'200 * kSecond;  // 2001

// One run of a file, on its way into a folder.
struct Job {
  const std::string& path;
  const Sniffed& file;
  const DocumentRun* run = nullptr;  // nullptr: a file of records
  FileName name;
  std::string label;

  Result<std::unique_ptr<Source>> open() const {
    if (run != nullptr) return document_source(*run);
    return file.open();
  }
  bool has_rows() const { return run != nullptr ? run->has_rows : bool{file.open}; }
};

// Not a monotonic clock, whose instants count from some start of the machine.
bool is_wall_clock(Nanos instant) {
  return instant != kNever && epoch_instant(to_seconds(instant)).has_value() &&
         instant > kEpochNanos;
}

// The earliest start among the first rows, which becomes instant 0.
Result<Nanos> find_anchor(const Job& job) {
  auto source = job.open();
  if (!source) return std::unexpected(std::move(source.error()));
  const auto reader = (*source)->reader();
  Nanos first = kNever;
  Sample sample;
  for (std::uint64_t i = 0; job.run != nullptr || i < kAnchorRows; ++i) {
    sample.reset();
    if (!reader->next(sample)) break;
    if (sample.start == kNever || sample.fault != Fault::kNone) continue;
    Nanos begin = sample.start;
    if (sample.planned != kNever && sample.planned < begin) begin = sample.planned;
    first = first == kNever ? begin : std::min(first, begin);
  }
  return first;
}

template <class Definitions>
std::map<std::string, std::string> as_map(const Definitions& definitions) {
  std::map<std::string, std::string> map;
  for (const Definition& one : definitions) map.emplace(one.what, one.text);
  return map;
}

record::ManifestOrigin origin_of(const Job& job) {
  const Format& format = *job.file.format;
  record::ManifestOrigin origin{.tool = std::string(format.tool->name),
                                .format = std::string(format.id),
                                .file = job.path,
                                .file_bytes = job.file.bytes,
                                .definitions = as_map(format.tool->definitions),
                                .estimated = as_map(format.estimated),
                                .figures = job.file.figures,
                                .workload_text = job.name.benchmark};
  if (job.run == nullptr) return origin;
  origin.figures = job.run->figures;
  origin.load_text = job.run->load_text;
  origin.open_loop = job.run->open_loop;
  if (!job.run->workload_text.empty()) origin.workload_text = job.run->workload_text;
  return origin;
}

Nanos started_of(const Job& job, Nanos anchor, Nanos now) {
  if (is_wall_clock(anchor)) return anchor;
  if (job.name.started != kNever) return job.name.started;
  if (job.run != nullptr && job.run->started != kNever) return job.run->started;
  return now;
}

record::Manifest manifest_of(const Job& job, Nanos anchor, Nanos now) {
  record::Manifest m;
  m.tool_version = build_info::version();
  m.build_hash = build_info::git_hash();
  m.name = job.label;
  if (!job.name.benchmark.empty()) m.name += "-" + job.name.benchmark;
  if (job.run != nullptr && !job.run->label.empty() && job.run->label != job.label) {
    m.name += "-" + job.run->label;
  }
  m.status = record::RunStatus::kCompleted;
  m.started_realtime = started_of(job, anchor, now);
  m.anchor_realtime = is_wall_clock(anchor) ? anchor : 0;
  m.client.reason = "measured by another tool, which does not tell its own delay";
  m.origin = origin_of(job);
  if (job.run != nullptr) m.notes = job.run->notes;
  if (job.name.engine.empty() && (job.run == nullptr || job.run->engine.empty()) &&
      !job.file.names_engines) {
    m.notes.push_back(fmt::format(
        "neither the file nor its name ({{engine}}-{{YYYYMMDD-HHMMSS}}-{{benchmark-id}}) tells the "
        "engine: it is called '{}', after the file; --label gives it another name",
        job.label));
  }
  m.notes.push_back(fmt::format("imported from {} ({}); its metrics are defined as there",
                                fs::path(job.path).filename().string(), job.file.format->title));
  return m;
}

void set_targets(record::Manifest& m, const Job& job, const TargetTable& table) {
  const auto named = table.all();
  const std::string model = job.run == nullptr ? "" : job.run->model;
  const std::string engine = job.run != nullptr && !job.run->engine.empty() ? job.run->engine
                             : !job.name.engine.empty()                     ? job.name.engine
                                                                            : "";
  if (named.size() <= 1) {
    record::ManifestTarget target{.name = job.label, .engine = engine, .model = model};
    if (!named.empty() && !named[0].engine.empty()) target.engine = named[0].engine;
    if (!named.empty() && !named[0].model.empty()) target.model = named[0].model;
    m.targets.push_back(std::move(target));
    return;
  }
  std::set<std::string> taken;
  for (const auto& [name, its_model] : named) {
    std::string label = name.empty() ? job.label : name;
    if (taken.contains(label) && !its_model.empty()) label += " " + its_model;
    for (int n = 2; taken.contains(label); ++n) label = fmt::format("{} {}", name, n);
    taken.insert(label);
    m.targets.push_back({.name = label, .engine = name, .model = its_model});
  }
}

void set_counts(record::Manifest& m, const Ingested& done, Nanos anchor) {
  const StatusCounts& counts = done.counts;
  auto& origin = *m.origin;
  origin.rows_read = done.audit.read;
  origin.rows_kept = counts.rows();
  origin.rows_rejected = origin.rows_read - origin.rows_kept;
  m.counts.planned = m.counts.rows = counts.rows();
  m.counts.warmup = counts.warmup;
  m.counts.sent = counts.rows();
  for (int i = 0; i < kStatusCount; ++i) {
    const std::uint64_t n = counts.by_status[static_cast<std::size_t>(i)];
    const auto status = static_cast<Status>(i);
    if (status == Status::kOk) {
      m.counts.ok = n;
    } else if (n > 0) {
      m.counts.failed[std::string(status_name(status))] = n;
    }
  }
  if (done.audit.last_end != kNever && anchor != kNever) m.duration = done.audit.last_end - anchor;
}

void describe(ImportedRun& run, const Audit& audit) {
  if (run.manifest.duration > 0) {
    run.mean_concurrency = audit.busy_seconds / to_seconds(run.manifest.duration);
  }
  const auto whole = [](double value) { return static_cast<std::uint64_t>(value); };
  if (audit.input_tokens.count() > 0) {
    run.least_input = whole(audit.input_tokens.least());
    run.most_input = whole(audit.input_tokens.most());
  }
  if (audit.output_tokens.count() > 0) {
    run.least_output = whole(audit.output_tokens.least());
    run.most_output = whole(audit.output_tokens.most());
  }
}

// Prompts and answers of the rows that are kept, in a pass of their own: most imports need none.
Result<void> write_texts(const Job& job, const ImportOptions& options,
                         const record::RunFolder& folder) {
  auto source = job.open();
  if (!source) return std::unexpected(std::move(source.error()));
  const auto reader = (*source)->reader();
  Sample sample;
  const auto next = [&](record::TextRow& text) {
    for (;;) {
      sample.reset();
      if (!reader->next(sample)) return false;
      if (sample.fault != Fault::kNone && !options.keep_invalid) continue;
      if (sample.prompt.empty() && sample.answer.empty()) continue;
      text = {0, sample.row - 1, std::string(sample.prompt), std::string(sample.answer)};
      return true;
    }
  };
  auto written = record::write_texts(folder.file(record::kTextsFile), next);
  if (!written) return std::unexpected(std::move(written.error()));
  return {};
}

// The first rows that are kept, in a pass of their own over the beginning of the file.
Result<std::vector<record::Row>> read_first(const Job& job, const ImportOptions& options,
                                            const RowMaker& maker) {
  auto source = job.open();
  if (!source) return std::unexpected(std::move(source.error()));
  const auto reader = (*source)->reader();
  std::vector<record::Row> rows;
  Audit audit;  // says which rows are faulty
  Sample sample;
  while (rows.size() < options.preview) {
    sample.reset();
    if (!reader->next(sample)) break;
    require_values(*job.file.format, sample);
    const bool whole = audit.take(sample, *reader);
    const bool is_none = sample.fault == Fault::kRepeatedHeader || sample.fault == Fault::kBroken;
    if (is_none || (!whole && !options.keep_invalid)) continue;
    maker.make(sample, rows.emplace_back());
  }
  return rows;
}

std::map<std::string, std::string> footer_of(const record::ManifestOrigin& origin) {
  std::map<std::string, std::string> footer{
      {"source_tool", origin.tool}, {"source_format", origin.format}, {"source_file", origin.file}};
  for (const auto& [what, text] : origin.definitions) footer["definition_" + what] = text;
  return footer;
}

std::string no_rows_text(const Audit& audit, const Assessment& assessment) {
  if (audit.read == 0) return "has no rows below its header";
  std::string text =
      fmt::format("{} rows were read, and none can be used", format_count(audit.read));
  if (!assessment.findings.empty()) text += ": " + assessment.findings.front().text;
  return text;
}

// Reads the rows into `folder` (nullptr: only checks) and completes the manifest.
Result<void> take_rows(const Job& job, const ImportOptions& options, const Progress& progress,
                       const record::RunFolder* folder, Nanos anchor, ImportedRun& run) {
  auto source = job.open();
  if (!source) return std::unexpected(std::move(source.error()));
  TargetTable table;
  record::Manifest& m = run.manifest;
  IngestOptions ingest_options{
      .format = job.file.format,
      .rows = {.anchor = anchor == kNever ? 0 : anchor,
               .targets = job.file.names_engines || job.run != nullptr ? &table : nullptr,
               .tokens = job.file.format->tokens},
      .keep_invalid = options.keep_invalid,
      .threads = job.file.names_engines ? 1 : options.threads,
      .parquet = folder == nullptr ? "" : folder->file(record::kRequestsFile),
      .columns = job.file.columns,
      .metadata = footer_of(*m.origin)};
  if (options.keep_invalid && !ingest_options.columns.empty()) {
    for (const auto name : {"flags", "reported_e2e_ns"}) {
      if (std::ranges::find(ingest_options.columns, name) == ingest_options.columns.end()) {
        ingest_options.columns.emplace_back(name);
      }
    }
  }
  if (progress) {
    ingest_options.progress = [&](std::uint64_t done) { progress(job.path, done, job.file.bytes); };
  }
  const auto done = ingest(**source, ingest_options);
  if (!done) return std::unexpected(done.error());
  const Assessment assessment = assess(done->audit, *job.file.format, options.keep_invalid);
  if (done->counts.rows() == 0) {
    return fail(ErrorCode::kInvalidInput, no_rows_text(done->audit, assessment), job.path);
  }
  m.origin->quality = assessment.score;
  m.origin->findings = assessment.findings;
  set_counts(m, *done, anchor);
  set_targets(m, job, table);
  describe(run, done->audit);
  auto first = read_first(job, options, ingest_options.rows);
  if (!first) return std::unexpected(std::move(first.error()));
  run.first_rows = std::move(*first);
  if (done->audit.with_texts > 0 && !options.texts) {
    m.notes.emplace_back("prompts and answers of the file were left out; --texts keeps them");
  }
  if (folder != nullptr && options.texts && done->audit.with_texts > 0) {
    return write_texts(job, options, *folder);
  }
  return {};
}

// A file of figures: kept as they are, with no row.
Result<void> take_figures(const Job& job, const record::RunFolder* folder, ImportedRun& run) {
  record::Manifest& m = run.manifest;
  if (m.origin->figures.empty()) {
    return fail(ErrorCode::kInvalidInput, "holds neither requests nor figures", job.path);
  }
  set_targets(m, job, TargetTable());
  m.origin->quality = 0;
  m.origin->findings.push_back(
      {.id = "figures_only",
       .count = 0,
       .points = 100,
       .text = "the file has the tool's own figures and not a single request: nothing can be "
               "checked, no interval can be given, and no comparison can be made"});
  m.notes.push_back(fmt::format(
      "{} figures as the tool reports them, and no requests: per-request analysis is not possible",
      m.origin->figures.size()));
  if (folder == nullptr) return {};
  auto written =
      record::write_rows(folder->file(record::kRequestsFile), std::span<const record::Row>());
  if (!written) return std::unexpected(std::move(written.error()));
  return {};
}

// A folder that goes again unless it was filled.
class NewFolder {
 public:
  explicit NewFolder(record::RunFolder folder) : folder_(std::move(folder)) {}
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(folder_.path(), ignored);
  }
  const record::RunFolder& folder() const { return folder_; }
  void keep() { kept_ = true; }

 private:
  record::RunFolder folder_;
  bool kept_ = false;
};

Result<ImportedRun> import_run(const Job& job, const ImportOptions& options,
                               const Progress& progress) {
  ImportedRun run{.title = std::string(job.file.format->title), .has_rows = job.has_rows()};
  Nanos anchor = kNever;
  if (run.has_rows) {
    const auto found = find_anchor(job);
    if (!found) return std::unexpected(found.error());
    anchor = *found;
  }
  run.manifest = manifest_of(job, anchor, options.now);
  const auto take = [&](const record::RunFolder* folder) {
    return run.has_rows ? take_rows(job, options, progress, folder, anchor, run)
                        : take_figures(job, folder, run);
  };
  if (options.check_only) {
    if (auto taken = take(nullptr); !taken) return std::unexpected(std::move(taken.error()));
    return run;
  }
  auto made = record::RunFolder::create(options.results_dir, run.manifest.name,
                                        run.manifest.started_realtime);
  if (!made) return std::unexpected(std::move(made.error()));
  NewFolder folder(std::move(*made));
  run.manifest.run_id = folder.folder().id();
  if (auto taken = take(&folder.folder()); !taken) {
    return std::unexpected(std::move(taken.error()));
  }
  auto saved = record::save_manifest(folder.folder().file(record::kManifestFile), run.manifest);
  if (!saved) return std::unexpected(std::move(saved.error()));
  folder.keep();
  run.folder = folder.folder().path();
  return run;
}

// Names of targets. Files of one engine that could be confused get different ones: with the
// benchmark, or a number. The same benchmark at another start is the same target, measured again.
class Labels {
 public:
  std::string make(const std::string& wish, const FileName& name) {
    std::string label = wish.substr(0, kMostLabel);
    if (is_taken(label, name) && !name.benchmark.empty()) {
      label = fmt::format("{} {}", wish, name.benchmark);
    }
    for (int n = 2; is_taken(label, name); ++n) label = fmt::format("{} {}", wish, n);
    taken_[label].push_back(name);
    return label;
  }

 private:
  bool is_taken(const std::string& label, const FileName& name) const {
    const auto before = taken_.find(label);
    if (before == taken_.end()) return false;
    return std::ranges::any_of(before->second, [&](const FileName& other) {
      return name.started == kNever || other.started == kNever || other.started == name.started ||
             other.benchmark != name.benchmark;
    });
  }

  std::map<std::string, std::vector<FileName>> taken_;
};

Result<std::vector<ImportedRun>> import_file(const std::string& path, const ImportOptions& options,
                                             const Progress& progress, Labels& labels) {
  auto file = sniff(path);
  if (!file) return std::unexpected(std::move(file.error()));
  std::vector<ImportedRun> runs;
  std::map<std::string, std::string> given;  // runs of one engine in one file share its label
  const auto take = [&](const DocumentRun* run) -> Result<void> {
    Job job{.path = path, .file = *file, .run = run, .name = parse_file_name(path), .label = {}};
    std::string wish = options.label;
    if (wish.empty()) wish = job.name.engine;
    if (wish.empty() && run != nullptr) wish = run->engine;
    if (wish.empty()) wish = job.name.stem;
    if (!given.contains(wish)) given[wish] = labels.make(wish, job.name);
    job.label = given[wish];
    auto imported = import_run(job, options, progress);
    if (!imported) return std::unexpected(std::move(imported.error()));
    runs.push_back(std::move(*imported));
    return {};
  };
  if (file->document.runs.empty()) {
    if (auto taken = take(nullptr); !taken) return std::unexpected(std::move(taken.error()));
    return runs;
  }
  Error first;
  for (const DocumentRun& run : file->document.runs) {
    if (auto taken = take(&run); !taken && first.message.empty()) first = taken.error();
  }
  if (runs.empty()) return std::unexpected(std::move(first));
  if (!first.message.empty()) {
    runs.front().manifest.notes.push_back("another run of the same file was left out: " +
                                          first.text());
  }
  return runs;
}

bool is_result_file(const fs::path& path) {
  const auto ending = path.extension();
  return ending == ".csv" || ending == ".json" || ending == ".jsonl";
}

std::vector<std::string> files_of(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file(error) && is_result_file(at->path())) {
      files.push_back(at->path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::vector<FileOutcome> import_files(std::span<const std::string> paths,
                                      const ImportOptions& options, const Progress& progress) {
  std::vector<FileOutcome> outcomes;
  Labels labels;
  for (const std::string& path : paths) {
    std::error_code ignored;
    const bool folder = fs::is_directory(path, ignored);
    const auto files = files_of(path);
    if (files.empty()) {
      outcomes.push_back(
          {path, fail(ErrorCode::kNotFound, "the folder has no .csv, .json or .jsonl file", path)});
    }
    for (const std::string& file : files) {
      auto runs = import_file(file, options, progress, labels);
      // In a folder lie other files too: notes, configurations.
      const bool other = !runs && runs.error().code == ErrorCode::kNotFound &&
                         (folder || describes_neighbours(file));
      outcomes.push_back({file, std::move(runs), other});
    }
  }
  return outcomes;
}

}  // namespace tt::import
