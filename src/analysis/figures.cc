#include "analysis/figures.h"

#include <algorithm>
#include <cmath>

#include "analysis/attainment.h"
#include "analysis/compare.h"
#include "analysis/volume.h"
#include "base/jobs.h"
#include "stats/moments.h"
#include "stats/proportion.h"
#include "stats/quantile.h"
#include "stats/ratio.h"

namespace tt::analysis {
namespace {

using record::Row;

template <class Visit>
void for_each_row(const TargetRows& rows, Visit visit) {
  for (const auto& block : rows.blocks) {
    for (const Row* row : block) visit(*row);
  }
}

Counts count(const TargetRows& rows) {
  Counts counts;
  counts.warmup = rows.warmup;
  counts.dropped = rows.dropped + rows.client_limited.size();
  counts.by_status[static_cast<std::size_t>(Status::kDropped)] = rows.dropped;
  constexpr auto kLimited = static_cast<std::size_t>(Status::kClientLimit);
  counts.by_status[kLimited] = rows.client_limited.size();
  if (!rows.client_limited.empty()) counts.first_error[kLimited] = rows.client_limited[0]->error;
  for_each_row(rows, [&](const Row& row) {
    const auto status = static_cast<std::size_t>(row.status);
    ++counts.by_status[status];
    if (counts.first_error[status].empty()) counts.first_error[status] = row.error;
    if (row.ok()) {
      ++counts.ok;
    } else if (row.status == Status::kCancelled) {
      ++counts.cancelled;
    } else if (row.status == Status::kLeft) {
      ++counts.left;
      counts.left_untold += row.first_token == kNever ? 1 : 0;
    } else {
      ++counts.failed;
    }
  });
  counts.planned = counts.ok + counts.failed + counts.cancelled + counts.left + counts.dropped;
  return counts;
}

bool is_credible(const Row& row) {
  const std::uint64_t chunks = std::max<std::uint64_t>(row.chunk_at.size(), 1);
  if (row.planned_output_tokens == 0) return row.output_tokens <= kIncredibleChunk * chunks;
  return row.output_tokens <=
         kIncredibleRatio * std::max<std::uint64_t>(row.planned_output_tokens, chunks);
}

Tokens count_tokens(const TargetRows& rows) {
  Tokens tokens;
  std::uint64_t n = 0;
  std::uint64_t asked = 0;
  double planned = 0;
  double missed = 0;
  for_each_row(rows, [&](const Row& row) {
    if (!row.ok()) return;
    ++n;
    tokens.input += row.input_tokens;
    tokens.output += row.output_tokens;
    ++tokens.output_sources[static_cast<std::size_t>(row.output_source)];
    if (!is_credible(row)) {
      ++tokens.incredible_requests;
      tokens.incredible_output += row.output_tokens;
    }
    if (row.planned_output_tokens == 0) return;
    ++asked;
    planned += row.planned_output_tokens;
    missed += std::fabs(static_cast<double>(row.output_tokens) / row.planned_output_tokens - 1);
  });
  if (n > 0) {
    tokens.mean_input = static_cast<double>(tokens.input) / static_cast<double>(n);
    tokens.mean_output = static_cast<double>(tokens.output) / static_cast<double>(n);
  }
  if (asked > 0) {
    tokens.mean_planned_output = planned / static_cast<double>(asked);
    tokens.mean_length_miss = missed / static_cast<double>(asked);
  }
  return tokens;
}

ClientFigures client_figures(const TargetRows& rows) {
  ClientFigures figures;
  std::vector<double> read_lags;
  std::vector<double> send_lags;
  for_each_row(rows, [&](const Row& row) {
    figures.reads += row.reads;
    figures.stamped_reads += row.stamped_reads;
    if (row.lag_mean >= 0) read_lags.push_back(to_millis(row.lag_mean));
    if (row.sent == kNever || row.planned == kNever) return;
    Nanos waited = 0;
    for (const Nanos part : {row.dns, row.connect, row.tls}) waited += std::max<Nanos>(part, 0);
    send_lags.push_back(to_millis(std::max<Nanos>(row.sent - row.planned - waited, 0)));
  });
  figures.read_lag_p99_ms = stats::quantile_in_place(read_lags, 0.99);
  figures.send_lag_p99_ms = stats::quantile_in_place(send_lags, 0.99);
  return figures;
}

Distribution distribute(const TargetRows& rows, const Metric& m) {
  const stats::Blocks blocks = samples(rows, m.id);
  std::vector<double> all = pooled(blocks);
  Distribution d{.metric = m.id, .n = all.size(), .quantiles = {}, .stddev = {}};
  if (all.empty()) return d;
  d.mean = *stats::mean(all);
  d.stddev = stats::standard_deviation(all, 1);
  const stats::Sorted sorted(std::move(all));
  d.min = sorted.min();
  d.max = sorted.max();
  // Requests may pass for independent draws here. Gaps of one request may not: they share its
  // fate, so their interval comes from how the quantile scatters over blocks, or over stretches of
  // the only one.
  const bool gaps = m.grain == Grain::kGap;
  const auto sections = gaps ? gap_sections(blocks, kShownQuantiles) : QuantileSections();
  for (std::size_t q = 0; q < kShownQuantiles.size(); ++q) {
    const double p = kShownQuantiles[q];
    const double value = *stats::quantile(sorted, p);
    d.quantiles.push_back({p, value,
                           gaps ? stats::sectioned_interval(value, sections[q])
                                : stats::quantile_interval(sorted, p)});
  }
  return d;
}

RateFigure rate_figure(const TargetRows& rows, MetricId id, std::span<const Slo> slos) {
  const Estimate e = estimate(rows, {.metric = id}, slos, 0);
  RateFigure figure{.metric = id, .value = e.value, .interval = {}};
  if (!e.value) return figure;
  figure.interval = id == MetricId::kSuccessRate ? stats::wilson_interval(e.hits, e.n)
                                                 : stats::sectioned_interval(*e.value, e.sections);
  return figure;
}

}  // namespace

const QuantileFigure* Distribution::at(double quantile) const {
  const auto found = std::ranges::find(quantiles, quantile, &QuantileFigure::quantile);
  return found == quantiles.end() ? nullptr : &*found;
}

const Distribution* TargetSummary::distribution(MetricId id) const {
  const auto found = std::ranges::find(distributions, id, &Distribution::metric);
  return found == distributions.end() ? nullptr : &*found;
}

const RateFigure* TargetSummary::rate(MetricId id) const {
  const auto found = std::ranges::find(rates, id, &RateFigure::metric);
  return found == rates.end() ? nullptr : &*found;
}

Measured measured_of(const TargetSummary& target, const Figure& figure) {
  if (metric(figure.metric).grain == Grain::kFigure) {
    const auto* rate = target.rate(figure.metric);
    return rate == nullptr ? Measured() : Measured{rate->value, rate->interval};
  }
  const auto* distribution = target.distribution(figure.metric);
  const auto* at = distribution == nullptr ? nullptr : distribution->at(figure.quantile);
  return at == nullptr ? Measured() : Measured{at->value, at->interval};
}

TargetSummary summarise_target(const TargetInput& target, const TargetRows& rows,
                               std::span<const Slo> slos) {
  TargetSummary summary;
  summary.target = target;
  summary.counts = count(rows);
  summary.tokens = count_tokens(rows);
  const Volume all = volume(rows, {});
  summary.seconds = all.whole_s;
  summary.full_load_seconds = all.full_load_s;
  summary.never_full_seconds = all.never_full_s;
  summary.blocks = rows.blocks.size();
  summary.client = client_figures(rows);
  for (const Metric& m : metrics()) {
    if (m.grain != Grain::kFigure) {
      summary.distributions.push_back({.metric = m.id, .quantiles = {}, .stddev = {}});
    } else if (m.id != MetricId::kGoodput || !slos.empty()) {
      summary.rates.push_back(rate_figure(rows, m.id, slos));
    }
  }
  std::vector<Job> jobs;
  for (Distribution& d : summary.distributions) {
    jobs.emplace_back([&] { d = distribute(rows, metric(d.metric)); });
  }
  run_jobs(jobs);
  for (const Slo& slo : slos) summary.slos.push_back(judge(slo, rows, slos));
  return summary;
}

}  // namespace tt::analysis
