// The screen of a run that goes on. Pure: state and width in, lines out.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/terminal.h"
#include "base/time.h"
#include "record/row.h"
#include "record/telemetry.h"
#include "trial/conduct.h"

namespace tt::app {

/// A median of latencies as they come: buckets of 1.1% from 1 us to 20 min. Never allocates.
class LiveMedian {
 public:
  void add(Nanos latency);
  std::uint64_t count() const { return total_; }
  /// In milliseconds; nullopt where nothing was added.
  std::optional<double> millis() const;

 private:
  static constexpr std::size_t kBuckets = 64 * 31;  // 64 a factor of two
  std::array<std::uint32_t, kBuckets> counts_{};
  std::uint64_t total_ = 0;
};

/// Tokens a second over the last seconds of a target's play. Its turns' pauses do not count.
class LiveRate {
 public:
  /// `tokens` in all at instant `now`; `playing`: the time since the last call counts.
  void sample(Nanos now, std::uint64_t tokens, bool playing);
  std::optional<double> per_second() const;

 private:
  struct Point {
    Nanos at;  // on a clock that stands still between turns
    std::uint64_t tokens;
  };
  std::deque<Point> points_;
  Nanos last_now_ = kNever;
  Nanos played_ = 0;
};

/// What a run has shown of one target so far.
struct LiveTarget {
  std::string name;
  std::uint64_t done = 0;    // answered, warm-up included
  std::uint64_t failed = 0;  // of the rest: neither answered nor cancelled
  LiveMedian ttft;
  LiveRate rate;
  // By the engine's own metrics; nullopt where it does not expose them.
  std::optional<double> kv_usage;
  std::optional<double> running;
  std::optional<double> waiting;

  void hear(const record::Sample& sample);
  void count(const record::Row& row);
};

struct LiveState {
  std::vector<LiveTarget> targets;
  trial::Progress progress;
  load::StopMode stop = load::StopMode::kPlay;

  Nanos turn_began = 0;    // the turn under way, on the run's clock
  double shown_share = 0;  // so that the bar never goes back

  /// Takes over counters and samples the rates.
  void update(const trial::Progress& next);
  /// Share of the load that was played, and what is left of it; nullopt where it cannot be known.
  /// Turns last longer than planned, as what is in flight at their end is waited for: those that
  /// are over tell how long the others will last.
  std::optional<double> share() const;
  std::optional<Nanos> left() const;

 private:
  Nanos turn_length() const;
};

/// The whole screen: what is done, a bar, and a line a target.
std::vector<Line> live_lines(const LiveState& state, std::size_t width);
/// The same as one plain line.
std::string live_text(const LiveState& state);
/// What a phase does, for people: "asking the targets who they are".
std::string_view phase_text(trial::Progress::Phase phase);

}  // namespace tt::app
