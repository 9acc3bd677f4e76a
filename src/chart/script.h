// Runs our own script (ECharts and the shapes of src/chart/js) in a sandbox: no files, no network,
// no clock, no time zone, a limit of memory and of time.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace tt::chart {

struct ScriptLimits {
  std::size_t bytes = std::size_t{1} << 30;
  Nanos time = 60 * kSecond;
};

/// What a script may ask of us. Both must outlive the call.
struct ScriptHost {
  const Clock& clock;  // for the time limit alone; scripts cannot see it
  /// The width of a text in pixels: `size` in pixels, `weight` from 100 to 900. Must not throw.
  std::function<double(std::string_view text, double size, int weight, bool monospace)> text_width;
};

/// Loads the bytecode into a fresh heap, calls its global function with one text and returns the
/// text that it returns. Nothing outlives the call, so the same argument gives the same bytes
/// whatever was run before. From any thread. kInternal where the script fails, with its own words;
/// kUnavailable where it exceeds a limit.
Result<std::string> run_script(std::span<const unsigned char> bytecode, const char* function,
                               std::string_view argument, const ScriptHost& host,
                               const ScriptLimits& limits = {});

}  // namespace tt::chart
