// Ctrl-C as a graceful stop.
#pragma once

#include <signal.h>

#include "trial/conduct.h"

namespace tt::app {

/// While it lives, the first SIGINT or SIGTERM lets what is in flight end, the second stops at
/// once. Before the load there is nothing to lose: there the second ends the program. One at a
/// time.
class StopOnSignals {
 public:
  StopOnSignals();
  ~StopOnSignals();
  StopOnSignals(const StopOnSignals&) = delete;
  StopOnSignals& operator=(const StopOnSignals&) = delete;

  const trial::StopSwitch& stop() const;
  /// From now on a run is there to be kept. From any thread.
  static void load_began();

 private:
  struct sigaction old_int_ = {};
  struct sigaction old_term_ = {};
};

}  // namespace tt::app
