#include "analysis/volume.h"

#include <algorithm>

namespace tt::analysis {
namespace {

using record::Row;
using RowList = std::vector<const Row*>;

// Successful, with an end; files of other tools may know of none.
bool ended_well(const Row& row) { return row.ok() && row.end != kNever; }

// After `from`, up to and with `to`.
struct Span {
  Nanos from = 0;
  Nanos to = 0;
  bool holds(Nanos at) const { return from < at && at <= to; }
  double seconds() const { return to_seconds(to - from); }
};

// First send and last end of a block; equal where nothing ended.
Span whole_of(const RowList& block) {
  Nanos from = kNever;
  Nanos to = kNever;
  for (const Row* row : block) {
    if (row->status == Status::kCancelled || row->end == kNever) continue;
    from = from == kNever ? start_of(*row) : std::min(from, start_of(*row));
    to = std::max(to, row->end);
  }
  return from == kNever ? Span{} : Span{from, std::max(from, to)};
}

// The last send; where the user stopped the run, the first send of a request that was cut short, as
// what came in after that is not all known.
Nanos last_send(const RowList& block) {
  Nanos last = kNever;
  Nanos stopped = kNever;
  for (const Row* row : block) {
    const Nanos start = start_of(*row);
    if (row->status != Status::kCancelled) {
      last = std::max(last, start);
    } else if (start != kNever) {
      stopped = stopped == kNever ? start : std::min(stopped, start);
    }
  }
  return stopped == kNever ? last : std::min(last, stopped);
}

// Output tokens of a successful request that arrived within `span`. Chunks may disagree with the
// server's count, which is the truth: each gets its share of that. An answer in one chunk, or in
// chunks that are not told, is taken as spread evenly over its time.
double tokens_within(const Row& row, const Span& span) {
  const auto tokens = static_cast<double>(row.output_tokens);
  if (row.chunk_at.size() < 2 || row.chunk_tokens.size() != row.chunk_at.size()) {
    const Nanos start = start_of(row);
    if (row.end <= start) return span.holds(row.end) ? tokens : 0;
    const Nanos shared = std::min(row.end, span.to) - std::max(start, span.from);
    return tokens * to_seconds(std::max<Nanos>(shared, 0)) / to_seconds(row.end - start);
  }
  double all = 0;
  double within = 0;
  for (std::size_t i = 0; i < row.chunk_at.size(); ++i) {
    const double chunk = std::max(1U, row.chunk_tokens[i]);
    all += chunk;
    if (span.holds(row.chunk_at[i])) within += chunk;
  }
  return tokens * within / all;
}

double tokens_within(const RowList& block, const Span& span) {
  double tokens = 0;
  for (const Row* row : block) {
    if (row->ok()) tokens += tokens_within(*row, span);
  }
  return tokens;
}

// From which part of a block its pace is read, and the time that all its work takes at that pace.
struct Pace {
  enum class Part : std::uint8_t { kFull, kSending, kWhole, kVaries };
  Part part = Part::kWhole;
  Span span;
  double seconds = 0;
};

std::optional<Pace> closed_pace(const RowList& block, const RowList& warming) {
  Span span{.from = kNever, .to = last_send(block)};
  double all = 0;
  for (const Row* row : block) {
    if (!ended_well(*row)) continue;
    span.from = span.from == kNever ? row->end : std::min(span.from, row->end);
    all += static_cast<double>(row->output_tokens);
  }
  if (span.from == kNever || span.to <= span.from || all == 0) return std::nullopt;
  const double within = tokens_within(block, span) + tokens_within(warming, span);
  if (within < kFullLoadShare * all) return std::nullopt;
  return Pace{Pace::Part::kFull, span, span.seconds() * all / within};
}

// The slope of the least squares line of end over send, in seconds a second: above 1 where answers
// fall behind. nullopt where all were sent at once.
std::optional<double> slope_of_ends(const RowList& block, const Span& span) {
  double n = 0;
  double mean_sent = 0;
  double mean_end = 0;
  double sent_sent = 0;
  double sent_end = 0;
  for (const Row* row : block) {
    if (!ended_well(*row)) continue;
    n += 1;  // Welford's way, which does not cancel
    const double sent = to_seconds(start_of(*row) - span.from);
    const double end = to_seconds(row->end - span.from);
    const double off = sent - mean_sent;
    mean_sent += off / n;
    mean_end += (end - mean_end) / n;
    sent_sent += off * (sent - mean_sent);
    sent_end += off * (end - mean_end);
  }
  if (sent_sent <= 0) return std::nullopt;
  return sent_end / sent_sent;
}

std::optional<Pace> open_pace(const RowList& block, const Span& whole) {
  const Span span{whole.from, last_send(block)};
  const auto slope = slope_of_ends(block, span);
  if (!slope || span.to <= span.from) return std::nullopt;
  double sent = 0;  // within the span; of `n` sends one ends no gap
  double ok = 0;
  double ok_within = 0;
  for (const Row* row : block) {
    const bool within = start_of(*row) <= span.to;
    if (row->status != Status::kCancelled && within) sent += 1;
    if (row->ok()) ok += 1;
    if (row->ok() && within) ok_within += 1;
  }
  if (sent < 2 || ok_within == 0) return std::nullopt;
  const double seconds =
      span.seconds() * sent / (sent - 1) * ok / ok_within * std::max(1.0, *slope);
  return Pace{Pace::Part::kSending, span, seconds};
}

Pace pace_of(const TargetRows& rows, std::size_t block) {
  const RowList& list = rows.blocks[block];
  const Span whole = whole_of(list);
  // No stretch of a load that varies is like another, so there is no full load to tell of.
  if (rows.varies) return Pace{Pace::Part::kVaries, whole, whole.seconds()};
  const auto pace = rows.load == LoadKind::kOpen ? open_pace(list, whole)
                                                 : closed_pace(list, rows.warming[block]);
  Pace chosen = pace.value_or(Pace{.part = Pace::Part::kWhole, .span = whole, .seconds = 0});
  if (!pace || chosen.seconds > whole.seconds()) chosen.seconds = whole.seconds();
  return chosen;
}

double count_of(const Volume& v, MetricId rate) {
  switch (rate) {
    case MetricId::kOutputRate:
    case MetricId::kWholeOutputRate:
      return static_cast<double>(v.output_tokens);
    case MetricId::kRequestRate:
      return static_cast<double>(v.requests);
    case MetricId::kGoodput:
      return static_cast<double>(v.good_requests);
    default:
      return 0;
  }
}

// What `rate` counts of a row within a stretch of `part`.
double amount_within(const Row& row, MetricId rate, const Span& stretch, Pace::Part part,
                     std::span<const Slo> slos) {
  if (!row.ok()) return 0;
  const bool by_send = part == Pace::Part::kSending;
  if (rate == MetricId::kOutputRate && !by_send) return tokens_within(row, stretch);
  if (!stretch.holds(by_send ? start_of(row) : row.end)) return 0;
  if (rate == MetricId::kOutputRate) return static_cast<double>(row.output_tokens);
  return rate == MetricId::kRequestRate || meets_all(row, slos) ? 1 : 0;
}

}  // namespace

std::optional<double> Volume::per_second(MetricId rate) const {
  const double seconds = rate == MetricId::kWholeOutputRate ? whole_s : full_load_s;
  if (seconds <= 0) return std::nullopt;
  return count_of(*this, rate) / seconds;
}

Volume volume(const TargetRows& rows, std::size_t block, std::span<const Slo> slos) {
  Volume v;
  for (const Row* row : rows.blocks[block]) {
    if (!row->ok()) continue;
    ++v.requests;
    v.output_tokens += row->output_tokens;
    if (meets_all(*row, slos)) ++v.good_requests;
  }
  const Pace pace = pace_of(rows, block);
  v.whole_s = whole_of(rows.blocks[block]).seconds();
  v.full_load_s = pace.seconds;
  v.never_full_s = pace.part == Pace::Part::kWhole ? pace.seconds : 0;
  return v;
}

Volume volume(const TargetRows& rows, std::span<const Slo> slos) {
  Volume total;
  for (std::size_t block = 0; block < rows.blocks.size(); ++block) {
    const Volume v = volume(rows, block, slos);
    total.requests += v.requests;
    total.output_tokens += v.output_tokens;
    total.good_requests += v.good_requests;
    total.whole_s += v.whole_s;
    total.full_load_s += v.full_load_s;
    total.never_full_s += v.never_full_s;
  }
  return total;
}

std::vector<double> rate_sections(const TargetRows& rows, std::size_t block, MetricId rate,
                                  std::size_t count, std::span<const Slo> slos) {
  const Pace pace = pace_of(rows, block);
  if (pace.seconds <= 0 || pace.part == Pace::Part::kVaries) return {};
  const bool full = pace.part == Pace::Part::kFull;
  const double width = (full ? pace.span.seconds() : pace.seconds) / static_cast<double>(count);
  const auto n = static_cast<Nanos>(count);
  std::vector<double> sections;
  for (Nanos i = 0; i < n; ++i) {
    const Nanos length = pace.span.to - pace.span.from;
    Span stretch{pace.span.from + length / n * i, pace.span.from + length / n * (i + 1)};
    if (i == 0 && !full) --stretch.from;  // with what was sent first
    if (i == n - 1) stretch.to = pace.span.to;
    double amount = 0;
    for (const Row* row : rows.blocks[block]) {
      amount += amount_within(*row, rate, stretch, pace.part, slos);
    }
    if (full && rate == MetricId::kOutputRate) {
      amount += tokens_within(rows.warming[block], stretch);
    }
    sections.push_back(amount / width);
  }
  return sections;
}

}  // namespace tt::analysis
