#include "record/holdings.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "record/file.h"
#include "record/group.h"
#include "record/notes.h"
#include "record/run_folder.h"

namespace tt::record {
namespace {

namespace fs = std::filesystem;

std::string run_path(const std::string& results_dir, std::string_view id) {
  return fmt::format("{}/{}", results_dir, id);
}

// Every folder that a holding is made of.
std::vector<std::string> folders_of(const std::string& results_dir, const Holding& holding) {
  std::vector<std::string> folders;
  for (const auto& run : holding.runs) folders.push_back(run_path(results_dir, run));
  if (holding.group) folders.push_back(group_folder(results_dir, holding.id));
  return folders;
}

std::string bound_by(const RunListing& run, std::string_view baseline) {
  if (run.id == baseline) return "the baseline";
  if (run.live) return "still going on";
  if (run.needs_recovery) return "killed and not yet recovered";
  if (!run.problem.empty()) return "damaged: " + run.problem;
  return "";
}

// A group with those of `runs` that are its own; they are marked in `taken`.
Holding holding_of(const Group& group, const std::vector<RunListing>& runs,
                   std::string_view baseline, std::set<std::string>& taken) {
  Holding holding{.id = group.id, .group = true, .started_realtime = group.started_realtime};
  std::set<std::string> named;
  for (const GroupStep& step : group.steps) named.insert(step.run_id);
  for (const RunListing& run : runs) {
    if (run.group != group.id && !named.contains(run.id)) continue;
    holding.runs.push_back(run.id);
    taken.insert(run.id);
    if (auto why = bound_by(run, baseline); !why.empty() && holding.bound.empty()) {
      holding.bound = run.id == baseline ? "its run " + run.id + " is the baseline"
                                         : fmt::format("its run {} is {}", run.id, why);
    }
  }
  return holding;
}

Result<void> move_folder(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  if (error != std::errc::cross_device_link) {
    return std::unexpected(io_error("cannot move", from, error.value()));
  }
  // Copied beside its place first: what stands under its own name is whole.
  const fs::path target(to);
  const std::string beside =
      (target.parent_path() / (".moving-" + target.filename().string())).string();
  fs::remove_all(beside, error);
  fs::copy(from, beside, fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
  if (!error) fs::rename(beside, to, error);
  if (error) {
    std::error_code ignored;
    fs::remove_all(beside, ignored);
    return std::unexpected(io_error("cannot copy", from + " to " + to, error.value()));
  }
  fs::remove_all(from, error);
  if (error)
    return std::unexpected(io_error("was copied, but cannot be removed", from, error.value()));
  return {};
}

}  // namespace

Result<std::vector<Holding>> list_holdings(const std::string& results_dir) {
  const auto runs = list_runs(results_dir);
  if (!runs) return std::unexpected(runs.error());
  const auto marked = baseline_of(results_dir);
  if (!marked) return std::unexpected(marked.error());
  const std::string baseline = *marked ? (*marked)->id() : "";
  std::vector<Holding> holdings;
  std::set<std::string> taken;
  for (const Group& group : list_groups(results_dir)) {
    Holding holding = holding_of(group, *runs, baseline, taken);
    if (group_is_live(results_dir, group.id)) holding.bound = "still going on";
    holdings.push_back(std::move(holding));
  }
  for (const RunListing& run : *runs) {
    if (taken.contains(run.id)) continue;
    holdings.push_back({.id = run.id,
                        .started_realtime = run.started_realtime,
                        .runs = {run.id},
                        .bound = bound_by(run, baseline)});
  }
  std::ranges::sort(holdings, [](const Holding& a, const Holding& b) {
    return std::pair(b.started_realtime, a.id) < std::pair(a.started_realtime, b.id);
  });
  return holdings;
}

Result<Holding> find_holding(const std::string& results_dir, std::string_view part) {
  const auto group = find_group(results_dir, part);
  if (group && group->id == part) {
    const auto all = list_holdings(results_dir);
    if (!all) return std::unexpected(all.error());
    const auto found = std::ranges::find(*all, part, &Holding::id);
    if (found != all->end()) return *found;
  }
  const auto run = find_run(results_dir, part);
  if (!run) return std::unexpected(run.error());
  return Holding{.id = run->id(), .runs = {run->id()}};
}

std::vector<Holding> prunable(std::span<const Holding> holdings, const PruneRule& rule,
                              Nanos now_realtime) {
  std::vector<Holding> out;
  if (!rule.keep && !rule.older_than) return out;
  for (std::size_t i = 0; i < holdings.size(); ++i) {
    const Holding& holding = holdings[i];
    const bool kept = rule.keep && i < *rule.keep;
    const bool young =
        rule.older_than && now_realtime - holding.started_realtime < *rule.older_than;
    if (!kept && !young && holding.bound.empty() && holding.started_realtime > 0) {
      out.push_back(holding);
    }
  }
  return out;
}

std::uint64_t size_of(const std::string& results_dir, const Holding& holding) {
  std::uint64_t bytes = 0;
  for (const auto& folder : folders_of(results_dir, holding)) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
      std::error_code ignored;
      if (it->is_regular_file(ignored)) bytes += it->file_size(ignored);
    }
  }
  return bytes;
}

Result<void> remove_holding(const std::string& results_dir, const Holding& holding) {
  if (holding.group && group_is_live(results_dir, holding.id)) {
    return fail(ErrorCode::kUnavailable, "is still being measured; stop it first", holding.id);
  }
  for (const auto& run : holding.runs) {
    if (auto removed = remove_run(results_dir, run); !removed) return removed;
  }
  if (holding.group) remove_group(results_dir, holding.id);
  return {};
}

Result<void> archive_holding(const std::string& results_dir, const Holding& holding,
                             const std::string& archive) {
  const auto sources = folders_of(results_dir, holding);
  const auto targets = folders_of(archive, holding);
  for (const auto& target : targets) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(target, error))) {
      return fail(ErrorCode::kAlreadyExists, "is there already; archive to another folder", target);
    }
    fs::create_directories(fs::path(target).parent_path(), error);
    if (error) return std::unexpected(io_error("cannot be made", archive, error.value()));
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (auto moved = move_folder(sources[i], targets[i]); !moved) return moved;
  }
  return {};
}

}  // namespace tt::record
