#include "base/time.h"

#include <ctime>

namespace tt {
namespace {

Nanos read_clock(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return static_cast<Nanos>(ts.tv_sec) * kSecond + ts.tv_nsec;
}

}  // namespace

Nanos SteadyClock::now() const { return read_clock(CLOCK_MONOTONIC); }
Nanos steady_now() { return read_clock(CLOCK_MONOTONIC); }
Nanos realtime_now() { return read_clock(CLOCK_REALTIME); }

}  // namespace tt
