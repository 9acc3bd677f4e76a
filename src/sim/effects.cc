#include "sim/effects.h"

namespace tt::sim {

double Effects::factor(Nanos since_first) const {
  constexpr double kHour = 3600;
  double factor = 1 + drift_per_hour * to_seconds(since_first) / kHour;
  if (since_first < warm_up_time) {
    const double left = 1 - to_seconds(since_first) / to_seconds(warm_up_time);
    factor *= 1 + (warm_up_factor - 1) * left;
  }
  const bool slow =
      since_first >= slow_after && (slow_for == 0 || since_first < slow_after + slow_for);
  return slow ? factor * slow_factor : factor;
}

}  // namespace tt::sim
