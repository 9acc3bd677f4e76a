// A load that changes with time: its level (requests a second, or users) at any instant, and what
// follows from it exactly, without stepping through time.
//
// Open loop: arrivals come by time-rescaling. Let L(t) be the integral of the rate from 0 to t. If
// u1 < u2 < ... are arrivals at a rate of 1, then the instants t with L(t) = u are arrivals at the
// wished rate: unit exponential gaps give a non-homogeneous Poisson process (Cinlar, Introduction
// to Stochastic Processes, 1975, 4.7; Devroye, Non-Uniform Random Variate Generation, 1986, VI.1),
// gaps of 1 an even one, gamma gaps a bursty one (Gerhardt and Nelson, Transforming Renewal
// Processes for Simulation of Nonstationary Arrival Processes, INFORMS J. Computing 21, 2009).
// L is known in closed form for every curve, and so is its inverse, but for the wave, where
// Newton's method finds it to a nanosecond.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "plan/plan.h"

namespace tt::plan {

/// From `at` on there are `users`.
struct UserChange {
  Nanos at = 0;
  std::uint32_t users = 0;
  bool operator==(const UserChange&) const = default;
};

/// Immutable. All instants count from the start of the shape.
class LoadCurve {
 public:
  /// More pieces than this is a fault of the plan (a wave of a million periods).
  static constexpr std::size_t kMostPieces = 1'000'000;

  /// `whole`: how long the load lasts; 0: as long as its stages. It cuts what is longer, and
  /// stretches the only stage that has no duration of its own.
  LoadCurve(std::span<const Stage> stages, Nanos whole);

  Nanos length() const { return length_; }
  /// After the end: that of the end.
  double level(Nanos at) const;
  double peak() const;
  double mean() const { return length_ > 0 ? area_ / to_seconds(length_) : level(0); }
  /// The integral of the level over all of the time: requests, or seconds of users.
  double area() const { return area_; }
  /// The integral from 0 to `at`.
  double area_until(Nanos at) const;
  /// The instant at which the integral reaches `area`; where the level is 0 just then, the end of
  /// that stretch. length() where it never does.
  Nanos reach(double area) const;
  /// The level rounded to whole users: its value at 0, and each change of it.
  std::vector<UserChange> users() const;

 private:
  enum class Bend { kLine, kExponential, kCosine };
  // Monotone, so that each level and each area is reached once.
  struct Piece {
    Nanos begin;
    Nanos length;
    Nanos span;  // over which it would go from `from` to `to`; more than `length` where it is cut
    double from;
    double to;
    Bend bend;
    double before;  // area until `begin`

    double level(double seconds) const;
    double area(double seconds) const;
    double reach(double area) const;  // seconds
    double when(double level) const;  // seconds
    double end_level() const { return level(to_seconds(length)); }
  };

  void add(Nanos length, double from, double to, Bend bend = Bend::kLine);
  void add_stage(const Stage& stage, Nanos duration);
  void add_period(const Stage& stage, Nanos period);
  const Piece* piece_at(Nanos at) const;
  void add_changes(const Piece& piece, std::vector<UserChange>& changes) const;

  std::vector<Piece> pieces_;
  Nanos length_ = 0;
  Nanos limit_ = 0;  // while building: where the stage ends
  double area_ = 0;
};

/// How many pieces the curve of a stage would have; more than LoadCurve::kMostPieces is too many.
double pieces_of(const Stage& stage, Nanos duration);
/// How much the level goes up and down over a stage: bounds how often the users change.
double travel_of(const Stage& stage, Nanos duration);
/// Where the next stage begins, if it does not say.
double end_of(const Stage& stage);

// What all load shapes have in common.

bool is_open_loop(const LoadShape& load);
/// Empty: the load is the same all the time, or a trace.
std::span<const Stage> stages_of(const LoadShape& load);
/// Stages and traces: what is asked of a target depends on the time.
bool varies(const LoadShape& load);
/// True where the load is over without a stop rule: a trace, or stages that have durations.
bool ends_by_itself(const LoadShape& load);
/// Closed loop: the most users at a time; open loop: the cap on requests in flight, 0: none.
std::uint32_t most_in_flight(const LoadShape& load);
/// The highest rate or number of users; of a trace nothing is known before it is read: 0.
double peak_level(const LoadShape& load);
/// How long one playing of the load lasts; nullopt where no time ends it. A trace's own end is in
/// its schedule.
std::optional<Nanos> load_length(const Plan& plan);
/// How often each target plays a load that varies: once a block.
std::uint32_t playings_of(const Plan& plan);

}  // namespace tt::plan
