// group.json: runs that belong together, as those of a sweep or of a search for capacity. It stands
// in results/groups/<group id>/; the runs stand beside all others, and their manifests name the
// group. docs/run-folder.md describes every member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::record {

inline constexpr std::string_view kGroupFile = "group.json";
inline constexpr std::string_view kGroupsFolder = "groups";
/// Larger files are not read.
inline constexpr std::size_t kMaxGroupBytes = 16 << 20;

enum class GroupKind : std::uint8_t { kSweep, kCapacity };
enum class GroupStatus : std::uint8_t {
  kRunning,    // going on; or killed, where nobody holds its folder (group_is_live): --resume
  kCompleted,  // everything that was planned was tried
  kStopped,    // the user stopped it, or its time was over: --resume goes on
};
/// Where one run of a group stands.
enum class StepStatus : std::uint8_t {
  kPlanned,
  kDone,    // its run ended by its plan
  kFailed,  // it did not: `problem` says why; there may be a run all the same
};
std::string_view group_kind_name(GroupKind kind);
std::string_view group_status_name(GroupStatus status);
std::string_view step_status_name(StepStatus status);

/// What a probe of a search said of its load (analysis/capacity.h).
struct GroupProbe {
  std::uint32_t effort = 1;
  double support = 0.5;
  bool at_least = false;
  std::string why;
  bool operator==(const GroupProbe&) const = default;
};

struct GroupStep {
  double load = 0;
  std::uint32_t repeat = 0;  // from 0
  std::string target;        // empty: all of the group
  StepStatus status = StepStatus::kPlanned;
  std::string run_id;   // empty: it has no run
  std::string problem;  // why it failed, or what to know of it
  std::optional<GroupProbe> probe;
  bool operator==(const GroupStep&) const = default;
};

/// What a search found for one target.
struct GroupCapacity {
  std::string target;
  std::string end;  // capacity_end_name: "tight", "all_met", ...
  std::optional<double> load;
  std::optional<double> low;  // credible interval
  std::optional<double> high;
  double confidence = 0;
  std::uint64_t violations = 0;
  bool operator==(const GroupCapacity&) const = default;
};

struct Group {
  std::string id;
  std::string name;  // the plan's
  GroupKind kind = GroupKind::kSweep;
  GroupStatus status = GroupStatus::kRunning;
  Nanos started_realtime = 0;
  Nanos spent = 0;        // time that it took so far, pauses included
  std::string over;       // "concurrency", "rate"
  std::string plan_yaml;  // of the whole group, without secrets
  std::vector<std::string> targets;
  std::vector<GroupStep> steps;  // in the order of playing
  std::vector<GroupCapacity> capacities;
  bool operator==(const Group&) const = default;
};

/// JSON for people: indented, members in the order above.
std::string format_group(const Group& group);
/// Reads what format_group wrote; missing members keep their defaults, unknown ones are passed
/// over, one of a wrong type is an error that names it.
Result<Group> parse_group(std::string_view json, const std::string& source);

/// Makes results_dir/groups/<name>-<kind>-YYYYMMDD-HHMMSS and writes the group there, with that id.
Result<void> create_group(const std::string& results_dir, Group& group);
/// Atomic.
Result<void> save_group(const std::string& results_dir, const Group& group);
/// Whether a process is conducting it now.
bool group_is_live(const std::string& results_dir, std::string_view id);
/// The group's own files; its runs stay.
void remove_group(const std::string& results_dir, std::string_view id);
std::string group_folder(const std::string& results_dir, std::string_view id);

/// Every group that can be read, newest first; none where there is no such folder.
std::vector<Group> list_groups(const std::string& results_dir);
/// The group whose id is `part`, or the only one whose id contains it. kNotFound where none does.
Result<Group> find_group(const std::string& results_dir, std::string_view part);

}  // namespace tt::record
