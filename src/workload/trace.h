// A recorded load: when each request came, and how long it was. Read from the files that people
// publish (Mooncake, Azure LLM inference, BurstGPT) or make themselves.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "plan/plan.h"

namespace tt::workload {

struct TraceRow {
  Nanos at = 0;  // after the first request
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint64_t first_block = 0;  // into Trace::blocks
  std::uint32_t blocks = 0;       // how many of them; 0: the trace says nothing of the prompt
  std::uint32_t copy = 0;         // of a row that stands there several times: which, from 0
  bool operator==(const TraceRow&) const = default;
};

struct Trace {
  /// Tokens in a block of Mooncake's traces.
  static constexpr std::uint32_t kBlockTokens = 512;

  plan::TraceReplay::Format format = plan::TraceReplay::Format::kCsv;
  std::vector<TraceRow> rows;  // in the order of time, the first at 0
  /// Names of prompt blocks: prompts that begin with the same names begin with the same text.
  std::vector<std::uint64_t> blocks;
  std::uint64_t left_out = 0;  // rows without input or output tokens: requests that had failed
};

/// Reads a trace of 32 bytes a row and 8 a block; at most kMaxRequests rows. The format is told by
/// the first line where it is kAuto. Faults carry "name:line". A trace without a row is a fault.
Result<Trace> read_trace(std::istream& in, plan::TraceReplay::Format format,
                         const std::string& name);
/// The same, from the file that the plan names.
Result<Trace> load_trace(const plan::TraceReplay& replay);

/// What is played of a trace. In this order: the window [start, start + duration) of the trace's
/// own time; the token lengths scaled (to 1 at least) and limited; the rate scaled; time divided by
/// the speed. A scale below 1 draws which rows stay, each by itself; above 1 every row stays, and
/// copies of it (the broken part drawn) come at random instants before the next row. The window's
/// start is instant 0. kInvalidInput where nothing is left.
Result<Trace> cut_trace(Trace trace, const plan::TraceReplay& replay, std::uint64_t seed);

}  // namespace tt::workload
