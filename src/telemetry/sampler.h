// Reads telemetry while a run goes on: the targets' metric pages, GPUs and the client's machine, on
// a thread of its own, away from the load's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/stream.h"
#include "record/telemetry.h"
#include "telemetry/page_client.h"

namespace tt::telemetry {

/// Least and most time between two readings.
inline constexpr Nanos kLeastInterval = 100 * kMillisecond;
inline constexpr Nanos kMostInterval = 15 * kSecond;

/// A page of metrics to read.
struct PageSource {
  std::string name;  // in events and in the label `source`: "vllm", "http://host:9400/metrics"
  PageAddress address;
  std::vector<std::uint32_t> targets;  // whose it is; empty: the client's machine
  std::string model;                   // see MapperOptions
  bool named = false;                  // by the user; else it is the engine's usual page
};

struct SamplerSetup {
  std::vector<PageSource> pages;
  Nanos interval = kSecond;
  Nanos timeout = 2 * kSecond;  // of one reading
  bool raw = false;             // also what has no name of ours
  bool host = true;             // this machine
  std::string host_root;        // "": /proc
  std::string nvml;             // library to load; empty: none
  std::vector<std::uint32_t> nvml_targets;
  Nanos epoch = 0;  // of the run, on steady_now's clock
};

/// Takes what was read. Called from the sampler's thread, one call at a time.
class TelemetrySink {
 public:
  virtual ~TelemetrySink() = default;
  virtual void on_samples(std::vector<record::Sample> samples) = 0;
  /// "telemetry" events: a source that fails (once), that answers again, whose page cannot be taken
  /// whole (once), or that is given up.
  virtual void on_event(record::Event event) = 0;
};

/// How much it did, and what it cost.
struct SamplerStats {
  std::uint64_t readings = 0;  // of all sources that answered
  std::uint64_t failures = 0;
  std::uint64_t bad_lines = 0;
  std::uint64_t samples = 0;
  Nanos cpu = 0;  // of its thread
  /// Pages that the user named and that never answered: "http://host:9400/metrics: ...".
  std::vector<std::string> silent;
};

/// The next instant of the row start, start + interval, ... that is not before `now`: one that was
/// missed is not made up for.
Nanos next_tick(Nanos start, Nanos interval, Nanos now);

/// How many ticks are passed over after so many failures in a row: none after the first, then one,
/// three, seven, so that a page that is gone is asked for less and less; never more than fifteen,
/// nor so many that it is asked less often than every kMostInterval. An answer sets it back.
std::int64_t passed_over(std::uint64_t failures, Nanos interval);

class Sampler {
 public:
  /// Reads everything at once, and then every interval. `sink` must outlive the sampler. An error
  /// where the system has no thread or file left.
  static Result<std::unique_ptr<Sampler>> start(SamplerSetup setup, TelemetrySink& sink);
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /// Reads once more, so that counters reach to the end of the load, and ends; waits no longer than
  /// a second for that. May be called more than once.
  SamplerStats stop();

 private:
  struct Impl;
  explicit Sampler(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::telemetry
