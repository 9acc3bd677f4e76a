// Objectives judged, as JSON.
#pragma once

#include <span>
#include <string>

#include "analysis/attainment.h"

namespace tt::report {

/// {"passed": true, "runs": [{"run_id", "passed", "targets": [{"name", "slos", "attainment"}]}]}.
/// Latency limits and values are milliseconds. A newline at the end.
std::string slo_json(std::span<const analysis::SloReport> reports);

}  // namespace tt::report
