// What the name of a result file tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tt::import {

struct FileName {
  std::string engine;      // "vllm-performance"; empty: the name has another form
  Nanos started = kNever;  // its stamp read as UTC: the name tells no zone
  std::string benchmark;   // "1a-chat-simulation"; may be empty
  std::string stem;        // without folder and ending
};

/// "{engine}-{YYYYMMDD-HHMMSS}-{benchmark-id}.csv", the engine with any hyphens of its own; any
/// ending, and the benchmark id may be missing. Other ways to write the instant are read too:
/// 2026-01-31T12-00-00, 2026-01-31_1200, 2026-01-31.
FileName parse_file_name(std::string_view path);

}  // namespace tt::import
