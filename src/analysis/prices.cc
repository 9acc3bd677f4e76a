#include "analysis/prices.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::analysis {
namespace {

bool holds(std::string_view text, std::string_view word) {
  return to_lower(text).find(to_lower(word)) != std::string::npos;
}

// "1234567.89" as "1,234,567.89".
std::string grouped(const std::string& digits) {
  const auto point = digits.find('.');
  std::string whole = digits.substr(0, point);
  for (auto at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3) {
    whole.insert(static_cast<std::size_t>(at), ",");
  }
  return point == std::string::npos ? whole : whole + digits.substr(point);
}

}  // namespace

const Price* PriceList::find(std::string_view word, std::vector<std::string>* candidates) const {
  const Price* found = nullptr;
  std::vector<std::string> fitting;
  for (const Price& price : prices) {
    if (price.name == word) return &price;
    if (word.empty() ||
        !(holds(price.name, word) || holds(price.gpu, word) || holds(price.provider, word))) {
      continue;
    }
    fitting.push_back(price.name);
    found = &price;
  }
  const bool one = fitting.size() == 1;
  if (candidates != nullptr) *candidates = std::move(fitting);
  return one ? found : nullptr;
}

GpuHour gpu_hour(const Price& price, const std::optional<PowerTerms>& power) {
  const auto gpus = static_cast<double>(price.gpus);
  GpuHour hour;
  if (price.per_hour) {
    hour.machine = *price.per_hour / gpus;
  } else if (price.purchase && price.years) {
    hour.machine = *price.purchase / (gpus * *price.years * kHoursPerYear);
  }
  if (price.watts && power) {
    hour.power = *price.watts / 1000 * power->pue * power->per_kwh / gpus;
  }
  return hour;
}

std::string format_money(double amount, std::string_view currency) {
  const double size = std::fabs(amount);
  std::string digits;
  if (size >= 1000) {
    digits = grouped(fmt::format("{:.0f}", size));
  } else if (size >= 1 || size == 0) {
    digits = fmt::format("{:.2f}", size);
  } else {
    // Three significant digits, however small.
    const int decimals = std::min(12, 2 - static_cast<int>(std::floor(std::log10(size))));
    digits = fmt::format("{:.{}f}", size, decimals);
  }
  const std::string sign = amount < 0 ? "-" : "";
  return currency == "USD" ? sign + "$" + digits : fmt::format("{} {}{}", currency, sign, digits);
}

}  // namespace tt::analysis
