// Any bytes as a price file: no crash, a refusal says why, and what is accepted costs no less than
// nothing.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "trial/price_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto list = tt::trial::parse_prices(text, "fuzz.yaml");
  if (!list) {
    if (list.error().faults.empty()) std::abort();
    return 0;
  }
  for (const auto& price : list->prices) {
    const double hour = tt::analysis::gpu_hour(price, list->power).total();
    if (!(hour >= 0) || !std::isfinite(hour)) std::abort();
  }
  return 0;
}
