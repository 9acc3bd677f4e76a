// Plays a schedule against targets: the face of src/load.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "load/breaker.h"
#include "load/collector.h"
#include "load/flight_factory.h"
#include "load/stint.h"
#include "load/worker.h"

namespace tt::load {

/// What the client measured of itself over a run.
struct ClientMeasure {
  Nanos lag_p50 = -1;  // read lag: user-space read minus kernel stamp; -1: no stamps
  Nanos lag_p99 = -1;
  Nanos lag_max = -1;
  std::uint64_t stamped_reads = 0;
  std::uint64_t clock_samples = 0;  // readings of realtime minus monotonic
  Nanos cpu = 0;                    // of all workers' threads, while they played
  double cpu_share = 0;             // of the busiest worker's core, over the time it played
  double busiest_second = 0;        // the same, over its busiest second
};

struct LoadSetup {
  const plan::Plan& plan;
  const workload::Schedule& schedule;
  const workload::PromptSource& prompts;
  std::vector<LoadTarget> targets;
  std::string id_prefix;  // of every X-Request-Id: the run's id
  std::uint32_t workers = 1;
  Nanos epoch = 0;  // steady_now() at the run's start: rows count from it
};

/// Threads for a plan: as many as it names, else one for each 500 requests in flight or a second,
/// at most one a core. Never more than there are users (or places under the cap) to share: a worker
/// without a user would never end, one without a place under the cap would know no cap.
std::uint32_t workers_for(const plan::Plan& plan, std::uint32_t cores);

class Load {
 public:
  /// What `setup` refers to, and `sink`, must outlive the load.
  Load(LoadSetup setup, RowSink& sink);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// Plays one round and returns when nothing is left in flight. `number` is what
  /// end_round() names; where that is used it must rise from round to round.
  void play(const Round& round, std::size_t number = 0);
  /// From any thread, and from a signal handler. Never goes back to a milder mode.
  void stop(StopMode mode);
  /// From any thread: round `number` sends nothing more. One that is over by now, and those after
  /// it, do not notice.
  void end_round(std::size_t number);
  StopMode stop_mode() const { return stop_mode_.load(std::memory_order_relaxed); }
  bool given_up(std::uint32_t target) const { return breakers_[target].open(); }
  /// One a target. From any thread.
  const std::vector<LiveCounters>& counters() const { return counters_; }
  /// Between rounds.
  ClientMeasure measure() const;

 private:
  LoadSetup setup_;
  FlightFactory factory_;
  std::vector<Breaker> breakers_;
  std::vector<LiveCounters> counters_;
  std::vector<std::uint64_t> next_indices_;  // closed loop: each target's next unused index
  std::atomic<StopMode> stop_mode_{StopMode::kPlay};
  std::atomic<std::size_t> rounds_over_{0};  // rounds below this number send nothing more
  Stage stage_;
  std::unique_ptr<Collector> collector_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace tt::load
