// Think times: how long somebody reads and types before asking again.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/rng.h"
#include "base/time.h"

namespace tt::plan {

/// A distribution of durations. Draws are kept within [min, max].
struct Pause {
  enum class Kind { kFixed, kUniform, kExponential, kNormal, kLognormal };
  static constexpr Nanos kLongest = 24 * 3600 * kSecond;

  Kind kind = Kind::kFixed;
  Nanos mean = 0;    // unused by kUniform; of the distribution itself, before the bounds
  Nanos stddev = 0;  // kNormal and kLognormal only
  Nanos min = 0;
  Nanos max = kLongest;
  bool operator==(const Pause&) const = default;
};

/// "2s", "uniform(1s,5s)", "exponential(4s)", "normal(4s,1s)", "lognormal(8s,4s)"; all but the
/// first two may end with bounds, as in "lognormal(8s,4s,1s,60s)".
Result<Pause> parse_pause(std::string_view text);
/// As parse_pause reads it.
std::string format_pause(const Pause& pause);
/// What is wrong with it, with a remedy; empty where all is well.
std::string pause_fault(const Pause& pause);

/// One draw. The number of random values used depends on the kind alone.
Nanos draw_pause(const Pause& pause, Rng& rng);
/// The mean of the distribution, before the bounds cut it.
Nanos mean_pause(const Pause& pause);

}  // namespace tt::plan
