#include "analysis/slice.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "analysis/selection.h"

namespace tt::analysis {
namespace {

using record::Frame;

bool in_phase(const Frame& frame, std::size_t row, Phase phase) {
  return phase == Phase::kAll || (frame.warmup[row] != 0) == (phase == Phase::kWarmup);
}

// Files are written as requests end, so this is nearly in order already.
void sort_rows(const Frame& frame, std::vector<std::uint32_t>& rows) {
  using Key = std::tuple<std::uint32_t, Nanos, std::uint64_t, std::uint32_t>;
  std::vector<Key> keys;
  keys.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    keys.emplace_back(frame.block[row], start_of(frame, row), frame.index[row], row);
  }
  if (std::ranges::is_sorted(keys)) return;
  std::ranges::sort(keys);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = std::get<3>(keys[i]);
}

struct QuantityName {
  std::string_view key;
  std::string_view title;
};
constexpr std::array<QuantityName, 9> kQuantities = {
    {{"input_tokens", "input tokens"},
     {"output_tokens", "output tokens"},
     {"concurrency", "concurrency"},
     {"ttft_ms", "TTFT"},
     {"tpot_ms", "TPOT"},
     {"e2e_ms", "E2E"},
     {"request_tokens_per_s", "tokens/s of a request"},
     {"decode_tokens_per_s", "tokens/s after the first"},
     {"sent_s", "time of sending"}}};

template <class Value>
std::vector<double> map_rows(const Slice& slice, Value value) {
  std::vector<double> all(slice.rows.size());
  std::ranges::transform(slice.rows, all.begin(), value);
  return all;
}

bool was_sent(Status status) {
  return status != Status::kDropped && status != Status::kClientLimit;
}

double positive(double value) { return value > 0 ? value : kNoValue; }

std::vector<double> compute(const Slice& slice, Quantity quantity) {
  const Frame& frame = *slice.frame;
  switch (quantity) {
    case Quantity::kInputTokens:
      return map_rows(slice, [&](auto row) { return positive(frame.input_tokens[row]); });
    case Quantity::kOutputTokens:
      return map_rows(slice, [&](auto row) { return positive(frame.output_tokens[row]); });
    case Quantity::kConcurrency: {
      const auto counts = concurrency_at_send(slice);
      std::vector<double> all(counts.size());
      std::ranges::transform(counts, all.begin(), [](std::uint32_t c) { return positive(c); });
      return all;
    }
    case Quantity::kTtft:
    case Quantity::kTpot:
    case Quantity::kE2e:
      break;  // metrics
    case Quantity::kRequestRate:
      return map_rows(slice, [&](auto row) {
        const double e2e = request_value(slice.facts(row), MetricId::kE2e);
        return e2e > 0 ? positive(1e3 * frame.output_tokens[row] / e2e) : kNoValue;
      });
    case Quantity::kDecodeRate:
      return map_rows(slice, [&](auto row) {
        const double tpot = request_value(slice.facts(row), MetricId::kTpot);
        return tpot > 0 ? 1e3 / tpot : kNoValue;
      });
    case Quantity::kSentAt:
      return map_rows(slice, [&](auto row) {
        const Nanos at = start_of(frame, row);
        return at == kNever ? kNoValue : to_seconds(at);
      });
  }
  return {};
}

}  // namespace

Nanos start_of(const Frame& frame, std::size_t row) {
  if (frame.sent[row] != kNever) return frame.sent[row];
  return frame.planned[row] != kNever ? frame.planned[row] : frame.end[row];
}

double Slice::seconds() const {
  double sum = 0;
  for (const Stretch& s : stretches) sum += to_seconds(s.to - s.from);
  return sum;
}

RequestFacts Slice::facts(std::size_t row) const {
  const Frame& f = *frame;
  return {.planned = f.planned[row],
          .sent = f.sent[row],
          .first_token = f.first_token[row],
          .last_token = f.last_token[row],
          .end = f.end[row],
          .lag_mean = f.lag_mean[row],
          .reported_ttft = f.reported_ttft[row],
          .reported_tpot = f.reported_tpot[row],
          .reported_e2e = f.reported_e2e[row],
          .output_tokens = f.output_tokens[row],
          .ok = f.ok(row),
          .left = f.status[row] == Status::kLeft};
}

