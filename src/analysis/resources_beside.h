// What several targets' engines and GPUs said, beside each other: one row a figure, one value a
// target. Nothing is tested here: these are the machines' own figures, not the client's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/resources.h"

namespace tt::analysis {

struct BesideRow {
  std::string_view key;    // "kv_cache", "queue"
  std::string_view title;  // "KV cache in use"
  std::string_view group;  // "latency", "engine", "gpu"
  ResourceUnit unit = ResourceUnit::kNumber;
  std::vector<std::optional<double>> means;  // by target; nullopt: not exposed
  std::vector<std::optional<double>> peaks;  // likewise; nullopt also where it has none
};

/// A null view: nothing was made of that target. Rows that no target exposes are left out, as is
/// the client's machine, which is the same for all.
std::vector<BesideRow> resources_beside(std::span<const ResourcesView* const> views);

}  // namespace tt::analysis
