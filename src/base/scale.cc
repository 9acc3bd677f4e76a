#include "base/scale.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tt {
namespace {

struct Extent {
  double least = 0;
  double most = 0;
};

// Zeros say nothing of the scale.
Extent extent_of(std::span<const double> values) {
  Extent extent;
  for (const double value : values) {
    const double size = std::fabs(value);
    if (!std::isfinite(size) || size == 0) continue;
    extent.least = extent.least == 0 ? size : std::min(extent.least, size);
    extent.most = std::max(extent.most, size);
  }
  return extent;
}

int decimals_for(double least, double most) {
  if (least == 0) return 0;
  const auto three_digits = [](double size) {
    return size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  };
  return std::min(three_digits(least), three_digits(most) + 1);
}

}  // namespace

Scale Scale::coarser() const {
  Scale scale = *this;
  if (decimals > 0) {
    --scale.decimals;
  } else {
    scale.grouped = false;
  }
  return scale;
}

std::string Scale::text(double value) const {
  if (!std::isfinite(value)) return "-";
  const double shown = value * factor;
  const std::string digits = fmt::format("{:.{}f}", std::fabs(shown), decimals);
  const auto point = digits.find('.');
  std::string whole = digits.substr(0, point);
  for (auto i = static_cast<std::ptrdiff_t>(whole.size()) - 3; grouped && i > 0; i -= 3) {
    whole.insert(static_cast<std::size_t>(i), 1, ',');
  }
  const bool negative = shown < 0 && digits.find_first_not_of("0.") != std::string::npos;
  return (negative ? "-" : "") + whole + (point == std::string::npos ? "" : digits.substr(point));
}

Scale scale_millis(std::span<const double> values) {
  const auto [least, most] = extent_of(values);
  Scale scale{.factor = 1, .decimals = 0, .unit = "ms"};
  if (least >= 1000 || most >= 10'000) {
    scale = {.factor = 1e-3, .decimals = 0, .unit = "s"};
  } else if (most > 0 && most < 1) {
    scale = {.factor = 1e3, .decimals = 0, .unit = "us"};
  }
  scale.decimals = decimals_for(least * scale.factor, most * scale.factor);
  return scale;
}

Scale scale_plain(std::span<const double> values) {
  const auto [least, most] = extent_of(values);
  return {.factor = 1, .decimals = decimals_for(least, most), .unit = {}};
}

}  // namespace tt
