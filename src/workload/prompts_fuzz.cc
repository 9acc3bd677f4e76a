// Any bytes as a prompt file, in every format: no crash, and every prompt can be had.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "workload/dataset_csv.h"
#include "workload/prompt_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Format = tt::plan::PromptFile::Format;
  const std::string text(reinterpret_cast<const char*>(data), size);
  using tt::workload::PromptExtent;
  for (const auto extent : {PromptExtent::kQuestion, PromptExtent::kConversation})
    for (const auto format : {Format::kAuto, Format::kText, Format::kJsonl, Format::kShareGpt}) {
      std::istringstream in(text);
      const auto prompts = tt::workload::read_prompts(in, format, "fuzz", extent);
      if (!prompts) {
        if (prompts.error().message.empty()) std::abort();
        continue;
      }
      for (std::uint64_t i = 0; i < (*prompts)->size(); ++i) {
        const auto prompt = (*prompts)->prompt(i, 0, {});
        if (prompt.messages.empty()) std::abort();
      }
    }
  const auto rows = tt::workload::read_csv_prompts(text, {}, "fuzz.csv");
  if (!rows && rows.error().message.empty()) std::abort();
  for (std::uint64_t i = 0; rows && i < (*rows)->size(); ++i) {
    if ((*rows)->prompt(i, 0, {}).messages.empty()) std::abort();
  }
  return 0;
}
