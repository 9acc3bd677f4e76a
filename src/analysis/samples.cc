#include "analysis/samples.h"

#include <algorithm>
#include <map>

#include "stats/quantile.h"

namespace tt::analysis {
namespace {

using record::Row;

// A chunk that claims more tokens than this counts as this many: no stream is cut so coarsely, and
// a wrong count must not fill the memory.
constexpr std::uint32_t kMaxChunkTokens = 1000;

void add_difference(std::vector<double>& out, Nanos from, Nanos to) {
  if (from != kNever && to != kNever) out.push_back(to_millis(to - from));
}

void add_gaps(std::vector<double>& out, const Row& row, bool by_token) {
  for (std::size_t i = 1; i < row.chunk_at.size(); ++i) {
    const double gap = to_millis(row.chunk_at[i] - row.chunk_at[i - 1]);
    const std::uint32_t tokens =
        by_token && i < row.chunk_tokens.size()
            ? std::clamp<std::uint32_t>(row.chunk_tokens[i], 1, kMaxChunkTokens)
            : 1;
    out.insert(out.end(), tokens, gap / tokens);
  }
}

void add_tpot(std::vector<double>& out, const Row& row) {
  // All tokens in one chunk say nothing about the pace.
  if (row.output_tokens < 2 || row.first_token == kNever || row.last_token <= row.first_token)
    return;
  out.push_back(to_millis(row.last_token - row.first_token) / (row.output_tokens - 1));
}

void add_samples(std::vector<double>& out, const Row& row, MetricId metric) {
  if (metric == MetricId::kScheduleLag) return add_difference(out, row.planned, row.sent);
  if (metric == MetricId::kClientLag) {
    if (row.lag_mean >= 0) out.push_back(to_millis(row.lag_mean));
    return;
  }
  if (!row.ok()) return;
  switch (metric) {
    case MetricId::kTtft:
      return add_difference(out, row.sent, row.first_token);
    case MetricId::kTtftPlan:
      return add_difference(out, row.planned, row.first_token);
    case MetricId::kTpot:
      return add_tpot(out, row);
    case MetricId::kItl:
      return add_gaps(out, row, true);
    case MetricId::kIcl:
      return add_gaps(out, row, false);
    case MetricId::kE2e:
      return add_difference(out, row.sent, row.end);
    case MetricId::kE2ePlan:
      return add_difference(out, row.planned, row.end);
    default:
      return;
  }
}

// When a request began to take its target's time. One that failed before its first byte left (no
// connection) began when it was planned.
Nanos start_of(const Row& row) {
  if (row.sent != kNever) return row.sent;
  return row.planned != kNever ? row.planned : row.end;
}

// First send and last end of a block; equal where nothing ended.
struct Span {
  Nanos from = 0;
  Nanos to = 0;
  double seconds() const { return to_seconds(to - from); }
};

Span span_of(const std::vector<const Row*>& block) {
  Nanos from = kNever;
  Nanos to = kNever;
  for (const Row* row : block) {
    if (row->status == Status::kCancelled || row->end == kNever) continue;
    from = from == kNever ? start_of(*row) : std::min(from, start_of(*row));
    to = std::max(to, row->end);
  }
  return from == kNever ? Span{} : Span{from, std::max(from, to)};
}

double count_of(const Volume& v, MetricId rate) {
  switch (rate) {
    case MetricId::kOutputRate:
      return static_cast<double>(v.output_tokens);
    case MetricId::kRequestRate:
      return static_cast<double>(v.requests);
    case MetricId::kGoodput:
      return static_cast<double>(v.good_requests);
    default:
      return 0;
  }
}

// Calls `add(instant, count)` for every piece of what `rate` counts of a successful row.
template <class Add>
void spread(const Row& row, MetricId rate, std::span<const Slo> slos, Add add) {
  if (rate == MetricId::kRequestRate || (rate == MetricId::kGoodput && meets_all(row, slos))) {
    add(row.end, 1.0);
  } else if (rate == MetricId::kOutputRate && row.output_tokens > 0) {
    // Chunks may disagree with the server's count, which is the truth: each gets its share of that.
    double seen = 0;
    for (const std::uint32_t tokens : row.chunk_tokens) seen += std::max(1U, tokens);
    if (seen == 0 || row.chunk_tokens.size() != row.chunk_at.size()) {
      return add(row.end, static_cast<double>(row.output_tokens));
    }
    for (std::size_t i = 0; i < row.chunk_at.size(); ++i) {
      add(row.chunk_at[i], std::max(1U, row.chunk_tokens[i]) * (row.output_tokens / seen));
    }
  }
}

}  // namespace

std::optional<Slo> make_slo(std::string_view metric_name, double quantile, double limit,
                            std::string text) {
  const Metric* m = find_metric(metric_name);
  if (m == nullptr) return std::nullopt;
  if (m->unit == Unit::kMillis) limit /= 1e6;
  return Slo{.figure = {m->id, quantile}, .limit = limit, .text = std::move(text)};
}

std::vector<TargetRows> group_rows(std::span<const Row> rows, std::size_t targets) {
  std::vector<TargetRows> result(targets);
  std::vector<std::map<std::uint32_t, std::vector<const Row*>>> by_block(targets);
  for (const Row& row : rows) {
    if (row.target >= targets) continue;
    TargetRows& target = result[row.target];
    if (row.warmup) {
      ++target.warmup;
    } else if (row.status == Status::kDropped) {
      ++target.dropped;
    } else if (row.status == Status::kClientLimit) {
      target.client_limited.push_back(&row);
    } else {
      by_block[row.target][row.block].push_back(&row);
    }
  }
  for (std::size_t t = 0; t < targets; ++t) {
    for (auto& [number, block] : by_block[t]) {
      std::ranges::stable_sort(block, {},
                               [](const Row* r) { return std::pair(start_of(*r), r->index); });
      result[t].blocks.push_back(std::move(block));
    }
  }
  return result;
}

stats::Blocks samples(const TargetRows& rows, MetricId metric) {
  stats::Blocks blocks;
  for (const auto& block : rows.blocks) {
    auto& out = blocks.emplace_back();
    for (const Row* row : block) add_samples(out, *row, metric);
  }
  return blocks;
}

std::vector<double> pooled(const stats::Blocks& blocks) {
  std::size_t n = 0;
  for (const auto& block : blocks) n += block.size();
  std::vector<double> all;
  all.reserve(n);
  for (const auto& block : blocks) all.insert(all.end(), block.begin(), block.end());
  return all;
}

std::optional<double> Volume::per_second(MetricId rate) const {
  if (seconds <= 0) return std::nullopt;
  return count_of(*this, rate) / seconds;
}

Volume volume(const std::vector<const Row*>& block, std::span<const Slo> slos) {
  Volume v;
  v.seconds = span_of(block).seconds();
  for (const Row* row : block) {
    if (!row->ok()) continue;
    ++v.requests;
    v.output_tokens += row->output_tokens;
    if (meets_all(*row, slos)) ++v.good_requests;
  }
  return v;
}

Volume volume(const TargetRows& rows, std::span<const Slo> slos) {
  Volume total;
  for (const auto& block : rows.blocks) {
    const Volume v = volume(block, slos);
    total.requests += v.requests;
    total.output_tokens += v.output_tokens;
    total.good_requests += v.good_requests;
    total.seconds += v.seconds;
  }
  return total;
}

std::vector<double> rate_sections(const std::vector<const Row*>& block, MetricId rate,
                                  std::size_t count, std::span<const Slo> slos) {
  const Span span = span_of(block);
  const double width = span.seconds() / static_cast<double>(count);
  if (width <= 0) return {};
  std::vector<double> sections(count, 0.0);
  for (const Row* row : block) {
    if (!row->ok()) continue;
    spread(*row, rate, slos, [&](Nanos at, double amount) {
      const double place = to_seconds(at - span.from) / width;
      const auto last = static_cast<double>(count - 1);
      sections[static_cast<std::size_t>(std::clamp(place, 0.0, last))] += amount / width;
    });
  }
  return sections;
}

bool meets_all(const Row& row, std::span<const Slo> slos) {
  if (!row.ok()) return false;
  const auto binds = [&](const Slo& slo) {
    return std::ranges::none_of(slos, [&](const Slo& other) {
      return other.figure.metric == slo.figure.metric &&
             other.figure.quantile > slo.figure.quantile;
    });
  };
  for (const Slo& slo : slos) {
    if (metric(slo.figure.metric).unit != Unit::kMillis || !binds(slo)) continue;
    std::vector<double> own;
    add_samples(own, row, slo.figure.metric);
    const auto value = stats::quantile_in_place(own, slo.figure.quantile);
    if (value && *value > slo.limit) return false;
  }
  return true;
}

}  // namespace tt::analysis
