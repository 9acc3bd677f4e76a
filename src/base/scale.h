// Numbers for people that stand in one column: one unit and one number of decimals for all.
#pragma once

#include <span>
#include <string>

namespace tt {

/// How to write a group of numbers.
struct Scale {
  double factor = 1;  // value x factor is what is shown
  int decimals = 0;
  bool grouped = true;  // thousands apart
  std::string unit;     // "ms", "s"; empty where scale_for was not told one

  /// With a decimal less, or, where there is none, without separators.
  Scale coarser() const;
  bool coarsest() const { return decimals == 0 && !grouped; }
  /// "1,234.5"; "-" for what is not finite.
  std::string text(double value) const;
};

/// For milliseconds: "us", "ms" or "s", the unit in which the smallest of `values` is not below 1
/// where that can be had without the largest passing 10,000. Three significant digits of the
/// smallest, but at most four of the largest and at most three decimals.
Scale scale_millis(std::span<const double> values);
/// For numbers in a unit of their own.
Scale scale_plain(std::span<const double> values);

}  // namespace tt