std::vector<Slice> make_slices(const Frame& frame, std::size_t targets, Phase phase) {
  std::vector<Slice> slices(targets);
  for (std::size_t t = 0; t < targets; ++t) {
    slices[t].frame = &frame;
    slices[t].target = static_cast<std::uint32_t>(t);
  }
  for (std::size_t row = 0; row < frame.size(); ++row) {
    if (frame.target[row] >= targets || !in_phase(frame, row, phase)) continue;
    Slice& slice = slices[frame.target[row]];
    if (frame.status[row] == Status::kDropped) {
      ++slice.dropped;
    } else if (frame.status[row] == Status::kClientLimit) {
      ++slice.client_limited;
    } else {
      slice.rows.push_back(static_cast<std::uint32_t>(row));
    }
  }
  for (Slice& slice : slices) {
    sort_rows(frame, slice.rows);
    slice.stretches = find_stretches(frame, slice.rows);
  }
  return slices;
}

Slice without_first(const Slice& slice, std::size_t count) {
  Slice rest = slice;
  rest.cache = std::make_shared<ValueCache>();
  const auto past = static_cast<std::ptrdiff_t>(std::min(count, slice.rows.size()));
  rest.rows.erase(rest.rows.begin(), rest.rows.begin() + past);
  rest.stretches = find_stretches(*rest.frame, rest.rows);
  return rest;
}

const std::vector<double>& values(const Slice& slice, MetricId metric) {
  return slice.cache->get(static_cast<std::size_t>(metric), [&] {
    return map_rows(slice,
                    [&](std::uint32_t row) { return request_value(slice.facts(row), metric); });
  });
}

std::vector<double> present(std::span<const double> values) {
  std::vector<double> there;
  there.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(there), [](double v) { return !std::isnan(v); });
  return there;
}

std::string_view quantity_title(Quantity quantity) {
  return kQuantities[static_cast<std::size_t>(quantity)].title;
}
std::string_view quantity_key(Quantity quantity) {
  return kQuantities[static_cast<std::size_t>(quantity)].key;
}

const std::vector<double>& values(const Slice& slice, Quantity quantity) {
  switch (quantity) {
    case Quantity::kTtft:
      return values(slice, MetricId::kTtft);
    case Quantity::kTpot:
      return values(slice, MetricId::kTpot);
    case Quantity::kE2e:
      return values(slice, MetricId::kE2e);
    default:
      return slice.cache->get(metrics().size() + static_cast<std::size_t>(quantity),
                              [&] { return compute(slice, quantity); });
  }
}

std::vector<std::uint32_t> concurrency_at_send(const Slice& slice) {
  const Frame& frame = *slice.frame;
  std::vector<Nanos> starts;
  std::vector<Nanos> ends;
  for (std::size_t row = 0; row < frame.size(); ++row) {
    if (frame.target[row] != slice.target || !was_sent(frame.status[row])) continue;
    const Nanos start = start_of(frame, row);
    if (start == kNever || frame.end[row] == kNever) continue;
    starts.push_back(start);
    ends.push_back(frame.end[row]);
  }
  std::ranges::sort(starts);
  std::ranges::sort(ends);

  std::vector<std::uint32_t> counts;
  counts.reserve(slice.rows.size());
  std::size_t begun = 0;
  std::size_t ended = 0;
  Nanos before = kNever;
  for (const std::uint32_t row : slice.rows) {
    const Nanos at = start_of(frame, row);
    if (at == kNever || frame.end[row] == kNever) {
      counts.push_back(0);
      continue;
    }
    if (at < before) begun = ended = 0;  // blocks that overlap: start over
    before = at;
    while (begun < starts.size() && starts[begun] <= at) ++begun;
    // One that ends at this very instant has made room; one of no length counts itself.
    while (ended < ends.size() && ends[ended] <= at) ++ended;
    const std::size_t in_flight = begun - std::min(begun, ended);
    counts.push_back(static_cast<std::uint32_t>(std::max<std::size_t>(in_flight, 1)));
  }
  return counts;
}

std::vector<std::size_t> thin(std::size_t n, std::size_t most) {
  const std::size_t count = std::min(n, most);
  std::vector<std::size_t> picked(count);
  for (std::size_t i = 0; i < count; ++i) picked[i] = i * n / count;
  return picked;
}

}  // namespace tt::analysis
