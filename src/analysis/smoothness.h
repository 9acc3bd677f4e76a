// How evenly answers stream: the scatter of the gaps between chunks, stalls, the first sentence.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/groups.h"
#include "analysis/slice.h"
#include "record/journal.h"

namespace tt::analysis {

/// A stall is a gap between chunks of at least this many times the target's median gap, and of at
/// least kStallFloorMs: a tenth of a second is the limit up to which people take a reaction for
/// immediate (Nielsen 1993, Usability Engineering, 5.5).
inline constexpr double kStallTimes = 5;
inline constexpr double kStallFloorMs = 100;

struct Smoothness {
  std::uint64_t requests = 0;  // successful, with three chunks or more: others have no evenness
  std::uint64_t gaps = 0;      // of all successful requests
  double stall_ms = 0;         // the limit that was used
  std::uint64_t stalls = 0;
  std::uint64_t stalled_requests = 0;
  std::optional<double> stalled_share;  // of the time from first to last chunk
  std::optional<double> longest_ms;
  /// Standard deviation (ddof 1) of a request's gaps over their mean: 0 is a metronome.
  GroupQuantiles gap_cv;
  struct Worst {
    RowRef row;
    double gap_ms = 0;  // the request's longest
  };
  std::vector<Worst> worst;  // the kWorstGaps requests with the longest gaps, longest first
};
inline constexpr std::size_t kWorstGaps = 10;

/// `median_gap_ms`: of the target's chunks. All zero where no chunk times are known.
Smoothness smoothness(const Slice& slice, double median_gap_ms);

/// Where the first sentence of an answer ends, in bytes: after . ! ? or … before a blank or a line
/// end, after 。！？, before an empty line, or at the end of an answer that has ended with one.
/// nullopt where it has none.
std::optional<std::size_t> first_sentence_end(std::string_view answer);

/// Time to the first sentence in ms, of requests whose answers are kept and whose chunk times are
/// known: the instant of the chunk by which the sentence's share of the answer's bytes had arrived,
/// minus sent. An estimate: texts are kept whole, not by chunk.
GroupQuantiles first_sentence(const Slice& slice, std::span<const record::TextRow> texts);

}  // namespace tt::analysis
