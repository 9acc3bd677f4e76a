// Any bytes as a template: no crash, a refusal says why, and what is accepted makes a document.
#include <cstdint>
#include <cstdlib>

#include "report/markdown.h"
#include "report/template_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tt::report::blocks_of_markdown(text);
  const auto made = tt::report::parse_template(text, "fuzz.yaml");
  if (!made) {
    if (made.error().faults.empty()) std::abort();
    return 0;
  }
  const auto outline = tt::report::outline_of(*made, {}, {});
  if (tt::report::markdown(tt::report::make_report({}, outline)).empty()) std::abort();
  return 0;
}
