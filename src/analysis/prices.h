// What a GPU costs an hour: rented, or owned. docs/cost.md gives the formulas.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tt::analysis {

inline constexpr double kHoursPerYear = 8760;

/// What power costs at the wall.
struct PowerTerms {
  double per_kwh = 0;  // money
  double pue = 1;      // power usage effectiveness: what the building takes over what machines take
};

/// One price as its source says it: rented (per_hour) or owned (purchase and years).
struct Price {
  std::string name;                // "aws-h100-sxm": how it is asked for
  std::string gpu;                 // "NVIDIA H100 SXM 80 GB"
  std::string provider;            // "AWS"; empty where it is one's own
  std::string instance;            // "p5.48xlarge, us-east-1"; may be empty
  std::uint32_t gpus = 1;          // in what the price is for
  std::optional<double> per_hour;  // rent of all `gpus`
  std::optional<double> purchase;  // of all `gpus`, with the machine around them
  std::optional<double> years;     // over which the purchase is written off evenly
  std::optional<double> watts;     // of all `gpus`; none: power is in the price
  std::string source;              // who says so
  std::string date;                // when, YYYY-MM-DD
};

struct PriceList {
  std::string currency = "USD";
  std::optional<PowerTerms> power;
  std::vector<Price> prices;

  /// By name, or by any part of name, GPU or provider that fits one price alone; nullptr where
  /// there is none, or several: `candidates` has their names.
  const Price* find(std::string_view word, std::vector<std::string>* candidates = nullptr) const;
};

/// Money a GPU and hour.
struct GpuHour {
  double machine = 0;
  double power = 0;
  double total() const { return machine + power; }
};

/// rent:  per_hour / gpus
/// owned: purchase / (gpus x years x 8760)
/// power: watts / 1000 x pue x per_kwh / gpus, where the price says watts and the list per_kwh
GpuHour gpu_hour(const Price& price, const std::optional<PowerTerms>& power);

/// "$6.88", "EUR 6.88": with two decimals, or with three significant digits where it is less.
std::string format_money(double amount, std::string_view currency);

}  // namespace tt::analysis
