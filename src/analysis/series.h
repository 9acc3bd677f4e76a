// What a series of telemetry comes to over the stretches in which its target was measured. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "record/telemetry.h"

namespace tt::analysis {

/// A stretch of a run; windows come in the order of time and do not overlap.
struct TimeWindow {
  Nanos from = 0;
  Nanos to = 0;
};
double seconds_of(std::span<const TimeWindow> windows);

/// What a counter grew by. It is read from the last reading before each window to the first after
/// it, as an engine may count a request only when it has ended; growth is never counted twice. A
/// fall is a restart: the new value counts from 0, as Prometheus has it. nullopt where no window
/// has two readings. `covered_s`, where given, gets the seconds of the windows that lie between the
/// readings used: less than all of them where a source began late, or fell silent.
std::optional<double> increase(const record::SeriesPoints& counter,
                               std::span<const TimeWindow> windows, double* covered_s = nullptr);

/// The same of a counter that never rests (energy, bytes, CPU time): exactly within the windows, by
/// a line between the readings about each edge. Before the first reading and after the last nothing
/// is known, and nothing is counted. `covered_s`, where given, gets the seconds that are.
std::optional<double> flow(const record::SeriesPoints& counter, std::span<const TimeWindow> windows,
                           double* covered_s = nullptr);

/// A gauge's readings within the windows.
struct GaugeFacts {
  std::size_t n = 0;
  double mean = 0;
  double max = 0;
};
std::optional<GaugeFacts> gauge_facts(const record::SeriesPoints& gauge,
                                      std::span<const TimeWindow> windows);

/// A line of values over time: seconds since the run's start.
struct SeriesLine {
  std::vector<double> at_s;
  std::vector<double> value;
};
/// A gauge within the windows.
SeriesLine gauge_line(const record::SeriesPoints& gauge, std::span<const TimeWindow> windows);
/// A counter's growth a second between neighbouring readings, at the later one's instant.
SeriesLine rate_line(const record::SeriesPoints& counter, std::span<const TimeWindow> windows);
/// Values of the same instants added up; instants that one line lacks are left out of the sum of
/// all. With `mean` their mean.
SeriesLine combine(std::span<const SeriesLine> lines, bool mean);

/// One bucket: how many values were not above `edge`.
struct Bucket {
  double edge = 0;  // the last one is infinite
  double count = 0;
};
/// A quantile from cumulative buckets, as Prometheus' histogram_quantile has it: linear within the
/// bucket that holds it, from 0 in the first. The true value lies from `low` to `high`; where it
/// lies in the last bucket nothing but a lower bound is known.
struct BucketQuantile {
  double value = 0;
  double low = 0;
  double high = 0;
  bool lower_bound = false;
};
/// `buckets` by edge. nullopt where they are empty, hold nothing, or have no infinite edge.
std::optional<BucketQuantile> bucket_quantile(double q, std::span<const Bucket> buckets);

/// A recorded histogram's growth over the windows.
struct HistogramGrowth {
  double count = 0;
  double sum = 0;
  std::vector<Bucket> buckets;  // empty where only sum and count are exposed
  std::optional<double> mean() const {
    return count > 0 ? std::optional(sum / count) : std::nullopt;
  }
};
/// `name` without suffix. nullopt where it is not exposed or did not grow.
std::optional<HistogramGrowth> histogram_growth(const record::Telemetry& telemetry,
                                                std::uint32_t target, std::string_view name,
                                                std::span<const TimeWindow> windows);

}  // namespace tt::analysis
