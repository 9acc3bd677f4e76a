// Telemetry: what engines, GPUs and the client's machine say of themselves while a run goes on.
// One set of names whatever the source; docs/telemetry.md lists them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::record {

/// A series that belongs to no target: the client's own machine.
inline constexpr std::uint32_t kNoTarget = UINT32_MAX;

/// What a value measures, and whose it is.
struct Series {
  std::uint32_t target = kNoTarget;  // index into the manifest's targets
  std::string name;                  // "kv_cache_usage", "ttft_seconds_bucket"
  std::string labels;                // what labels_json makes; empty: none
  std::string source;                // as the source names it: "vllm:kv_cache_usage_perc"
  bool operator==(const Series&) const = default;
};

/// Labels as a JSON object with sorted keys: {"gpu":"0"}; empty for none.
std::string labels_json(const std::map<std::string, std::string>& labels);
/// One label's value out of that; empty where it is not there.
std::string label_of(std::string_view labels, std::string_view key);

/// One reading. Counters and histograms are as read, cumulative; a fall is a restart of their
/// process. What a source does not expose has no sample at all, and is never 0.
struct Sample {
  Nanos at = 0;  // since the run's start: when the source's answer began to arrive
  std::shared_ptr<const Series> series;  // the same object for the same series, as far as possible
  double value = 0;                      // never NaN
};
bool operator==(const Sample& a, const Sample& b);

/// Samples as the journal's payloads. A series is written out once, with its first sample, and a
/// value as its difference from the one before, so that a scrape of some 200 series takes less than
/// a kilobyte.
class TelemetryEncoder {
 public:
  /// Appends one payload. Payloads must be decoded in the same order.
  void encode(std::string& out, std::span<const Sample> samples);

 private:
  struct Known {
    std::shared_ptr<const Series> series;  // keeps the address taken
    std::uint64_t id = 0;
    std::uint64_t bits = 0;
  };
  std::map<const Series*, Known> known_;
};

class TelemetryDecoder {
 public:
  /// kInvalidInput for bytes that no encoder wrote; memory stays below a small multiple of theirs.
  Result<std::vector<Sample>> decode(std::string_view bytes);

 private:
  struct Known {
    std::shared_ptr<const Series> series;
    std::uint64_t bits = 0;
  };
  std::vector<Known> known_;
};

/// All of a series, in the order of time.
struct SeriesPoints {
  Series series;
  std::vector<Nanos> at;
  std::vector<double> value;  // as long as `at`
};

/// The telemetry of a run.
struct Telemetry {
  std::vector<SeriesPoints> series;  // sorted by target, name and labels

  bool empty() const { return series.empty(); }
  /// Those of one target and name; one for each set of labels.
  std::span<const SeriesPoints> of(std::uint32_t target, std::string_view name) const;
};
/// Sorted and grouped.
Telemetry make_telemetry(std::span<const Sample> samples);

/// Gives the next sample, or false at the end.
using SampleSource = std::function<bool(Sample&)>;
/// Writes telemetry.parquet (t, target, name, labels, value, source) and says how many samples
/// there were. Atomic; memory is bounded.
Result<std::uint64_t> write_telemetry(const std::string& path, const SampleSource& next);
/// Reads one. kNotFound where there is no such file.
Result<Telemetry> read_telemetry(const std::string& path);

}  // namespace tt::record
