// What a file's requests are like: counts of what is wrong, and the statistics behind outliers and
// the quality score. Made in parts by several threads and merged in file order, so that the figures
// do not depend on the number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "import/sample.h"

namespace tt::import {

class Reader;

/// A record that shows what is meant.
struct Specimen {
  std::uint64_t row = 0;
  std::uint64_t line = 0;
  std::string column;
  std::string value;   // as the file has it, cut
  std::string record;  // likewise
};

/// Counts of one kind of fault, with its first records.
struct Tally {
  static constexpr std::size_t kMostSpecimens = 3;
  std::uint64_t count = 0;
  std::vector<Specimen> first;

  /// `record`: the sample's bytes in the file.
  void add(const Sample& sample, std::string_view record);
  void merge(const Tally& later);
  bool wants_specimens() const { return first.size() < kMostSpecimens; }
};

/// Positive values in buckets 1/64 of a factor of two wide, from 2^-30 to 2^34, and their moments.
class Spread {
 public:
  void add(double value);
  void merge(const Spread& later);

  std::uint64_t count() const { return count_; }
  double mean() const;
  /// Of the sample (divisor n - 1); 0 below two values.
  double deviation() const;
  double least() const { return least_; }
  double most() const { return most_; }
  /// To the middle of a bucket (0.6%); 0 without values.
  double median() const;
  /// Median of the distances of ln(value) from ln(median()); to a bucket's width.
  double log_mad() const;
  /// Upper edge of the bucket that `limit` falls into: how many values lie above that can be told
  /// exactly.
  static double snapped(double limit);
  /// Values in buckets above the one that `limit` falls into.
  std::uint64_t above(double limit) const;

 private:
  static constexpr int kPerOctave = 64;
  static constexpr int kLowest = -30;
  static constexpr int kBuckets = 64 * kPerOctave;
  static int bucket_of(double value);
  static double lower_edge(int bucket);
  int bucket_at(std::uint64_t rank) const;

  std::uint64_t count_ = 0;
  double pivot_ = 0;  // the first value: sums are taken about it, against cancellation
  double sum_ = 0;
  double squares_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  double most_ = 0;
  std::vector<std::uint32_t> buckets_;  // empty until there is a value
};

/// The greatest values of a metric, with their records.
struct Extremes {
  static constexpr std::size_t kMost = 3;
  std::vector<std::pair<double, Specimen>> top;  // greatest first
  void add(double value, const Sample& sample);
  void merge(const Extremes& later);
};

/// Durations that outliers are looked for in.
enum class Watched : std::uint8_t { kTtft, kTpot, kE2e };
inline constexpr std::size_t kWatched = 3;
std::string_view watched_name(Watched watched);

struct Audit {
  std::uint64_t read = 0;  // records, faulty ones too
  std::uint64_t ok = 0;    // successful requests with tokens
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::array<Tally, kFaultCount> faults;
  Tally empty;     // successful, but without a single token
  Tally repeated;  // an id that was there before
  std::array<Spread, kWatched> spreads;
  std::array<Extremes, kWatched> extremes;

  std::uint64_t with_start = 0;  // rows whose start is told
  Nanos first_start = kNever;
  Nanos last_end = kNever;
  double busy_seconds = 0;  // sum of durations, for the mean concurrency by Little's law
  Spread input_tokens;
  Spread output_tokens;
  std::uint64_t with_texts = 0;
  std::uint64_t with_gaps = 0;

  /// Checks a sample that was read (faults found so far are in it), counts it, and says whether it
  /// is whole. `reader` gave it, and is asked for its bytes where it shows a fault.
  bool take(Sample& sample, Reader& reader);
  void merge(const Audit& later);
  std::uint64_t faulty() const;

 private:
  void count_good(const Sample& sample, Reader& reader);
};

}  // namespace tt::import
