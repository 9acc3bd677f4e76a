// The one set of names of telemetry, and what each server calls the same thing. All of it is data,
// in alias_table.cc: to learn another server, add lines there.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tt::telemetry {

enum class Kind : std::uint8_t { kGauge, kCounter, kHistogram };

/// What several series of one page make together: those of data-parallel engines, for example.
enum class Combine : std::uint8_t { kSum, kMean, kMax };

/// One of our names. Units are base units and end the name: seconds, bytes, tokens, watts, joules;
/// shares are of 1. Histograms are recorded as name_bucket{le}, name_sum and name_count.
struct Metric {
  std::string_view name;
  Kind kind;
  Combine combine;
  std::string_view label;  // the one label that is kept apart ("gpu", "reason"); empty: none
  std::string_view meaning;
};

/// How a name of a server's page becomes one of ours.
enum class Part : std::uint8_t {
  kValue,         // the sample of that name; of counters also that name with "_total"
  kBuckets,       // a whole histogram: _bucket, _sum and _count
  kSum,           // a histogram's or summary's _sum, as a counter
  kCount,         // likewise its _count
  kLabelProduct,  // two of its labels, multiplied; `where` names them: "a*b"
};

struct Alias {
  std::string_view source;  // "vllm:num_requests_running", without suffixes
  std::string_view name;    // one of ours; with _sum or _count, that part of a histogram
  Part part = Part::kValue;
  double scale = 1;             // what the value is multiplied with (of a histogram: sum and edges)
  std::string_view where = {};  // "label=value": only series with it
  std::string_view label = {};  // the label that becomes Metric::label; "a.b" joins two
  /// Of aliases of one name that a page has, those with the least number count, all together.
  std::uint8_t rank = 0;
  bool own_model = false;  // only series whose label `model` is the target's model
};

std::span<const Metric> metrics();
std::span<const Alias> aliases();
/// The metric of this name, or of the histogram that a name with _bucket, _sum or _count is part
/// of; nullptr where it is none of ours.
const Metric* find_metric(std::string_view name);

}  // namespace tt::telemetry
