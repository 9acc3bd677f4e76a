// Objectives in a file of their own, YAML or JSON: docs/slo.md.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"

namespace tt::plan {

struct SloFile {
  std::vector<Slo> slos;             // as a plan's
  std::optional<double> attainment;  // share of requests that must meet every latency objective
  std::optional<double> confidence;  // with which each must be shown to be met, above 0.5, below 1
  bool operator==(const SloFile&) const = default;
};

/// Every fault at once, with its place. A file without any objective is a fault.
std::expected<SloFile, PlanFaults> parse_slo_file(std::string_view yaml, std::string_view name);
std::expected<SloFile, PlanFaults> load_slo_file(const std::string& path);

/// "99.9%" or "0.999" as 0.999, exactly. Above 0, at most 1.
Result<double> parse_share(std::string_view text);

}  // namespace tt::plan
