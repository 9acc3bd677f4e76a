// One request, outside of any load: for probes and calibration. Goes the same way as the load's.
#pragma once

#include <functional>

#include "base/time.h"
#include "engine/protocol.h"
#include "load/flight_factory.h"
#include "record/row.h"

namespace tt::load {

/// Sends `prompt` and waits for the end of the answer, at most `timeout` (0: no limit) after
/// connecting. Instants count from the call. `stopped` is asked every 20 ms; once it is true the
/// row is kCancelled. Empty: nobody stops it. Blocking; not for threads that run a loop.
record::Row ask_once(const LoadTarget& target, const engine::Prompt& prompt,
                     std::uint32_t max_tokens, Nanos timeout,
                     const std::function<bool()>& stopped = {});

}  // namespace tt::load
