// Any bytes as a graph file: no crash, and every graph that is read can be played.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "workload/graph.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tt::workload;
  auto graphs = parse_graphs({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!graphs) {
    if (graphs.error().faults.empty() || graphs.error().text().empty()) std::abort();
    return 0;
  }
  if (graphs->empty()) std::abort();
  tt::plan::Workload workload;
  workload.sessions = tt::plan::Sessions{.replay = tt::plan::Sessions::Replay::kRecorded};
  const std::size_t count = graphs->size();
  const auto made = graph_conversations(std::move(*graphs), workload, {});
  for (std::uint64_t session = 0; session < count && session < 4; ++session) {
    const auto turns = made->turns(session);
    if (turns.empty() || turns.size() > made->most_turns()) std::abort();
    for (std::uint32_t place = 0; place < turns.size(); ++place) {
      for (const auto parent : turns[place].after) {
        if (parent >= place) std::abort();
      }
      // Lengths may be asked for that make megabytes of words.
      if (turns[place].input_tokens > 10'000 || turns.size() > 50) continue;
      if (made->prompt(session, place, {}, {}).messages.empty()) std::abort();
    }
  }
  return 0;
}
