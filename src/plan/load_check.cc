// What may be wrong with a load, its stop rule and its warm-up.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/faults.h"
#include "plan/keywords.h"
#include "plan/load_curve.h"
#include "plan/load_section.h"

namespace tt::plan {
namespace {

using Curve = Stage::Curve;

constexpr double kMostUsers = 1'000'000;
constexpr double kMostRate = 1e6;
constexpr double kMostChanges = 20'000'000;  // of the number of users, over the whole shape

void check_arrivals(Faults& faults, const Rate& rate) {
  faults.require(rate.burstiness >= 0.01 && rate.burstiness <= 1000, "load.burstiness",
                 fmt::format("must lie from 0.01 (bursts) to 1000 (nearly constant), not {}",
                             rate.burstiness));
  faults.require(rate.arrivals == Rate::Arrivals::kGamma || rate.burstiness == 1.0,
                 "load.burstiness", "belongs to gamma arrivals; write arrivals: gamma");
}

void check_level(Faults& faults, double level, bool closed, const std::string& path) {
  if (!closed) {
    faults.require(level >= 0 && level <= kMostRate, path,
                   fmt::format("must lie from 0 to 1000000 requests a second, not {}", level));
    return;
  }
  faults.require(level >= 0 && level <= kMostUsers && level == std::floor(level), path,
                 fmt::format("must be a whole number of users up to 1000000, not {}", level));
}

void check_stage(Faults& faults, const Stage& stage, bool closed, bool only, Nanos whole,
                 const std::string& path) {
  const std::string dot = only ? "load." : path + ".";
  check_level(faults, stage.from, closed, dot + (closed ? "concurrency" : "rate"));
  check_level(faults, stage.to, closed, dot + "to");
  if (stage.curve == Curve::kExponential) {
    faults.require(stage.from > 0 && stage.to > 0, dot + "curve",
                   "exponential cannot begin or end at 0; use a small level, or linear");
  }
  if (stage.duration > 0 || !only) faults.duration(stage.duration, "", dot + "duration");
  const Nanos duration = stage.duration > 0 ? stage.duration : whole;
  const Nanos period = stage.period > 0 ? stage.period : duration;
  faults.require(
      stage.period == 0 || (stage.period >= kMillisecond && stage.period <= kLongestTime),
      dot + "period", "must lie from 1ms to 30 days");
  faults.require(stage.burst == 0 || (stage.burst >= kMillisecond && stage.burst < period),
                 dot + "burst", "must be at least 1ms and shorter than the period");
  faults.require(stage.steps >= 2 && stage.steps <= 10'000, dot + "steps",
                 fmt::format("must lie from 2 to 10000, not {}", stage.steps));
}

void check_stages(Faults& faults, const Plan& plan) {
  const auto stages = stages_of(plan.load);
  const bool closed = !is_open_loop(plan.load);
  const Nanos whole = plan.stop.duration.value_or(0);
  double pieces = 0;
  double travel = 0;
  Nanos sum = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const bool only = stages.size() == 1 && stages[i].duration == 0;
    check_stage(faults, stages[i], closed, only, whole, fmt::format("load.stages[{}]", i));
    const Nanos duration = stages[i].duration > 0 ? stages[i].duration : whole;
    pieces += pieces_of(stages[i], duration);
    travel += travel_of(stages[i], duration);
    sum = std::min(kLongestTime + 1, sum + std::clamp<Nanos>(duration, 0, kLongestTime));
  }
  faults.require(pieces <= static_cast<double>(LoadCurve::kMostPieces), "load",
                 "changes too often; use a longer period");
  faults.require(!closed || travel <= kMostChanges, "load",
                 "changes the number of users too often; use a longer period");
  faults.require(sum <= kLongestTime, "load.stages", "must last at most 30 days together");
  faults.require(peak_level(plan.load) >= (closed ? 1 : 1e-6), "load",
                 closed ? "never has a user" : "never sends a request");
  if (!ends_by_itself(plan.load)) {
    faults.require(plan.stop.duration.has_value(), "stop.duration",
                   "is needed: it is the time over which the load goes to its end");
  } else {
    faults.require(!plan.stop.duration || *plan.stop.duration <= sum, "stop.duration",
                   fmt::format("is longer than the stages, which last {}; leave it out, or "
                               "lengthen the last stage",
                               format_duration(sum)));
  }
  const bool warm = plan.warmup.requests > 0 || plan.warmup.duration > 0;
  faults.require(!warm || stages.front().from > 0, "warmup",
                 "is sent at the level with which the load begins, and that is 0");
}

void check_trace(Faults& faults, const TraceReplay& trace) {
  faults.require(!trace.path.empty(), "load.trace", "must name a file");
  faults.within<double>(trace.speed, 1e-3, 1e6, "load.trace.speed");
  faults.within<double>(trace.scale, 1e-6, 1000, "load.trace.scale");
  faults.within<double>(trace.input_scale, 1e-4, 1e4, "load.trace.input_scale");
  faults.within<double>(trace.output_scale, 1e-4, 1e4, "load.trace.output_scale");
  // In the trace's own time, which a speed may shorten. The sum of both must not overflow.
  constexpr Nanos kTenYears = 3650LL * 24 * 3600 * kSecond;
  faults.require(trace.start >= 0 && trace.start <= kTenYears, "load.trace.start",
                 "must be 0 or more and at most ten years");
  faults.require(trace.duration >= 0 && trace.duration <= kTenYears, "load.trace.duration",
                 "must be 0 (to the end) or more and at most ten years");
  faults.require(
      trace.longer == TraceReplay::Longer::kCut || trace.max_input > 0 || trace.max_output > 0,
      "load.trace.longer", "says what happens to a request over max_input or max_output; give one");
}

/// Seconds that requests of a steady rate take, warm-up included, where no time ends them.
double planned_seconds(const Plan& plan, const Rate& rate) {
  const double first = rate.stages.empty() ? rate.per_second : rate.stages.front().from;
  auto requests = static_cast<double>(plan.warmup.requests);
  if (plan.stop.requests && !load_length(plan)) {
    requests += static_cast<double>(*plan.stop.requests);
  }
  return requests > 0 ? requests / first : 0;
}

/// Requests that the schedule would hold at most, with room for randomness.
double planned_requests(const Plan& plan) {
  double count = plan.stop.requests ? static_cast<double>(*plan.stop.requests) : HUGE_VAL;
  const auto* rate = std::get_if<Rate>(&plan.load);
  const auto length = load_length(plan);
  if (rate != nullptr && length) {
    const double area = rate->stages.empty() ? rate->per_second * to_seconds(*length)
                                             : LoadCurve(rate->stages, *length).area();
    count = std::min(count, area * playings_of(plan));
  }
  if (rate != nullptr) {
    const double first = rate->stages.empty() ? rate->per_second : rate->stages.front().from;
    count += first * to_seconds(plan.warmup.duration);
  }
  return std::isfinite(count) ? count + static_cast<double>(plan.warmup.requests)
                              : static_cast<double>(plan.warmup.requests);
}

void check_stop(Faults& faults, const Plan& plan) {
  faults.require(plan.stop.duration || plan.stop.requests || ends_by_itself(plan.load), "stop",
                 "must set duration or requests, else the run would never end");
  if (plan.stop.duration) faults.duration(*plan.stop.duration, "", "stop.duration");
  if (plan.stop.requests) {
    faults.require(*plan.stop.requests >= 1 && *plan.stop.requests <= kMaxRequests, "stop.requests",
                   fmt::format("must lie from 1 to {}, not {}", kMaxRequests, *plan.stop.requests));
    faults.require(playings_of(plan) == 1, "stop.requests",
                   "cannot end a load that varies and is played several times; set blocks: 1");
  }
  faults.require(plan.warmup.requests <= kMaxRequests, "warmup.requests",
                 fmt::format("must lie from 0 to {}, not {}", kMaxRequests, plan.warmup.requests));
  faults.duration(plan.warmup.duration, "none", "warmup.duration");
  if (!stages_of(plan.load).empty() && !faults.none()) return;  // no shape to sum up
  if (const auto* rate = std::get_if<Rate>(&plan.load); rate != nullptr && faults.none()) {
    const double seconds = planned_seconds(plan, *rate);
    faults.require(seconds <= to_seconds(kLongestTime), "load.rate",
                   fmt::format("is so low that the requests would take {:.3g} days; at most 30",
                               seconds / 86400));
  }
  const double planned = planned_requests(plan);
  faults.require(planned <= static_cast<double>(kMaxRequests), "stop",
                 fmt::format("asks for {:.3g} requests; a run may have at most {}", planned,
                             format_count(kMaxRequests)));
}

}  // namespace

std::vector<Error> load_faults(const Plan& plan) {
  Faults faults;
  const auto* closed = std::get_if<Concurrency>(&plan.load);
  const auto* rate = std::get_if<Rate>(&plan.load);
  if (const auto* trace = std::get_if<TraceReplay>(&plan.load)) check_trace(faults, *trace);
  if (!stages_of(plan.load).empty()) {
    check_stages(faults, plan);
  } else if (closed != nullptr) {
    faults.within<double>(closed->users, 1, kMostUsers, "load.concurrency");
  } else if (rate != nullptr) {
    faults.require(rate->per_second >= 1e-6 && rate->per_second <= kMostRate, "load.rate",
                   fmt::format("must be above 0 and at most 1000000 requests a second, not {}",
                               rate->per_second));
  }
  if (rate != nullptr) check_arrivals(faults, *rate);
  faults.require(!plan.workload.sessions || rate != nullptr || !varies(plan.load), "load",
                 "sessions need a steady concurrency, or a rate, which may change with time");
  check_stop(faults, plan);
  return faults.take();
}

}  // namespace tt::plan
