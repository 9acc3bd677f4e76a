// For tests, fuzzers and the benchmark: a body cut into event payloads. The real framing is the
// transport's; this one knows just what whole bodies need.
#pragma once

#include <string_view>
#include <vector>

#include "engine/protocol.h"

namespace tt::engine {

/// The payloads of whole events; what follows the last newline is not yet an event.
inline std::vector<std::string_view> payloads_of(std::string_view body, Framing framing) {
  std::vector<std::string_view> payloads;
  for (std::size_t end = body.find('\n'); end != std::string_view::npos; end = body.find('\n')) {
    std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (framing == Framing::kSse) {
      if (!line.starts_with("data:")) continue;
      line.remove_prefix(5);
    }
    if (!line.empty()) payloads.push_back(line);
  }
  return payloads;
}

}  // namespace tt::engine
