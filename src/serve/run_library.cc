#include "serve/run_library.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "record/group.h"
#include "record/notes.h"

namespace tt::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestId = 200;
constexpr std::size_t kMostRuns = 50;
constexpr std::uint64_t kMostAnswerBytes = 128 << 20;

std::string file_stamp(const fs::path& file) {
  std::error_code failed;
  const auto time = fs::last_write_time(file, failed);
  if (failed) return "-";
  return fmt::format("{}.{}", time.time_since_epoch().count(), fs::file_size(file, failed));
}

}  // namespace

RunLibrary::RunLibrary(std::string results_dir, Studio& studio, std::uint64_t most_bytes)
    : results_dir_(std::move(results_dir)),
      studio_(studio),
      runs_(6, most_bytes, [](const auto& run) -> std::uint64_t { return run->frame.bytes(); }),
      charts_(6, most_bytes, [](const auto& source) { return source->bytes(); }),
      // A part keeps the whole alive, even where that is no longer kept by itself; those who share
      // it share its weight.
      selections_(4, most_bytes,
                  [](const auto& part) -> std::uint64_t {
                    const auto holders = static_cast<std::uint64_t>(part->source.use_count());
                    return part->view.bytes() +
                           part->source->bytes() / std::max<std::uint64_t>(1, holders);
                  }),
      answers_(64, kMostAnswerBytes,
               [](const auto& text) -> std::uint64_t { return text->size(); }),
      documents_(4, kMostAnswerBytes,
                 [](const auto& bytes) -> std::uint64_t { return bytes->size(); }) {}

bool is_run_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && id.front() != '.' && id.front() != '-' &&
         id.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos &&
         !id.contains("..");
}

Result<record::RunFolder> RunLibrary::folder(std::string_view id) const {
  if (!is_run_id(id)) return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no run's id", id));
  auto folder = record::RunFolder::open(results_dir_ + "/" + std::string(id));
  if (!folder) return fail(ErrorCode::kNotFound, fmt::format("there is no run '{}'", id));
  // A folder that somebody else packed may hold links to what is none of theirs, or a pipe that
  // keeps whoever opens it waiting.
  for (const auto name : {record::kManifestFile, record::kRequestsFile, record::kTelemetryFile,
                          record::kEventsFile, record::kTextsFile, record::kNotesFile}) {
    std::error_code ignored;
    const auto type = fs::symlink_status(folder->file(name), ignored).type();
    if (type == fs::file_type::regular || type == fs::file_type::not_found) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is no file of the run's own; copy it there", name), folder->id());
  }
  return folder;
}

Result<record::RunFolder> RunLibrary::ended(std::string_view id) const {
  auto folder = this->folder(id);
  if (!folder || !folder->has_journal()) return folder;
  return fail(ErrorCode::kUnavailable,
              folder->is_live() ? "the run is still going on"
                                : "the run was killed; tokentrial results recover makes it whole",
              folder->id());
}

Result<std::vector<std::string>> RunLibrary::words(std::span<const std::string> ids) const {
  if (ids.empty()) return fail(ErrorCode::kInvalidInput, "which runs? runs=ID,ID names them");
  if (ids.size() > kMostRuns) {
    return fail(ErrorCode::kInvalidInput, fmt::format("at most {} runs at once", kMostRuns));
  }
  if (ids.size() == 1 && is_run_id(ids.front())) {
    const auto groups = record::list_groups(results_dir_);
    if (std::ranges::find(groups, ids.front(), &record::Group::id) != groups.end()) {
      return std::vector<std::string>{ids.front()};
    }
  }
  std::vector<std::string> words;
  for (const auto& id : ids) {
    const auto folder = ended(id);
    if (!folder) return std::unexpected(folder.error());
    words.push_back(folder->path());
  }
  return words;
}

std::string RunLibrary::stamp(std::span<const std::string> words) const {
  std::string all;
  for (const auto& word : words) {
    all += word;
    if (is_run_id(word)) {  // a group: runs are named by their folders
      all +=
          " " + file_stamp(fs::path(record::group_folder(results_dir_, word)) / record::kGroupFile);
    }
    for (const auto file : {record::kRequestsFile, record::kManifestFile}) {
      all += " " + file_stamp(fs::path(word) / file);
    }
    all += "\n";
  }
  return all;
}

