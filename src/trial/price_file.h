// The price file, YAML or JSON: docs/cost.md. examples/prices.yaml is built in.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "analysis/prices.h"
#include "plan/plan.h"

namespace tt::trial {

/// Every fault at once, with its place. Names are unique; money is never negative; each price says
/// who says so and when.
std::expected<analysis::PriceList, plan::PlanFaults> parse_prices(std::string_view yaml,
                                                                  std::string_view name);
std::expected<analysis::PriceList, plan::PlanFaults> load_prices(const std::string& path);

/// The prices that come with the program.
std::string_view builtin_prices_yaml();
const analysis::PriceList& builtin_prices();

}  // namespace tt::trial
