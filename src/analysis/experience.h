// What users would feel of the latencies: how long they wait for the first token against the
// limits that usability research gives, and whether the answer streams as fast as people read.
#pragma once

#include <cstdint>

#include "analysis/slice.h"

namespace tt::analysis {

/// Limits of a reaction (Nielsen 1993, Usability Engineering, 5.5): taken as immediate; the train
/// of thought is kept; attention is kept. In ms.
inline constexpr double kImmediateMs = 100;
inline constexpr double kInThoughtMs = 1'000;
inline constexpr double kAttentiveMs = 10'000;
/// Adults read 238 words of English a minute in silence (Brysbaert 2019, J. Memory and Language
/// 109), and a word has about 4/3 tokens: one token every 189 ms.
inline constexpr double kReadingMsPerToken = 60'000 / (238 * 4 / 3.0);
/// Apdex T for the first token (Apdex Technical Specification 1.1: satisfied up to T, tolerating
/// up to 4 T, frustrated beyond; a failure is frustrated).
inline constexpr double kApdexMs = kInThoughtMs;

/// Counts of requests; the bands leave no request out and hold none twice. TTFT where the rows have
/// it; E2E where an answer came whole.
struct Experience {
  std::uint64_t requests = 0;    // answered or failed; those that were cancelled are in none
  std::uint64_t immediate = 0;   // up to kImmediateMs
  std::uint64_t in_thought = 0;  // up to kInThoughtMs
  std::uint64_t attentive = 0;   // up to kAttentiveMs
  std::uint64_t lost = 0;        // longer
  std::uint64_t failed = 0;
  std::uint64_t tolerating = 0;   // above kApdexMs, up to four times it
  std::uint64_t streamed = 0;     // successful, with a TPOT
  std::uint64_t reads_along = 0;  // of those: TPOT up to kReadingMsPerToken

  /// (satisfied + tolerating / 2) / requests; 0 without a request.
  double apdex() const;
};

Experience experience(const Slice& slice);

}  // namespace tt::analysis
