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

}  // namespace

std::optional<Slo> make_slo(std::string_view metric_name, double quantile, double limit,
                            std::string text) {
  const Metric* m = find_metric(metric_name);
  if (m == nullptr) return std::nullopt;
  if (m->unit == Unit::kMillis) limit /= 1e6;
  return Slo{.figure = {m->id, quantile}, .limit = limit, .text = std::move(text)};
}

Nanos start_of(const Row& row) {
  if (row.sent != kNever) return row.sent;
  return row.planned != kNever ? row.planned : row.end;
}

std::vector<TargetRows> group_rows(std::span<const Row> rows, std::size_t targets, LoadKind load) {
  struct Block {
    std::vector<const Row*> measured;
    std::vector<const Row*> warming;
  };
  std::vector<TargetRows> result(targets);
  std::vector<std::map<std::uint32_t, Block>> by_block(targets);
  for (const Row& row : rows) {
    if (row.target >= targets) continue;
    TargetRows& target = result[row.target];
    if (row.warmup) {
      ++target.warmup;
      if (row.ok()) by_block[row.target][row.block].warming.push_back(&row);
    } else if (row.status == Status::kDropped) {
      ++target.dropped;
    } else if (row.status == Status::kClientLimit) {
      target.client_limited.push_back(&row);
    } else {
      by_block[row.target][row.block].measured.push_back(&row);
    }
  }
  for (std::size_t t = 0; t < targets; ++t) {
    result[t].load = load;
    for (auto& [number, block] : by_block[t]) {
      if (block.measured.empty()) continue;
      std::ranges::stable_sort(block.measured, {},
                               [](const Row* r) { return std::pair(start_of(*r), r->index); });
      result[t].blocks.push_back(std::move(block.measured));
      result[t].warming.push_back(std::move(block.warming));
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
