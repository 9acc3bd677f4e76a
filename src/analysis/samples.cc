#include "analysis/samples.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/quantile.h"

namespace tt::analysis {
namespace {

using record::Row;

void add_gaps(std::vector<double>& out, const Row& row, bool by_token) {
  for_each_gap(row.chunk_at, row.chunk_tokens, by_token,
               [&](double gap, std::uint32_t times) { out.insert(out.end(), times, gap); });
}

void add_samples(std::vector<double>& out, const Row& row, MetricId metric) {
  if (metric == MetricId::kItl || metric == MetricId::kIcl) {
    if (row.ok()) add_gaps(out, row, metric == MetricId::kItl);
    return;
  }
  const double value = request_value(facts_of(row), metric);
  if (!std::isnan(value)) out.push_back(value);
}

}  // namespace

std::optional<Slo> make_slo(std::string_view metric_name, double quantile, double limit,
                            std::string text) {
  const Metric* m = find_metric(metric_name);
  if (m == nullptr) return std::nullopt;
  if (m->unit == Unit::kMillis) limit /= 1e6;
  return Slo{.figure = {m->id, quantile}, .limit = limit, .text = std::move(text)};
}

RequestFacts facts_of(const Row& row) {
  return {.planned = row.planned,
          .sent = row.sent,
          .first_token = row.first_token,
          .last_token = row.last_token,
          .end = row.end,
          .lag_mean = row.lag_mean,
          .reported_ttft = row.reported.ttft,
          .reported_tpot = row.reported.tpot,
          .reported_e2e = row.reported.e2e,
          .output_tokens = row.output_tokens,
          .ok = row.ok(),
          .left = row.status == Status::kLeft};
}

Nanos start_of(const Row& row) {
  if (row.sent != kNever) return row.sent;
  return row.planned != kNever ? row.planned : row.end;
}

std::vector<TargetRows> group_rows(std::span<const Row> rows, std::size_t targets, LoadKind load,
                                   bool varies) {
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
    result[t].varies = varies;
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
