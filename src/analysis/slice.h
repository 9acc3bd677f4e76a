// The part of a run that a view is about: one target's rows, of one phase, in the order of sending.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/input.h"
#include "analysis/metrics.h"
#include "analysis/request_value.h"
#include "record/frame.h"

namespace tt::analysis {

/// Warm-up rows are those that the plan says to leave out.
enum class Phase : std::uint8_t { kMeasured, kWarmup, kAll };

/// A stretch in which the target was measured without a break: from its first send to its last end.
struct Stretch {
  std::size_t first = 0;  // position in Slice::rows
  std::size_t past = 0;
  Nanos from = 0;
  Nanos to = 0;
  Nanos last_sent = 0;
};

/// Columns of values, each computed when first asked for. From any thread.
class ValueCache {
 public:
  template <class Make>
  const std::vector<double>& get(std::size_t column, Make make) {
    std::call_once(made_[column], [&] {
      columns_[column] = make();
      bytes_ += columns_[column].capacity() * sizeof(double);
    });
    return columns_[column];
  }
  /// Of memory, so far.
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kColumns = 32;
  std::array<std::once_flag, kColumns> made_;
  std::array<std::vector<double>, kColumns> columns_;
  std::atomic<std::size_t> bytes_ = 0;
};

/// Rows of one target as positions in a frame, which must outlive this. Those that nobody sent are
/// only counted.
struct Slice {
  const record::Frame* frame = nullptr;
  std::uint32_t target = 0;
  std::vector<std::uint32_t> rows;   // by block, then by instant of sending
  std::vector<Stretch> stretches;    // one a block that has an instant
  std::uint64_t dropped = 0;         // never sent, by the player's choice
  std::uint64_t client_limited = 0;  // the client ran out of files, ports or memory
  std::shared_ptr<ValueCache> cache = std::make_shared<ValueCache>();  // of these rows

  bool has_times() const { return !stretches.empty(); }
  /// Sum over the stretches, in seconds: what rates are taken over.
  double seconds() const;
  RequestFacts facts(std::size_t row) const;  // of a row of the frame
};

/// When a request began to take its target's time: sent; planned where it failed before its first
/// byte left; its end where that is all that is known.
Nanos start_of(const record::Frame& frame, std::size_t row);

/// A slice for each target.
std::vector<Slice> make_slices(const record::Frame& frame, std::size_t targets,
                               Phase phase = Phase::kMeasured);

/// The same slice without its first `count` requests.
Slice without_first(const Slice& slice, std::size_t count);

/// One value a row of the slice, kNoValue where it has none. Lives as long as the slice or a copy.
/// For Grain::kRequest.
const std::vector<double>& values(const Slice& slice, MetricId metric);
/// The values that are there, in the same order.
std::vector<double> present(std::span<const double> values);

/// What can be set against something else, one value a row: metrics are in milliseconds.
enum class Quantity : std::uint8_t {
  kInputTokens,  // kNoValue where nobody counted them
  kOutputTokens,
  kConcurrency,  // requests of the target in flight at the send, this one included
  kTtft,
  kTpot,
  kE2e,
  kRequestRate,  // a single request's output tokens over its E2E, in tokens/s
  kDecodeRate,   // a single request's pace after its first token, in tokens/s: 1000 / TPOT
  kSentAt,       // seconds since the run's start
};
std::string_view quantity_title(Quantity quantity);
std::string_view quantity_key(Quantity quantity);  // with its unit, for JSON
const std::vector<double>& values(const Slice& slice, Quantity quantity);

/// For every row of the slice how many requests of its target, of any phase, were in flight when it
/// was sent, itself included. 0 where it has no instants. O(n log n).
std::vector<std::uint32_t> concurrency_at_send(const Slice& slice);

/// At most `most` of n positions, evenly apart, from 0 on: what large scatters and estimates of
/// quadratic cost are thinned to.
std::vector<std::size_t> thin(std::size_t n, std::size_t most);

/// A row to go to from a point of a chart.
struct RowRef {
  std::uint32_t row = 0;  // in the frame, and so in the file
  std::uint64_t index = 0;
  bool operator==(const RowRef&) const = default;
};

}  // namespace tt::analysis
