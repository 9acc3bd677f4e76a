// Any bytes as a file of objectives: no crash, a refusal says why, and what is accepted is sound.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "plan/slo_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = tt::plan::parse_slo_file(text, "fuzz.yaml");
  if (!file) {
    if (file.error().faults.empty()) std::abort();
    return 0;
  }
  for (const auto& slo : file->slos) {
    if (!(slo.limit > 0) || !std::isfinite(slo.limit)) std::abort();
  }
  if (file->confidence && !(*file->confidence < 1)) std::abort();
  if (file->attainment && !(*file->attainment <= 1)) std::abort();
  return 0;
}
