#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/model.h"
#include "sim/profile.h"
#include "sim/tokens.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto profile = tt::sim::parse_profile(text, "fuzz.yaml");
  if (!profile) return 0;
  // Whatever a profile may say, a request under it ends or is refused.
  const auto model = tt::sim::make_model(*profile, 1);
  const std::string prompt = "one prompt for all, so that a cache of prefixes has something to do";
  for (std::uint64_t tag = 0; tag < 3; ++tag) {
    (void)model->submit(
        {.tag = tag,
         .prompt_tokens = tt::sim::count_tokens(prompt),
         .output_tokens = 3,
         .blocks = tt::sim::block_names(prompt, tag, 3, profile->limits.block_tokens, 0)});
  }
  for (int i = 0; i < 1000 && model->next_event() != tt::kNever; ++i) {
    model->advance(model->next_event());
  }
  return 0;
}
