#include "import/audit.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "import/ingest.h"

namespace tt::import {
namespace {

constexpr std::size_t kSpecimenBytes = 120;
// A first token may be told after the end by what rounding does to milliseconds.
constexpr double kRounding = 2e-3;
constexpr double kLongest = 7 * 86400.0;  // a request of more than a week is none
constexpr double kMostTokens = 1e8;

std::string cut(std::string_view text) {
  if (text.size() <= kSpecimenBytes) return std::string(text);
  return std::string(text.substr(0, kSpecimenBytes)) + "...";
}

Specimen specimen(const Sample& sample, std::string_view record) {
  while (!record.empty() && (record.back() == '\n' || record.back() == '\r'))
    record.remove_suffix(1);
  return {sample.row, sample.line, std::string(sample.fault_column), cut(sample.fault_value),
          cut(record)};
}

struct Bound {
  std::string_view name;
  double Sample::* value;
  double most;
};
constexpr std::array kBounds = {
    Bound{"ttft", &Sample::ttft, kLongest},
    Bound{"tpot", &Sample::tpot, kLongest},
    Bound{"itl", &Sample::itl, kLongest},
    Bound{"e2e", &Sample::e2e, kLongest},
    Bound{"input_tokens", &Sample::input_tokens, kMostTokens},
    Bound{"output_tokens", &Sample::output_tokens, kMostTokens},
    Bound{"reasoning_tokens", &Sample::reasoning_tokens, kMostTokens},
};

void check_bounds(Sample& s) {
  for (const Bound& bound : kBounds) {
    const double value = s.*bound.value;
    if (value < 0) return s.blame(Fault::kNegative, bound.name, {});
    if (value > bound.most) return s.blame(Fault::kImpossible, bound.name, {});
  }
  for (const double gap : s.gaps) {
    if (gap < 0) return s.blame(Fault::kNegative, "itl", {});
    if (gap > kLongest) return s.blame(Fault::kImpossible, "itl", {});
  }
}

void check_order(Sample& s) {
  const auto after = [&](Nanos early, Nanos late, std::string_view name) {
    if (early != kNever && late != kNever && late < early - kMillisecond) {
      s.blame(Fault::kImpossible, name, {});
    }
  };
  after(s.start, s.end, "end before start");
  if (s.failed || s.cancelled) return;
  after(s.start, s.first_token, "first token before start");
  after(s.first_token, s.last_token, "last token before the first");
  after(s.last_token, s.end, "end before the last token");
  if (is_told(s.ttft) && is_told(s.e2e) && s.ttft > s.e2e + kRounding) {
    s.blame(Fault::kImpossible, "ttft longer than the whole request", {});
  }
}

}  // namespace

void Tally::add(const Sample& sample, std::string_view record) {
  ++count;
  if (first.size() < kMostSpecimens) first.push_back(specimen(sample, record));
}

void Tally::merge(const Tally& later) {
  count += later.count;
  for (const Specimen& one : later.first) {
    if (first.size() < kMostSpecimens) first.push_back(one);
  }
}

// --- Spread --------------------------------------------------------------------------------------

int Spread::bucket_of(double value) {
  // The exponent and the first six bits of the mantissa: 64 even steps a factor of two.
  const auto bits = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(value) >> 46);
  const auto bucket = bits - ((std::int64_t{1023} + kLowest) << 6);
  return static_cast<int>(std::clamp<std::int64_t>(bucket, 0, kBuckets - 1));
}

double Spread::lower_edge(int bucket) {
  return std::ldexp(1.0 + (bucket % kPerOctave) / double{kPerOctave},
                    bucket / kPerOctave + kLowest);
}

void Spread::add(double value) {
  if (count_ == 0) {
    pivot_ = value;
    buckets_.resize(kBuckets);
  }
  ++count_;
  sum_ += value - pivot_;
  squares_ += (value - pivot_) * (value - pivot_);
  least_ = std::min(least_, value);
  most_ = std::max(most_, value);
  if (value > 0) ++buckets_[static_cast<std::size_t>(bucket_of(value))];
}

void Spread::merge(const Spread& later) {
  if (later.count_ == 0) return;
  if (count_ == 0) {
    *this = later;
    return;
  }
  const double shift = later.pivot_ - pivot_;
  const auto n = static_cast<double>(later.count_);
  squares_ += later.squares_ + 2 * shift * later.sum_ + n * shift * shift;
  sum_ += later.sum_ + n * shift;
  count_ += later.count_;
  least_ = std::min(least_, later.least_);
  most_ = std::max(most_, later.most_);
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += later.buckets_[i];
}

double Spread::mean() const {
  return count_ == 0 ? 0 : pivot_ + sum_ / static_cast<double>(count_);
}

double Spread::deviation() const {
  if (count_ < 2) return 0;
  const auto n = static_cast<double>(count_);
  return std::sqrt(std::max(0.0, (squares_ - sum_ * sum_ / n) / (n - 1)));
}

// The bucket that holds the value of this rank among the positive ones.
int Spread::bucket_at(std::uint64_t rank) const {
  std::uint64_t seen = 0;
  for (int i = 0; i < kBuckets; ++i) {
    seen += buckets_[static_cast<std::size_t>(i)];
    if (seen > rank) return i;
  }
  return kBuckets - 1;
}

