// One loop on one thread: plays its share of each round's stints. Workers share nothing but the
// breakers and the stop flag.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "load/breaker.h"
#include "load/collector.h"
#include "load/flight_factory.h"
#include "load/lag_meter.h"
#include "load/pacer.h"
#include "load/player.h"
#include "load/stint.h"

namespace tt::load {

/// What the workers of a run have in common. Everything must outlive them.
struct Stage {
  const plan::Plan& plan;
  const workload::Schedule& schedule;
  const FlightFactory& factory;
  std::span<const LoadTarget> targets;
  const workload::Conversations* conversations;  // nullptr: single requests
  std::vector<Breaker>& breakers;                // one a target
  std::vector<LiveCounters>& counters;           // one a target
  const std::atomic<StopMode>& stop_mode;
  const std::atomic<std::size_t>& rounds_over;  // rounds below this number send nothing more
  Nanos epoch;                                  // steady_now() at the run's start
  /// Closed loop whose number of users changes: when. Empty otherwise.
  std::vector<plan::UserChange> users = {};
};

/// What a worker measured of itself.
struct WorkerHealth {
  LagMeter lags;                    // of reads with a kernel stamp
  Nanos cpu = 0;                    // of its thread, while it played
  Nanos wall = 0;                   // for so long
  std::uint64_t clock_samples = 0;  // readings of realtime minus monotonic
  double busiest_second = 0;        // greatest CPU share over about a second
};

class Worker {
 public:
  Worker(const Stage& stage, WorkerShare share, Lane& lane);
  ~Worker();

  /// Makes ready for the round of this number: builds the requests that leave at its start.
  /// `first[i]` is the next unused index of stint i's target (closed loop).
  void prepare(const Round& round, std::size_t number, std::span<const std::uint64_t> first);
  /// Plays its share of the prepared round, on the calling thread, and returns when nothing is left
  /// in flight. `start` is on the run's clock, the same for all workers.
  void play(Nanos start);
  /// After play(): the index after the last one that stint `i` used.
  std::uint64_t next_index(std::size_t i) const { return next_indices_[i]; }
  const WorkerHealth& health() const { return health_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<std::uint64_t> next_indices_;
  WorkerHealth health_;
};

}  // namespace tt::load
