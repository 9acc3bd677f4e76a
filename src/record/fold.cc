#include "record/fold.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "record/file.h"
#include "record/parquet.h"

namespace tt::record {
namespace {

void count_row(const Row& row, RunCounts& counts) {
  counts.rows += 1;
  counts.warmup += row.warmup ? 1 : 0;
  if (row.status == Status::kDropped) {
    counts.dropped += 1;
    return;
  }
  counts.sent += row.status == Status::kClientLimit ? 0 : 1;
  if (row.ok())
    counts.ok += 1;
  else
    counts.failed[std::string(status_name(row.status))] += 1;
}

// Rows go to Parquet as DuckDB asks for them; the journal is read once for each kind of record, so
// that nothing of its size is ever held.
Result<JournalExtent> fold_rows(const RunFolder& folder, RunCounts& counts) {
  auto reader = JournalReader::open(folder.file(kJournalFile));
  if (!reader) return std::unexpected(reader.error());
  const auto written = write_rows(folder.file(kRequestsFile), [&](Row& row) {
    auto next = reader->next_row();
    if (!next) return false;
    row = std::move(*next);
    count_row(row, counts);
    return true;
  });
  if (!written) return std::unexpected(written.error());
  return reader->extent();
}

using File = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

/// Records that make a file only where there are any.
struct Extras {
  std::uint64_t texts = 0;
  std::uint64_t telemetry = 0;
};

// Events become events.jsonl. Says what else it met on the way.
Result<Extras> fold_events(const RunFolder& folder) {
  auto reader = JournalReader::open(folder.file(kJournalFile));
  if (!reader) return std::unexpected(reader.error());
  const std::string path = folder.file(kEventsFile);
  const std::string temporary = path + ".tmp";
  File out(std::fopen(temporary.c_str(), "we"));
  if (!out) return std::unexpected(io_error("cannot create", temporary, errno));
  Extras extras;
  while (const auto record = reader->next()) {
    extras.texts += record->type == JournalType::kText ? 1 : 0;
    extras.telemetry += record->type == JournalType::kTelemetry ? 1 : 0;
    if (record->type != JournalType::kEvent) continue;
    std::fwrite(record->payload.data(), 1, record->payload.size(), out.get());
    std::fputc('\n', out.get());
  }
  if (std::fflush(out.get()) != 0 || std::ferror(out.get()) != 0) {
    const int why = errno;
    ::unlink(temporary.c_str());
    return std::unexpected(io_error("cannot write", path, why));
  }
  if (auto done = publish_file(temporary, path); !done) return std::unexpected(done.error());
  return extras;
}

Result<void> fold_texts(const RunFolder& folder) {
  auto reader = JournalReader::open(folder.file(kJournalFile));
  if (!reader) return std::unexpected(reader.error());
  const auto written = write_texts(folder.file(kTextsFile), [&](TextRow& text) {
    while (const auto record = reader->next()) {
      if (record->type != JournalType::kText) continue;
      auto decoded = decode_text(record->payload);
      if (!decoded) return false;
      text = std::move(*decoded);
      return true;
    }
    return false;
  });
  if (!written) return std::unexpected(written.error());
  return {};
}

Result<void> fold_telemetry(const RunFolder& folder) {
  auto reader = JournalReader::open(folder.file(kJournalFile));
  if (!reader) return std::unexpected(reader.error());
  TelemetryDecoder decoder;
  std::vector<Sample> waiting;
  std::size_t at = 0;
  const auto written = write_telemetry(folder.file(kTelemetryFile), [&](Sample& sample) {
    while (at == waiting.size()) {
      const auto record = reader->next();
      if (!record) return false;
      if (record->type != JournalType::kTelemetry) continue;
      auto decoded = decoder.decode(record->payload);
      if (!decoded) return false;  // what follows may lean on it
      waiting = std::move(*decoded);
      at = 0;
    }
    sample = waiting[at++];
    return true;
  });
  if (!written) return std::unexpected(written.error());
  return {};
}

// The newest manifest in the journal, or nothing.
std::optional<Manifest> journalled_manifest(const RunFolder& folder) {
  auto reader = JournalReader::open(folder.file(kJournalFile));
  std::optional<Manifest> newest;
  if (!reader) return newest;
  while (const auto record = reader->next()) {
    if (record->type != JournalType::kManifest) continue;
    if (auto manifest = parse_manifest(record->payload, folder.file(kJournalFile))) {
      newest = std::move(*manifest);
    }
  }
  return newest;
}

// What is known of a run whose process died. Its manifest.json wins where it says how the run
// ended: then only the journal's removal was missed.
Manifest orphan_manifest(const RunFolder& folder) {
  const auto on_disk = load_manifest(folder.file(kManifestFile));
  if (on_disk && on_disk->status != RunStatus::kRunning) return *on_disk;
  Manifest manifest;
  if (auto journalled = journalled_manifest(folder)) {
    manifest = std::move(*journalled);
  } else if (on_disk) {
    manifest = *on_disk;
  } else {
    manifest.run_id = folder.id();
    manifest.name = folder.id();
    manifest.notes.push_back("the manifest was lost; targets and plan are not known");
  }
  manifest.status = RunStatus::kRecovered;
  return manifest;
}

std::string recovery_note(const JournalExtent& extent) {
  std::string note = fmt::format("the run's process died; {} rows were recovered from its journal",
                                 format_count(extent.rows));
  if (extent.cut_bytes > 0) {
    note += fmt::format(", {} bytes at its end were not readable ({})",
                        format_count(extent.cut_bytes), extent.cut_reason);
  }
  return note;
}

/// Holds the journal of a dead run, so that nobody else recovers it meanwhile.
class JournalLock {
 public:
  static Result<JournalLock> take(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return std::unexpected(io_error("cannot open the journal", path, errno));
    JournalLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      return fail(ErrorCode::kUnavailable, "the run is still being written", path);
    }
    struct stat info{};
    if (::fstat(fd, &info) != 0 || info.st_nlink == 0) {
      return fail(ErrorCode::kNotFound, "the run was recovered by someone else just now", path);
    }
    return lock;
  }
  JournalLock(JournalLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  JournalLock& operator=(JournalLock&&) = delete;
  ~JournalLock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  explicit JournalLock(int fd) : fd_(fd) {}
  int fd_;
};

Result<void> remove_journal(const RunFolder& folder) {
  const std::string path = folder.file(kJournalFile);
  if (::unlink(path.c_str()) != 0) {
    return std::unexpected(io_error("cannot remove the journal", path, errno));
  }
  return {};
}

// Everything but the manifest and the journal's removal.
Result<JournalExtent> fold_files(const RunFolder& folder, RunCounts& counts) {
  counts = RunCounts{.planned = counts.planned};
  const auto extent = fold_rows(folder, counts);
  if (!extent) return extent;
  const auto extras = fold_events(folder);
  if (!extras) return std::unexpected(extras.error());
  if (extras->texts > 0) {
    if (auto done = fold_texts(folder); !done) return std::unexpected(done.error());
  }
  if (extras->telemetry > 0) {
    if (auto done = fold_telemetry(folder); !done) return std::unexpected(done.error());
  }
  return extent;
}

}  // namespace

Result<FoldSummary> fold(const RunFolder& folder, Manifest manifest) {
  const auto extent = fold_files(folder, manifest.counts);
  if (!extent) return std::unexpected(extent.error());
  if (extent->cut_bytes > 0) {
    manifest.notes.push_back(fmt::format("{} bytes at the journal's end were not readable ({})",
                                         format_count(extent->cut_bytes), extent->cut_reason));
  }
  if (auto saved = save_manifest(folder.file(kManifestFile), manifest); !saved) {
    return std::unexpected(saved.error());
  }
  if (auto removed = remove_journal(folder); !removed) return std::unexpected(removed.error());
  return FoldSummary{std::move(manifest), *extent};
}

Result<FoldSummary> recover(const RunFolder& folder) {
  const auto lock = JournalLock::take(folder.file(kJournalFile));
  if (!lock) return std::unexpected(lock.error());
  Manifest manifest = orphan_manifest(folder);
  const auto extent = fold_files(folder, manifest.counts);
  if (!extent) return std::unexpected(extent.error());
  if (manifest.status == RunStatus::kRecovered) manifest.notes.push_back(recovery_note(*extent));
  if (auto saved = save_manifest(folder.file(kManifestFile), manifest); !saved) {
    return std::unexpected(saved.error());
  }
  if (auto removed = remove_journal(folder); !removed) return std::unexpected(removed.error());
  return FoldSummary{std::move(manifest), *extent};
}

Result<std::vector<Recovery>> recover_all(const std::string& results_dir) {
  const auto runs = list_runs(results_dir);
  if (!runs) return std::unexpected(runs.error());
  std::vector<Recovery> recoveries;
  for (const RunListing& run : *runs) {
    if (!run.needs_recovery) continue;
    const auto folder = RunFolder::open(run.path);
    if (!folder) continue;  // removed meanwhile
    recoveries.push_back({run.id, recover(*folder)});
  }
  return recoveries;
}

}  // namespace tt::record
