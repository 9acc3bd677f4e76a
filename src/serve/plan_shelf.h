// Plans that can be started: the files of one folder, and those that come with the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"

namespace tt::serve {

struct ShelfPlan {
  std::string path;  // "chat.yaml", "plans/chat.yaml"; of a built-in one "preset:quick"
  std::string name;
  std::string description;
  bool builtin = false;
  std::size_t targets = 0;
  std::string problem;  // not empty: what is wrong with it
};

/// From any thread.
class PlanShelf {
 public:
  explicit PlanShelf(std::string folder) : folder_(std::move(folder)) {}

  /// Files named *.yaml and *.yml that are plans, also one folder deeper; by path.
  std::vector<ShelfPlan> list() const;
  /// Of one of the list, by its path.
  Result<std::string> text(std::string_view path) const;
  /// A plan that can be played: with targets as on the command line ("vllm=http://host:8000") in
  /// place of its own where there are some. Faults are one error, a line each.
  Result<plan::Plan> plan_of(std::string_view yaml, std::string_view name,
                             const std::vector<std::string>& targets) const;

 private:
  const std::string folder_;
};

}  // namespace tt::serve
