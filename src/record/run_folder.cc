#include "record/run_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "record/file.h"

namespace tt::record {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 80;
constexpr std::size_t kLongestId = 128;  // with the stamp and a number behind it
constexpr int kMostCollisions = 10'000;

bool fit_for_id(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// "My plan/2" -> "My-plan-2"
std::string name_for_id(std::string_view name) {
  std::string out;
  for (const char c : trim(name).substr(0, kLongestName)) {
    const char safe = fit_for_id(c) ? c : '-';
    // No leading dot or dash (hidden, or taken for a flag), no row of dashes.
    if (out.empty() && (safe == '-' || safe == '.')) continue;
    if (safe == '-' && out.back() == '-') continue;
    out += safe;
  }
  while (out.ends_with('-') || out.ends_with('.')) out.pop_back();
  return out.empty() ? "run" : out;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Ends in -YYYYMMDD-HHMMSS or -YYYYMMDD-HHMMSS-n.
bool looks_like_id(std::string_view name) {
  auto parts = split(name, '-');
  const auto stamp_at_end = [&] {
    const std::size_t n = parts.size();
    return n >= 3 && parts[n - 1].size() == 6 && all_digits(parts[n - 1]) &&
           parts[n - 2].size() == 8 && all_digits(parts[n - 2]);
  };
  if (stamp_at_end()) return true;
  if (parts.empty() || !all_digits(parts.back())) return false;
  parts.pop_back();
  return stamp_at_end();
}

bool is_file(const std::string& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

// A real folder (no link) that holds a run's files, or has a run's name.
bool is_run_folder(const std::string& path, std::string_view name) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return false;
  constexpr std::array kMarks = {kManifestFile, kJournalFile, kRequestsFile};
  return looks_like_id(name) || std::ranges::any_of(kMarks, [&](std::string_view mark) {
           return is_file(path + "/" + std::string(mark));
         });
}

Error with_context(std::string_view what, Error error) {
  error.message = fmt::format("{} ({})", what, error.message);
  if (error.code == ErrorCode::kNotFound) error.code = ErrorCode::kIo;
  return error;
}

Result<void> check_space(const std::string& results_dir, std::uint64_t needed) {
  const auto space = free_space(results_dir);
  if (!space) return std::unexpected(space.error());
  if (*space >= needed) return {};
  constexpr std::uint64_t kMiB = 1 << 20;
  return fail(ErrorCode::kIo,
              fmt::format("only {} MiB free, the run may need {} MiB; make room, or choose another "
                          "place with --results",
                          format_count(*space / kMiB), format_count((needed + kMiB - 1) / kMiB)),
              results_dir);
}

// mkdir succeeds for exactly one of several processes that want the same id.
Result<std::string> make_folder(const std::string& results_dir, const std::string& base) {
  for (int n = 1; n <= kMostCollisions; ++n) {
    std::string id = n == 1 ? base : fmt::format("{}-{}", base, n);
    if (::mkdir((results_dir + "/" + id).c_str(), 0755) == 0) return id;
    if (errno != EEXIST) {
      return std::unexpected(with_context("the results folder cannot be written",
                                          io_error("mkdir", results_dir + "/" + id, errno)));
    }
  }
  return fail(ErrorCode::kAlreadyExists, "too many runs of this name in the same second", base);
}

// Proves that files can be made and filled, so that a quota or a read-only mount shows now.
Result<void> probe_write(const std::string& folder) {
  const std::string probe = folder + "/.probe";
  auto written = write_file_atomically(probe, std::string(4096, '\0'));
  ::unlink(probe.c_str());
  if (!written)
    return std::unexpected(with_context("the run folder cannot be written", written.error()));
  return {};
}

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (!text.empty() && std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

RunListing describe(const RunFolder& folder) {
  RunListing run;
  run.id = folder.id();
  run.path = folder.path();
  run.live = folder.is_live();
  run.needs_recovery = folder.has_journal() && !run.live;
  const auto manifest = load_manifest(folder.file(kManifestFile));
  if (!manifest) {
    run.problem = manifest.error().code == ErrorCode::kNotFound ? "it has no manifest.json"
                                                                : manifest.error().text();
    return run;
  }
  run.status = manifest->status;
  run.started_realtime = manifest->started_realtime;
  run.rows = manifest->counts.rows;
  run.group = manifest->group.value_or("");
  for (const ManifestTarget& target : manifest->targets) {
    run.targets.push_back(target.name);
    add_once(run.engines, target.engine);
    add_once(run.models, target.model);
  }
  const bool finished = !folder.has_journal();
  if (finished && run.status == RunStatus::kRunning) {
    run.problem = "its process died and the journal is gone";
  } else if (finished && !is_file(folder.file(kRequestsFile))) {
    run.problem = "requests.parquet is missing";
  }
  return run;
}

}  // namespace

bool is_run_id(std::string_view text) {
  return !text.empty() && text.size() <= kLongestId && text.front() != '-' && text.front() != '.' &&
         std::ranges::all_of(text, fit_for_id);
}

Result<RunFolder> RunFolder::create(const std::string& results_dir, std::string_view name,
                                    Nanos started_realtime, std::uint64_t space) {
  const std::string root = results_dir.empty() ? "." : results_dir;
  std::error_code ec;
  fs::create_directories(root, ec);
  if (ec) {
    return std::unexpected(
        with_context("the results folder cannot be made", io_error("mkdir", root, ec.value())));
  }
  if (auto enough = check_space(root, space); !enough) return std::unexpected(enough.error());
  const auto id = make_folder(root, name_for_id(name) + "-" + format_stamp(started_realtime));
  if (!id) return std::unexpected(id.error());
  RunFolder folder(root + "/" + *id, *id);
  if (auto writable = probe_write(folder.path()); !writable) {
    ::rmdir(folder.path().c_str());
    return std::unexpected(writable.error());
  }
  return folder;
}

Result<RunFolder> RunFolder::open(const std::string& path) {
  // "results/x/" and "results/x/." are "results/x".
  fs::path clean = fs::path(path).lexically_normal();
  if (!clean.has_filename()) clean = clean.parent_path();
  std::error_code ec;
  if (clean == "." || clean == "..") clean = fs::canonical(clean, ec);
  const std::string id = clean.filename().string();
  struct stat info{};
  if (::lstat(clean.c_str(), &info) != 0) {
    return fail(ErrorCode::kNotFound, "there is no such run; see `tokentrial results list`", path);
  }
  if (!is_run_folder(clean.string(), id)) {
    return fail(ErrorCode::kInvalidInput, "not a run's folder (it has no manifest.json)", path);
  }
  return RunFolder(clean.string(), id);
}

bool RunFolder::has_journal() const { return is_file(file(kJournalFile)); }

bool RunFolder::is_live() const {
  const int fd = ::open(file(kJournalFile).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  // A shared lock for an instant: refused only where the writer holds its own.
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held;
}

Result<std::vector<RunFolder>> run_folders(const std::string& results_dir) {
  std::vector<RunFolder> folders;
  std::error_code ec;
  for (fs::directory_iterator it(results_dir, ec), end; !ec && it != end; it.increment(ec)) {
    if (auto folder = RunFolder::open(it->path().string())) folders.push_back(std::move(*folder));
  }
  if (ec && ec != std::errc::no_such_file_or_directory) {
    return std::unexpected(io_error("cannot list the results folder", results_dir, ec.value()));
  }
  return folders;
}

Result<std::vector<RunListing>> list_runs(const std::string& results_dir) {
  const auto folders = run_folders(results_dir);
  if (!folders) return std::unexpected(folders.error());
  std::vector<RunListing> runs;
  for (const RunFolder& folder : *folders) runs.push_back(describe(folder));
  std::ranges::sort(runs, [](const RunListing& a, const RunListing& b) {
    return std::tie(a.started_realtime, a.id) > std::tie(b.started_realtime, b.id);
  });
  return runs;
}

Result<RunFolder> find_run(const std::string& results_dir, std::string_view part) {
  const auto folders = run_folders(results_dir);
  if (!folders) return std::unexpected(folders.error());
  std::vector<const RunFolder*> hits;
  for (const RunFolder& folder : *folders) {
    if (folder.id() == part) return folder;
    if (!part.empty() && folder.id().find(part) != std::string::npos) hits.push_back(&folder);
  }
  if (hits.size() == 1) return *hits.front();
  if (hits.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no run's id contains '{}'; see `tokentrial results list`", part),
                results_dir);
  }
  std::vector<std::string> ids;
  for (const RunFolder* hit : hits) ids.push_back(hit->id());
  std::ranges::sort(ids);
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' fits several runs: {}; give more of the id", part, fmt::join(ids, ", ")),
      results_dir);
}

Result<void> remove_run(const std::string& results_dir, const std::string& id) {
  if (id.empty() || id.starts_with('.') || id.find_first_of("/\\") != std::string::npos ||
      id.find("..") != std::string::npos || id.find('\0') != std::string::npos) {
    return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is not a run id", id), results_dir);
  }
  const auto folder = RunFolder::open((results_dir.empty() ? "." : results_dir) + "/" + id);
  if (!folder) return std::unexpected(folder.error());
  if (folder->is_live()) {
    return fail(ErrorCode::kUnavailable, "the run is still being written; stop it first",
                folder->path());
  }
  std::error_code ec;
  fs::remove_all(folder->path(), ec);  // deletes links within, not what they point to
  if (ec) return std::unexpected(io_error("cannot remove the run", folder->path(), ec.value()));
  return {};
}

}  // namespace tt::record
