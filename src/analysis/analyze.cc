#include "analysis/analyze.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/summary.h"
#include "base/jobs.h"

namespace tt::analysis {
namespace {

using record::Frame;

constexpr std::array<std::string_view, kSectionCount> kSectionNames = {
    "latency", "throughput", "time", "tokens", "errors", "users", "quality", "resources"};

// A chunk holds one token each: gaps between tokens are those between chunks.
bool one_token_a_chunk(const Frame& frame) {
  return std::ranges::all_of(frame.chunk_tokens, [](std::uint32_t t) { return t <= 1; });
}

std::vector<MetricId> latencies(LoadKind load, const Frame& frame) {
  std::vector<MetricId> ids = {MetricId::kTtft, MetricId::kTpot, MetricId::kItl, MetricId::kE2e};
  if (!one_token_a_chunk(frame)) ids.insert(ids.begin() + 3, MetricId::kIcl);
  if (load == LoadKind::kOpen) {
    ids.push_back(MetricId::kTtftPlan);
    ids.push_back(MetricId::kE2ePlan);
  }
  return ids;
}

LatencyView latency_view(const Slice& slice, const RunInput& run,
                         std::span<const record::TextRow> texts) {
  LatencyView view{.smoothness = {}, .experience = {}, .by_block = {}};
  double median_gap = kNoValue;
  for (const MetricId id : latencies(run.load, *slice.frame)) {
    Shape one = shape(slice, id);
    if (one.n == 0) continue;
    // Of chunks, which come last, or of tokens where both are the same.
    if (metric(id).grain == Grain::kGap) median_gap = one.at(0.5).value_or(one.mean);
    view.shapes.push_back(std::move(one));
  }
  view.parts = mean_parts(slice);
  if (!std::isnan(median_gap)) view.smoothness = smoothness(slice, median_gap);
  if (!texts.empty()) view.first_sentence = first_sentence(slice, texts);
  view.experience = experience(slice);
  view.by_concurrency = group_by(slice, GroupBy::kConcurrency);
  if (slice.stretches.size() > 1) view.by_block = group_by(slice, GroupBy::kBlock);
  return view;
}

ThroughputView throughput_view(const Slice& slice, const Timeline& timeline) {
  ThroughputView view{.measured_s = slice.seconds(), .timeline = timeline};
  auto rates = present(values(slice, Quantity::kRequestRate));
  std::vector<double> some;
  for (const std::size_t i : thin(rates.size(), kMostForCurves)) some.push_back(rates[i]);
  view.request_rates = histogram_of(std::move(some));
  view.request_rate = quantiles_of(rates);
  view.decode = decode_load(slice);
  return view;
}

TimeView time_view(const Slice& slice, const Timeline& timeline, const RunInput& run,
                   const AnalyzeOptions& options) {
  TimeView view{.timeline = timeline, .by_stage = {}, .first = {}};
  if (!run.stages.empty()) view.by_stage = group_by_stage(slice, run.stages);
  const auto& ttft = values(slice, MetricId::kTtft);
  const bool has_ttft = std::ranges::any_of(ttft, [](double v) { return !std::isnan(v); });
  const MetricId id = has_ttft ? MetricId::kTtft : MetricId::kE2e;
  view.warmup = find_warmup(slice, id);
  if (options.first) view.first = first_against_rest(slice, id, *options.first);
  view.load_varies = run.load_varies;
  for (const MetricId latency : {MetricId::kTtft, MetricId::kTpot, MetricId::kE2e}) {
    if (run.load_varies) break;
    Steadiness one = steadiness(slice, latency);
    if (one.n > 0) view.steadiness.push_back(std::move(one));
  }
  view.heatmap = make_heatmap(slice, MetricId::kE2e, timeline.grid);
  view.rolling = rolling_mean(slice, id, std::max<std::size_t>(options.rolling_window, 1));
  const Frame& frame = *slice.frame;
  for (std::size_t row = 0; row < frame.size(); ++row) {
    view.planned_warmup += frame.target[row] == slice.target && frame.warmup[row] != 0 ? 1 : 0;
  }
  return view;
}

std::optional<CacheUse> cache_use(const Slice& slice) {
  const Frame& frame = *slice.frame;
  CacheUse use;
  for (const std::uint32_t row : slice.rows) {
    if (!frame.ok(row)) continue;
    ++use.of_requests;
    use.requests += frame.cached_tokens[row] > 0 ? 1 : 0;
    use.cached_tokens += frame.cached_tokens[row];
    use.input_tokens += frame.input_tokens[row];
  }
  if (use.cached_tokens == 0 || use.input_tokens == 0) return std::nullopt;
  return use;
}

TokensView tokens_view(const Slice& slice) {
  TokensView view{
      .lengths = lengths(slice),
      .cache = cache_use(slice),
      .output_over_input = scatter(slice, Quantity::kInputTokens, Quantity::kOutputTokens),
      .ttft_over_input = scatter(slice, Quantity::kInputTokens, Quantity::kTtft),
      .tpot_over_output = scatter(slice, Quantity::kOutputTokens, Quantity::kTpot),
      .e2e_over_output = scatter(slice, Quantity::kOutputTokens, Quantity::kE2e),
      .prefill = {},
      .anomalies = {},
      .by_input = group_by(slice, GroupBy::kInputTokens),
      .by_output = group_by(slice, GroupBy::kOutputTokens),
      .correlations = correlations(slice)};
  view.prefill = prefill_rate(view.ttft_over_input);
  view.anomalies = {find_anomalies(slice, Quantity::kInputTokens, Quantity::kTtft),
                    find_anomalies(slice, Quantity::kOutputTokens, Quantity::kE2e)};
  return view;
}

QualityView quality_view(const Slice& slice) {
  const Frame& frame = *slice.frame;
  QualityView view{.requests = slice.rows.size()};
  for (const std::uint32_t row : slice.rows) {
    view.reads += frame.reads[row];
    view.stamped_reads += frame.stamped_reads[row];
    if (!frame.ok(row)) continue;
    ++view.ok;
    const bool instants =
        frame.sent[row] != kNever && frame.first_token[row] != kNever && frame.end[row] != kNever;
    view.with_instants += instants ? 1 : 0;
    view.with_chunks += frame.chunks_at(row).size() > 1 ? 1 : 0;
    view.with_input += frame.input_tokens[row] > 0 ? 1 : 0;
    ++view.output_sources[static_cast<std::size_t>(frame.output_source[row])];
  }
  auto lags = present(values(slice, MetricId::kClientLag));
  view.client_lag = quantiles_of(lags);
  return view;
}

bool wants(const AnalyzeOptions& options, Section section) {
  return options.sections.empty() || options.sections.contains(section);
}

// The sections of one target, each a job of its own: they share nothing but the slice's cache.
void add_jobs(std::vector<Job>& jobs, TargetAnalysis& a, const Slice& slice, const TimeGrid& grid,
              const RunInput& run, const AnalyzeOptions& options,
              std::span<const record::TextRow> texts) {
  const auto add = [&](Section section, Job job) {
    if (wants(options, section)) jobs.push_back(std::move(job));
  };
  add(Section::kLatency,
      [&a, &slice, &run, texts] { a.latency = latency_view(slice, run, texts); });
  if (wants(options, Section::kThroughput) || wants(options, Section::kTime)) {
    jobs.emplace_back([&a, &slice, &grid, &run, &options] {
      const Timeline timeline = make_timeline(slice, grid, run.slos);
      if (wants(options, Section::kThroughput)) a.throughput = throughput_view(slice, timeline);
      if (wants(options, Section::kTime)) a.time = time_view(slice, timeline, run, options);
    });
  }
  add(Section::kTokens, [&a, &slice] { a.tokens = tokens_view(slice); });
  add(Section::kErrors, [&a, &slice] { a.errors = failures(slice); });
  add(Section::kUsers, [&a, &slice] {
    a.users = group_by(slice, GroupBy::kUser);
    a.sessions = SessionsView{group_by(slice, GroupBy::kTurn), group_by(slice, GroupBy::kSession)};
  });
  add(Section::kQuality, [&a, &slice] { a.quality = quality_view(slice); });
  if (options.telemetry == nullptr && !options.sections.contains(Section::kResources)) return;
  add(Section::kResources, [&a, &slice, &options] {
    static const record::Telemetry kNone;
    a.resources = make_resources(slice, options.telemetry ? *options.telemetry : kNone);
  });
}

}  // namespace

std::string_view section_name(Section section) {
  return kSectionNames[static_cast<std::size_t>(section)];
}

bool needs_chunks(const AnalyzeOptions& options) {
  return wants(options, Section::kLatency) || wants(options, Section::kThroughput) ||
         wants(options, Section::kTime) || wants(options, Section::kQuality);
}

RunAnalysis analyze(const Frame& frame, const RunInput& run, const AnalyzeOptions& options,
                    std::span<const record::TextRow> texts) {
  RunAnalysis analysis{.method_version = kMethodVersion,
                       .run_id = run.run_id,
                       .scenario = run.scenario,
                       .targets = {}};
  const auto slices = make_slices(frame, run.targets.size(), options.phase);
  const TimeGrid grid = make_grid(slices, options.bucket_s);
  std::vector<Job> jobs;
  analysis.targets.resize(slices.size());
  for (const Slice& slice : slices) {
    TargetAnalysis& target = analysis.targets[slice.target];
    target.target = run.targets[slice.target];
    target.requests = slice.rows.size();
    for (const std::uint32_t row : slice.rows) target.ok += frame.ok(row) ? 1 : 0;
    add_jobs(jobs, target, slice, grid, run, options, texts);
  }
  // Results lie where they belong before the first job begins, so their order does not matter.
  run_jobs(jobs);
  return analysis;
}

}  // namespace tt::analysis
