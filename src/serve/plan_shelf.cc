#include "serve/plan_shelf.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/preset.h"
#include "record/file.h"

namespace tt::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPreset = "preset:";
constexpr std::size_t kMostFiles = 200;
constexpr std::uintmax_t kLargest = 1 << 20;

void find_files(const fs::path& folder, const fs::path& root, bool deeper,
                std::vector<std::string>& found) {
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    if (found.size() >= kMostFiles) return;
    const auto name = it->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.')) continue;
    if (deeper && it->is_directory(ignored) && !it->is_symlink(ignored)) {
      find_files(it->path(), root, false, found);
    }
    const auto ending = it->path().extension();
    if ((ending == ".yaml" || ending == ".yml") && it->is_regular_file(ignored) &&
        it->file_size(ignored) <= kLargest) {
      found.push_back(it->path().lexically_relative(root).string());
    }
  }
}

// Other YAML files lie about as well: one without a load and a target is none of ours.
bool looks_like_a_plan(std::string_view text) {
  for (const auto line : split(text, '\n')) {
    for (const std::string_view key : {"targets:", "load:", "workload:", "sweep:", "capacity:"}) {
      if (line.starts_with(key)) return true;
    }
  }
  return false;
}

ShelfPlan described(std::string path, std::string_view yaml, bool builtin) {
  ShelfPlan shown{.path = std::move(path), .builtin = builtin};
  const auto plan = plan::parse_plan(yaml, shown.path);
  if (!plan) {
    shown.name = shown.path;
    shown.problem = plan.error().text();
    return shown;
  }
  shown.name = plan->name;
  shown.description = plan->description;
  shown.targets = plan->targets.size();
  return shown;
}

}  // namespace

std::vector<ShelfPlan> PlanShelf::list() const {
  std::vector<ShelfPlan> plans;
  std::vector<std::string> files;
  find_files(folder_, folder_, true, files);
  std::ranges::sort(files);
  for (auto& file : files) {
    const auto text = record::read_file(folder_ + "/" + file);
    if (text && looks_like_a_plan(*text)) plans.push_back(described(std::move(file), *text, false));
  }
  for (const auto& preset : plan::builtin_presets()) {
    plans.push_back(described(fmt::format("{}{}", kPreset, preset.name), preset.yaml, true));
  }
  return plans;
}

Result<std::string> PlanShelf::text(std::string_view path) const {
  if (path.starts_with(kPreset)) {
    for (const auto& preset : plan::builtin_presets()) {
      if (preset.name == path.substr(kPreset.size())) return std::string(preset.yaml);
    }
  }
  // Only what was listed: no path that a caller makes up is opened.
  std::vector<std::string> files;
  find_files(folder_, folder_, true, files);
  if (std::ranges::find(files, path) == files.end()) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no plan '{}'", path));
  }
  return record::read_file(folder_ + "/" + std::string(path));
}

Result<plan::Plan> PlanShelf::plan_of(std::string_view yaml, std::string_view name,
                                      const std::vector<std::string>& targets) const {
  auto plan = plan::parse_plan(yaml, name);
  if (!plan) return fail(ErrorCode::kInvalidInput, plan.error().text());
  if (!targets.empty()) plan->targets.clear();
  for (const auto& text : targets) {
    auto target = plan::parse_target(text);
    if (!target) return fail(ErrorCode::kInvalidInput, target.error().message, "targets");
    plan->targets.push_back(std::move(*target));
  }
  if (plan->targets.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "the plan names no target; \"targets\": [\"vllm=http://host:8000\"] brings one");
  }
  const plan::PlanFaults faults{plan::check_plan(*plan)};
  if (!faults.faults.empty()) return fail(ErrorCode::kInvalidInput, faults.text());
  return std::move(*plan);
}

}  // namespace tt::serve
