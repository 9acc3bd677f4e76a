// The live record stream: what a run tells its listeners while it goes on. The recorder, the live
// view and the dashboard all hear the same rows and events.
#pragma once

#include <span>
#include <string>

#include "base/time.h"
#include "record/row.h"
#include "record/telemetry.h"

namespace tt::record {

struct TextRow;

/// Something that happened, other than a finished request: a phase, a log line, a note, progress.
struct Event {
  Nanos at = 0;             // since the run's start
  std::string type;         // "phase", "log", "progress", ...
  std::string fields_json;  // members of a JSON object, without braces; empty for none
  bool operator==(const Event&) const = default;
};

/// The event as its line of events.jsonl, without the line end: {"t":12,"type":"phase",...}.
std::string event_json(const Event& event);

/// Hears a run. Called from the recorder's thread only, one call at a time, in order; must return
/// quickly (hand work on) and must not call back into the recorder.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_row(const Row&) {}
  /// Where texts are kept: after the row of the same request.
  virtual void on_text(const TextRow&) {}
  virtual void on_event(const Event&) {}
  /// One reading of one source of telemetry. The samples live until the call returns; their series
  /// live as long as somebody holds them.
  virtual void on_samples(std::span<const Sample>) {}
};

}  // namespace tt::record
