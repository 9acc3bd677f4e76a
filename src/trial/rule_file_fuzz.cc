// Any bytes as a file of rules: no crash, a refusal says why, and what is accepted can be applied.
#include <cstdint>
#include <cstdlib>

#include "trial/rule_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = tt::trial::parse_rules(text, "fuzz.yaml");
  if (!rules) {
    if (rules.error().faults.empty()) std::abort();
    return 0;
  }
  const tt::analysis::Signal signal{.name = rules->front().signal, .target = "t", .strength = 1e9};
  tt::analysis::apply_rules({&signal, 1}, *rules);
  return 0;
}
