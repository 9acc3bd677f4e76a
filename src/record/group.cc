#include "record/group.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/text.h"
#include "record/file.h"
#include "record/folder_lock.h"

namespace tt::record {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 2> kKinds = {"sweep", "capacity"};
constexpr std::array<std::string_view, 3> kStatuses = {"running", "completed", "stopped"};
constexpr std::array<std::string_view, 3> kSteps = {"planned", "done", "failed"};

// Reads members of one object; remembers the first of a wrong type.
class Reader {
 public:
  Reader(const Json& object, std::string path, std::string& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {}

  void text(const char* name, std::string& out) {
    if (const Json* m = member(name); m && expect(m->is_string(), name, "a text")) out = *m;
  }
  void truth(const char* name, bool& out) {
    if (const Json* m = member(name); m && expect(m->is_boolean(), name, "true or false")) out = *m;
  }
  void number(const char* name, double& out) {
    if (const Json* m = member(name); m && expect(m->is_number(), name, "a number")) out = *m;
  }
  void number(const char* name, std::optional<double>& out) {
    if (member(name) != nullptr) number(name, out.emplace());
  }
  template <class T>
  void whole(const char* name, T& out) {
    const Json* m = member(name);
    if (m == nullptr) return;
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    if (expect(m->is_number_unsigned() && m->get<std::uint64_t>() <= most, name,
               "a whole number of the right size")) {
      out = m->get<T>();
    }
  }
  template <class E, std::size_t N>
  void word(const char* name, const std::array<std::string_view, N>& words, E& out) {
    std::string text_of;
    text(name, text_of);
    if (member(name) == nullptr) return;
    const auto found = std::ranges::find(words, text_of);
    const bool known = found != words.end();
    if (expect(known, name, fmt::format("one of {}", fmt::join(words, ", ")))) {
      out = static_cast<E>(found - words.begin());
    }
  }
  template <class Each>
  void list(const char* name, Each each) {
    const Json* m = member(name);
    if (m == nullptr || !expect(m->is_array(), name, "a list")) return;
    for (const Json& item : *m) each(item, fmt::format("{}{}[].", path_, name));
  }
  const Json* member(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  bool expect(bool good, std::string_view name, std::string_view wanted) {
    if (!good && fault_.empty()) fault_ = fmt::format("'{}{}' is not {}", path_, name, wanted);
    return good;
  }

 private:
  const Json& object_;
  std::string path_;
  std::string& fault_;
};

Json json_of(const GroupStep& step) {
  Json out = {{"load", step.load},     {"repeat", step.repeat},
              {"target", step.target}, {"status", step_status_name(step.status)},
              {"run_id", step.run_id}, {"problem", step.problem}};
  if (step.probe) {
    out["probe"] = {{"effort", step.probe->effort},
                    {"support", step.probe->support},
                    {"at_least", step.probe->at_least},
                    {"why", step.probe->why}};
  }
  return out;
}

Json json_of(const GroupCapacity& c) {
  Json out = {{"target", c.target}, {"end", c.end}};
  if (c.load) out["load"] = *c.load;
  if (c.low) out["low"] = *c.low;
  if (c.high) out["high"] = *c.high;
  out["confidence"] = c.confidence;
  out["violations"] = c.violations;
  return out;
}

void read_step(const Json& json, const std::string& path, std::string& fault, GroupStep& step) {
  Reader r(json, path, fault);
  r.number("load", step.load);
  r.whole("repeat", step.repeat);
  r.text("target", step.target);
  r.word("status", kSteps, step.status);
  r.text("run_id", step.run_id);
  r.text("problem", step.problem);
  const Json* probe = r.member("probe");
  if (probe == nullptr || !r.expect(probe->is_object(), "probe", "an object")) return;
  Reader p(*probe, path + "probe.", fault);
  GroupProbe& out = step.probe.emplace();
  p.whole("effort", out.effort);
  p.number("support", out.support);
  p.truth("at_least", out.at_least);
  p.text("why", out.why);
}

void read_capacity(const Json& json, const std::string& path, std::string& fault,
                   GroupCapacity& c) {
  Reader r(json, path, fault);
  r.text("target", c.target);
  r.text("end", c.end);
  r.number("load", c.load);
  r.number("low", c.low);
  r.number("high", c.high);
  r.number("confidence", c.confidence);
  r.whole("violations", c.violations);
}

template <class T, class Read>
void read_objects(Reader& reader, const char* name, std::string& fault, std::vector<T>& out,
                  Read read) {
  reader.list(name, [&](const Json& item, const std::string& path) {
    if (reader.expect(item.is_object(), name, "a list of objects")) {
      read(item, path, fault, out.emplace_back());
    }
  });
}

}  // namespace

std::string_view group_kind_name(GroupKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view group_status_name(GroupStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}
std::string_view step_status_name(StepStatus status) {
  return kSteps[static_cast<std::size_t>(status)];
}

std::string format_group(const Group& group) {
  Json out = {{"id", group.id},
              {"name", group.name},
              {"kind", group_kind_name(group.kind)},
              {"status", group_status_name(group.status)},
              {"started", format_utc(group.started_realtime)},
              {"started_realtime_ns", group.started_realtime},
              {"spent_ns", group.spent},
              {"over", group.over},
              {"plan_yaml", group.plan_yaml},
              {"targets", group.targets}};
  out["steps"] = Json::array();
  for (const GroupStep& step : group.steps) out["steps"].push_back(json_of(step));
  out["capacities"] = Json::array();
  for (const GroupCapacity& c : group.capacities) out["capacities"].push_back(json_of(c));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Group> parse_group(std::string_view json, const std::string& source) {
  const Json tree = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!tree.is_object()) return fail(ErrorCode::kInvalidInput, "not a JSON object", source);
  Group group;
  std::string fault;
  Reader r(tree, "", fault);
  r.text("id", group.id);
  r.text("name", group.name);
  r.word("kind", kKinds, group.kind);
  r.word("status", kStatuses, group.status);
  r.whole("started_realtime_ns", group.started_realtime);
  r.whole("spent_ns", group.spent);
  r.text("over", group.over);
  r.text("plan_yaml", group.plan_yaml);
  r.list("targets", [&](const Json& item, const std::string&) {
    if (r.expect(item.is_string(), "targets", "a list of texts")) group.targets.push_back(item);
  });
  read_objects(r, "steps", fault, group.steps, read_step);
  read_objects(r, "capacities", fault, group.capacities, read_capacity);
  if (!fault.empty()) return fail(ErrorCode::kInvalidInput, std::move(fault), source);
  return group;
}

std::string group_folder(const std::string& results_dir, std::string_view id) {
  return fmt::format("{}/{}/{}", results_dir, kGroupsFolder, id);
}

bool group_is_live(const std::string& results_dir, std::string_view id) {
  return is_held(group_folder(results_dir, id));
}

void remove_group(const std::string& results_dir, std::string_view id) {
  std::error_code ignored;
  std::filesystem::remove_all(group_folder(results_dir, id), ignored);
  // Goes only where it is empty.
  std::filesystem::remove(fmt::format("{}/{}", results_dir, kGroupsFolder), ignored);
}

Result<void> save_group(const std::string& results_dir, const Group& group) {
  return write_file_atomically(
      fmt::format("{}/{}", group_folder(results_dir, group.id), kGroupFile), format_group(group));
}

Result<void> create_group(const std::string& results_dir, Group& group) {
  const std::string above = fmt::format("{}/{}", results_dir, kGroupsFolder);
  std::error_code error;
  std::filesystem::create_directories(above, error);
  if (error) return fail(ErrorCode::kIo, "cannot be made: " + error.message(), above);
  const std::string base = fmt::format("{}-{}-{}", group.name, group_kind_name(group.kind),
                                       format_stamp(group.started_realtime));
  constexpr int kMostCollisions = 100;
  for (int n = 1; n <= kMostCollisions; ++n) {
    group.id = n == 1 ? base : fmt::format("{}-{}", base, n);
    const std::string folder = group_folder(results_dir, group.id);
    if (::mkdir(folder.c_str(), 0755) == 0) return save_group(results_dir, group);
    if (errno != EEXIST) return std::unexpected(io_error("mkdir", folder, errno));
  }
  return fail(ErrorCode::kAlreadyExists, "too many groups of this name in the same second", base);
}

namespace {

Result<Group> load_group(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size > kMaxGroupBytes) {
    return fail(ErrorCode::kInvalidInput, "too large for a group", path);
  }
  const auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_group(*text, path);
}

}  // namespace

std::vector<Group> list_groups(const std::string& results_dir) {
  std::vector<Group> groups;
  std::error_code error;
  const std::filesystem::path above = std::filesystem::path(results_dir) / kGroupsFolder;
  for (std::filesystem::directory_iterator it(above, error), end; !error && it != end;
       it.increment(error)) {
    auto group = load_group((it->path() / kGroupFile).string());
    // The folder's name is what it is found by.
    if (group && group->id == it->path().filename().string()) groups.push_back(std::move(*group));
  }
  std::ranges::sort(groups, [](const Group& a, const Group& b) {
    return std::pair(b.started_realtime, a.id) < std::pair(a.started_realtime, b.id);
  });
  return groups;
}

Result<Group> find_group(const std::string& results_dir, std::string_view part) {
  std::vector<Group> found;
  for (Group& group : list_groups(results_dir)) {
    if (group.id == part) return std::move(group);
    if (!part.empty() && group.id.find(part) != std::string::npos) {
      found.push_back(std::move(group));
    }
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no group '{}'", part), results_dir);
  }
  std::vector<std::string> ids;
  for (const Group& group : found) ids.push_back(group.id);
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' fits several groups: {}", part, fmt::join(ids, ", ")));
}

}  // namespace tt::record