Result<std::shared_ptr<const OpenRun>> RunLibrary::open(std::string_view id) {
  auto folder = ended(id);
  if (!folder) return std::unexpected(folder.error());
  const std::vector<std::string> word = {folder->path()};
  return runs_.get(stamp(word), [&]() -> Result<std::shared_ptr<const OpenRun>> {
    auto manifest = record::load_manifest(folder->file(record::kManifestFile));
    if (!manifest) return std::unexpected(manifest.error());
    auto frame = record::read_frame(folder->file(record::kRequestsFile), false);
    if (!frame) return std::unexpected(frame.error());
    return std::make_shared<const OpenRun>(std::move(*folder), std::move(*manifest),
                                           std::move(*frame));
  });
}

Result<std::shared_ptr<const ChartSource>> RunLibrary::charts(
    std::span<const std::string> ids, const std::set<chart::Needs>& wanted) {
  const auto named = words(ids);
  if (!named) return std::unexpected(named.error());
  // What is made of two targets is made of the same rows as what is made of one.
  std::set<chart::Needs> read = wanted;
  if (read.erase(chart::Needs::kTargets) > 0) read.insert(chart::Needs::kRun);
  std::string key = stamp(*named);
  for (const auto needs : read) key += fmt::format("{} ", chart::needs_name(needs));
  return charts_.get(key, [&] { return studio_.open_charts(*named, read); });
}

namespace {

std::uint64_t rows_in(const chart::RunView& view) {
  std::uint64_t rows = 0;
  for (const auto& slice : view.slices) rows += slice.rows.size();
  return rows;
}

Result<std::shared_ptr<const Selection>> selected(std::shared_ptr<const ChartSource> source,
                                                  const RowFilter& filter,
                                                  const chart::ViewChoice& choice) {
  const auto& whole = *source->input().run;
  auto selection = std::make_shared<Selection>();
  selection->view = chart::chosen(whole, choice);
  if (!filter.empty()) {
    auto part = filtered(selection->view, filter);
    if (!part) return std::unexpected(part.error());
    selection->view = std::move(*part);
  }
  selection->requests = rows_in(selection->view);
  selection->of = rows_in(whole);
  selection->source = std::move(source);
  return selection;
}

}  // namespace

Result<std::shared_ptr<const Selection>> RunLibrary::select(std::span<const std::string> ids,
                                                            const RowFilter& filter,
                                                            const chart::ViewChoice& choice) {
  const auto named = words(ids);
  if (!named) return std::unexpected(named.error());
  const auto source = charts(ids, {chart::Needs::kRun});
  if (!source) return std::unexpected(source.error());
  if ((*source)->input().run == nullptr) {
    return fail(ErrorCode::kInvalidInput, "requests are chosen from runs, not from a group");
  }
  return selections_.get(stamp(*named) + filter.key() + "\n" + key_of(choice),
                         [&] { return selected(*source, filter, choice); });
}

Result<std::shared_ptr<const std::string>> RunLibrary::ask(std::vector<std::string> command,
                                                           std::span<const std::string> ids) {
  const auto named = words(ids);
  if (!named) return std::unexpected(named.error());
  std::string key = fmt::format("{}\n{}", fmt::join(command, "\x1f"), stamp(*named));
  // What a command says may depend on notes, too; a group's runs may have changed, and the baseline
  // is part of a comparison.
  for (const auto& word : *named) key += file_stamp(fs::path(word) / record::kNotesFile) + "\n";
  if (const auto marked = record::baseline_of(results_dir_); marked && *marked) {
    key += (*marked)->id();
  }
  command.push_back("--results=" + results_dir_);
  command.emplace_back("--");
  command.insert(command.end(), named->begin(), named->end());
  auto& kept = command.front() == "report" ? documents_ : answers_;
  return kept.get(key, [&]() -> Result<std::shared_ptr<const std::string>> {
    auto text = studio_.ask(command);
    if (!text) return std::unexpected(text.error());
    return std::make_shared<const std::string>(std::move(*text));
  });
}

}  // namespace tt::serve
