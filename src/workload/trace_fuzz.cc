// Any bytes as a trace: no crash, a fault that says something, or rows in order whose prompts can
// be had.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "workload/trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream in(text);
  const auto trace = tt::workload::read_trace(in, tt::plan::TraceReplay::Format::kAuto, "fuzz");
  if (!trace) {
    if (trace.error().message.empty()) std::abort();
    return 0;
  }
  tt::Nanos last = 0;
  for (const auto& row : trace->rows) {
    const bool good = row.at >= last && row.input_tokens > 0 && row.output_tokens > 0 &&
                      row.first_block + row.blocks <= trace->blocks.size();
    if (!good) std::abort();
    last = row.at;
  }
  const tt::plan::TraceReplay replay{.speed = 3, .scale = 1.5, .max_output = 100};
  const auto cut = tt::workload::cut_trace(*trace, replay, 1);
  if (cut && cut->rows.size() > 3 * trace->rows.size()) std::abort();
  return 0;
}