double Spread::median() const {
  if (count_ == 0) return 0;
  std::uint64_t positive = 0;
  for (const std::uint32_t n : buckets_) positive += n;
  if (positive == 0) return 0;
  const int bucket = bucket_at(positive / 2);
  return (lower_edge(bucket) + lower_edge(bucket + 1)) / 2;
}

double Spread::log_mad() const {
  const double middle = median();
  if (middle <= 0) return 0;
  std::vector<std::pair<double, std::uint32_t>> distances;
  std::uint64_t total = 0;
  for (int i = 0; i < kBuckets; ++i) {
    const std::uint32_t n = buckets_[static_cast<std::size_t>(i)];
    if (n == 0) continue;
    const double value = (lower_edge(i) + lower_edge(i + 1)) / 2;
    distances.emplace_back(std::abs(std::log(value / middle)), n);
    total += n;
  }
  std::ranges::sort(distances);
  std::uint64_t seen = 0;
  for (const auto& [distance, n] : distances) {
    seen += n;
    if (seen > total / 2) return distance;
  }
  return 0;
}

double Spread::snapped(double limit) { return limit > 0 ? lower_edge(bucket_of(limit) + 1) : 0; }

std::uint64_t Spread::above(double limit) const {
  std::uint64_t count = 0;
  if (count_ == 0) return 0;
  for (int i = bucket_of(limit) + 1; i < kBuckets; ++i)
    count += buckets_[static_cast<std::size_t>(i)];
  return count;
}

// --- Extremes ------------------------------------------------------------------------------------

void Extremes::add(double value, const Sample& sample) {
  if (top.size() == kMost && value <= top.back().first) return;
  if (top.size() == kMost) top.pop_back();
  const auto place = std::ranges::upper_bound(top, value, std::greater<>(),
                                              [](const auto& item) { return item.first; });
  top.emplace(place, value, Specimen{sample.row, sample.line, {}, {}, {}});
}

void Extremes::merge(const Extremes& later) {
  top.insert(top.end(), later.top.begin(), later.top.end());
  std::ranges::stable_sort(top, std::greater<>(), [](const auto& item) { return item.first; });
  if (top.size() > kMost) top.resize(kMost);
}

std::string_view watched_name(Watched watched) {
  switch (watched) {
    case Watched::kTtft:
      return "TTFT";
    case Watched::kTpot:
      return "TPOT";
    case Watched::kE2e:
      return "E2E";
  }
  return {};
}

// --- Audit ---------------------------------------------------------------------------------------

bool Audit::take(Sample& sample, Reader& reader) {
  ++read;
  check_bounds(sample);
  check_order(sample);
  if (sample.fault != Fault::kNone) {
    Tally& tally = faults[static_cast<std::size_t>(sample.fault)];
    tally.add(sample, tally.wants_specimens() ? reader.record() : std::string_view());
    return false;
  }
  count_good(sample, reader);
  return true;
}

void Audit::count_good(const Sample& s, Reader& reader) {
  if (s.start != kNever) {
    ++with_start;
    first_start = first_start == kNever ? s.start : std::min(first_start, s.start);
    const Nanos end = s.end == kNever && is_told(s.e2e) ? s.start + from_seconds(s.e2e) : s.end;
    last_end = std::max({last_end, s.start, end});
  }
  if (is_told(s.e2e)) busy_seconds += s.e2e;
  if (!s.prompt.empty() || !s.answer.empty()) ++with_texts;
  if (s.cancelled) {
    ++cancelled;
    return;
  }
  if (s.failed) {
    ++failed;
    return;
  }
  if (s.output_tokens == 0) {
    empty.add(s, empty.wants_specimens() ? reader.record() : std::string_view());
    return;
  }
  ++ok;
  if (!s.gaps.empty()) ++with_gaps;
  if (is_told(s.input_tokens)) input_tokens.add(s.input_tokens);
  if (is_told(s.output_tokens)) output_tokens.add(s.output_tokens);
  const std::array<double, kWatched> values = {s.ttft, s.tpot, s.e2e};
  for (std::size_t i = 0; i < kWatched; ++i) {
    if (!is_told(values[i])) continue;
    spreads[i].add(values[i]);
    extremes[i].add(values[i], s);
  }
}

void Audit::merge(const Audit& later) {
  read += later.read;
  ok += later.ok;
  failed += later.failed;
  cancelled += later.cancelled;
  for (std::size_t i = 0; i < faults.size(); ++i) faults[i].merge(later.faults[i]);
  empty.merge(later.empty);
  repeated.merge(later.repeated);
  for (std::size_t i = 0; i < kWatched; ++i) {
    spreads[i].merge(later.spreads[i]);
    extremes[i].merge(later.extremes[i]);
  }
  with_start += later.with_start;
  if (later.first_start != kNever) {
    first_start =
        first_start == kNever ? later.first_start : std::min(first_start, later.first_start);
  }
  last_end = std::max(last_end, later.last_end);
  busy_seconds += later.busy_seconds;
  input_tokens.merge(later.input_tokens);
  output_tokens.merge(later.output_tokens);
  with_texts += later.with_texts;
  with_gaps += later.with_gaps;
}

std::uint64_t Audit::faulty() const {
  std::uint64_t count = 0;
  for (const Tally& tally : faults) count += tally.count;
  return count;
}

}  // namespace tt::import
