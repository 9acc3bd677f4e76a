#include "plan/preset.h"

#include <fmt/format.h>

#include "base/text.h"
#include "plan/reader.h"

namespace tt::plan {

std::expected<Plan, PlanFaults> load_preset(std::string_view name) {
  std::vector<std::string_view> names;
  std::string known;
  for (const auto& preset : builtin_presets()) {
    if (preset.name == name) return parse_plan(preset.yaml, preset.name);
    names.push_back(preset.name);
    known += fmt::format(" {}", preset.name);
  }
  const auto near = nearest_word(name, names);
  return std::unexpected(one_fault(
      {ErrorCode::kNotFound,
       near.empty() ? fmt::format("there is no preset '{}'; there are{}", name, known)
                    : fmt::format("there is no preset '{}'; did you mean {}?", name, near)}));
}

}  // namespace tt::plan
