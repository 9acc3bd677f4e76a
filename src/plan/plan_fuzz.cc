// Any bytes as a plan: no crash, and what is accepted survives being written and read again.
#include <cstdint>
#include <cstdlib>

#include "plan/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto plan = tt::plan::parse_plan(text, "fuzz.yaml");
  if (!plan) {
    if (plan.error().faults.empty()) std::abort();  // a refusal must say why
    return 0;
  }
  const auto again = tt::plan::parse_plan(tt::plan::format_plan(*plan), "again.yaml");
  if (!again) std::abort();
  // Texts that are not UTF-8 are repaired on the way out, so compare what was written.
  if (tt::plan::format_plan(*again) != tt::plan::format_plan(*plan)) std::abort();
  return 0;
}
