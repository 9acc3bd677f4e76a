// Any bytes as a scenario: no crash, and one that is accepted has prompts.
#include <cstdint>
#include <cstdlib>

#include "plan/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scenario = tt::plan::parse_scenario(text, "fuzz.yaml");
  if (!scenario) {
    if (scenario.error().faults.empty()) std::abort();  // a refusal must say why
    return 0;
  }
  for (const auto& one : scenario->cases) {
    for (const auto& turn : scenario->turns) {
      if (!tt::plan::fill_template(turn, one)) std::abort();
    }
  }
  if (scenario->turns.empty()) std::abort();
  return 0;
}
