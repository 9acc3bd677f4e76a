// The plan's section `telemetry`, and the metrics pages of targets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "plan/reader.h"

namespace tt::plan {

inline constexpr Nanos kLeastTelemetryInterval = 100 * kMillisecond;
inline constexpr Nanos kMostTelemetryInterval = 15 * kSecond;

/// A map, or `off` or `on` alone, or an interval alone.
void read_telemetry(const Value& value, TelemetryPlan& telemetry);
void add_telemetry_keys(std::vector<std::string>& out);
std::string format_telemetry(const TelemetryPlan& telemetry);
/// Each under the path of its field.
std::vector<Error> telemetry_faults(const Plan& plan);
/// What is wrong with `targets[].metrics`; empty where all is well.
std::string metrics_page_fault(std::string_view metrics);

}  // namespace tt::plan
