// What changes an engine's speed while it runs: slow beginnings, creeping decline, a sudden fall.
#pragma once

#include "base/time.h"

namespace tt::sim {

/// Each is off by default. Factors are of the time of a step; time counts from the first step.
struct Effects {
  double warm_up_factor = 1;  // at the first step, falling evenly to 1 ...
  Nanos warm_up_time = 0;     // ... over this long; 0: none
  double drift_per_hour = 0;  // added to the factor each hour: 0.1 is 10% slower after an hour
  Nanos slow_after = 0;       // from here on ...
  double slow_factor = 1;     // ... steps take this much longer (a card that throttles)
  Nanos slow_for = 0;         // and then no more; 0: for good

  /// By how much a step takes longer that begins so long after the first one.
  double factor(Nanos since_first) const;
};

}  // namespace tt::sim
