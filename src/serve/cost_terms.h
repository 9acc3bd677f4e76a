// What a call says of prices and demand. The same for costs, reports and charts with prices.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "serve/exchange.h"

namespace tt::serve {

/// Once for all, or once for each target: "vllm=3.99,tgi=1.79".
inline constexpr std::array<std::string_view, 3> kPrices = {"gpu", "price", "gpus"};

/// Said once each; a comma belongs to the value, as in qps=10,100.
inline constexpr std::array<std::string_view, 16> kCostTerms = {
    "utilization", "output-weight",  "qps",     "growth", "hours",           "months", "from",
    "to",          "investment",     "benefit", "people", "answers-per-day", "days",   "wage",
    "revenue",     "loss-per-second"};

/// As options of the command that knows them. Values follow '=', so that none is an option itself.
inline void add_each(const Target& target, std::string_view name,
                     std::vector<std::string>& command) {
  for (const auto& value : target.list(name)) {
    command.push_back(fmt::format("--{}={}", name, value));
  }
}

inline void add_once(const Target& target, std::string_view name,
                     std::vector<std::string>& command) {
  if (const auto value = target.value(name)) {
    command.push_back(fmt::format("--{}={}", name, *value));
  }
}

inline void add_cost_terms(const Target& target, std::vector<std::string>& command) {
  for (const auto name : kPrices) add_each(target, name, command);
  for (const auto name : kCostTerms) add_once(target, name, command);
}

}  // namespace tt::serve
