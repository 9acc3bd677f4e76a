// How this folder's sources write JSON. Not for other folders: it brings the whole JSON library.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/budget.h"
#include "analysis/summary.h"

namespace tt::report {

/// Members stay in the order in which they are written.
using Json = nlohmann::ordered_json;

/// A number; null where there is none or it is not finite.
inline Json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(*value) : Json();
}

/// Of numbers, or of those that may be missing.
template <class Values>
Json numbers(const Values& values) {
  Json json = Json::array();
  for (const auto& value : values) json.push_back(number(value));
  return json;
}

/// Indented by two spaces, with a newline. Text that is not UTF-8 gets U+FFFD.
inline std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// A unit as JSON names it: shares are of 1, not of a hundred.
inline std::string_view unit_key(analysis::Unit unit) {
  return unit == analysis::Unit::kShare ? "share" : analysis::unit_name(unit);
}

// Values that several files hold; defined in summary_json.cc.
Json interval_value(const std::optional<stats::Interval>& interval);
Json slo_value(const analysis::SloResult& result);
Json checks_value(const std::vector<analysis::Check>& checks,
                  const std::vector<analysis::TargetSummary>& targets);
/// The summary as a value, for files that hold more than that.
Json summary_value(const analysis::RunSummary& summary);
/// In cost_json.cc.
Json cost_value(const analysis::CostReport& report);

}  // namespace tt::report
