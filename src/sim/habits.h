// How engines differ in what lies around their protocols: when the response header leaves, what
// happens to a slow reader, which paths need the key.
#pragma once

#include <span>
#include <string_view>

#include "base/time.h"
#include "engine/protocol.h"
#include "net/http_message.h"

namespace tt::sim {

struct Habits {
  enum class HeaderTime : std::uint8_t {
    kAtOnce,     // before queue and prefill
    kWithStart,  // when the request leaves the queue
    kWithToken,  // in one piece with the first token
  };
  HeaderTime header = HeaderTime::kAtOnce;
  bool merges = false;       // tokens that the reader was too slow for become one event
  bool checks_model = true;  // 404 for a model that it does not have
  bool refuses_too_long =
      true;  // 400 where prompt and max_tokens pass the context; else they are cut
  bool refuses_priority = false;  // 400 for one other than 0, where it does not schedule by them
  enum class Loading : std::uint8_t {
    kRefuses,      // nobody listens yet: connections are reset
    kUnavailable,  // 503 for generation and health
    kOnDemand,     // at the first request, which waits
  };
  Loading loading = Loading::kRefuses;  // while the weights are read
  Nanos ping_after = 0;                 // a comment line after so long a silence (SSE); 0: never
  std::string_view server;              // Server header
  std::string_view sse_type = "text/event-stream; charset=utf-8";
};
const Habits& habits(engine::EngineKind kind);

/// True where a request for `path` needs the key, if there is one.
bool needs_key(engine::EngineKind kind, std::string_view path);

/// The protocol that this engine speaks on POST `path` (without its query); nullptr: none.
const engine::Protocol* protocol_on(engine::EngineKind kind, std::string_view path);

}  // namespace tt::sim
