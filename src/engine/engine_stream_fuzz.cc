// Any bytes as a stream, in every protocol. First byte: the protocol. Then payloads, one a line.
// Checks that nothing crashes, and that the shortcut for repeating events (repeat_matcher.h) is
// exact: an event means the same to a reader that has seen others before and to one that has not.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/protocol.h"
#include "engine/stream_testing.h"

namespace {

using namespace tt::engine;

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Protocol& protocol = *protocols()[data[0] % protocols().size()];
  std::string body(reinterpret_cast<const char*>(data + 1), size - 1);
  body += '\n';
  const auto& engine = traits(EngineKind::kVllm);
  const auto reader = protocol.reader(engine);
  std::string text;
  reader->keep_text(&text);
  std::uint64_t token_events = 0;
  for (const auto payload : payloads_of(body, Framing::kNdjson)) {
    const std::size_t before = text.size();
    const StreamEvent event = reader->read(payload);
    const auto fresh = protocol.reader(engine);
    std::string fresh_text;
    fresh->keep_text(&fresh_text);
    const StreamEvent alone = fresh->read(payload);
    check(event.kind == alone.kind);
    check(std::string_view(text).substr(before) == fresh_text);
    token_events += event.kind == StreamEvent::Kind::kToken ? 1 : 0;
    const StreamSummary& summary = reader->summary();
    check(summary.complete ? summary.status == tt::Status::kOk : true);
    check((summary.status == tt::Status::kOk) == summary.error.empty());
    check(summary.error.size() < 600);
    if (token_events > 0) check(summary.output_tokens > 0);
  }
  (void)read_http_failure(500, body);
  return 0;
}
