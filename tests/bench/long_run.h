// A run of any length, as it would lie in results/, for benchmarks of what reads it.
#pragma once

#include <cstddef>
#include <string>

namespace tt::bench {

struct LongRun {
  std::size_t requests = 0;  // of all targets, by turns
  std::size_t chunks = 0;    // of each answer; 0: its times are known, those of its tokens not
  std::size_t targets = 1;   // each a tenth slower than the one before
};

/// Writes it below `results` and returns its folder; about one request in 200 fails.
std::string make_run(const std::string& results, const LongRun& wanted);

}  // namespace tt::bench
