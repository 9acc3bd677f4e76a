#include "report/analysis_json.h"

#include <algorithm>

#include "report/insights_json.h"
#include "report/json.h"
#include "report/resources_json.h"

namespace tt::report {
namespace {

using namespace analysis;  // NOLINT(google-build-using-namespace): every name below is from there

Json interval_json(const std::optional<stats::Interval>& interval) {
  if (!interval) return nullptr;
  return {{"low", number(interval->low)},
          {"high", number(interval->high)},
          {"confidence", interval->confidence}};
}

Json row_json(const RowRef& row) { return {{"row", row.row}, {"index", row.index}}; }

Json quantiles_json(const GroupQuantiles& q) {
  return {{"n", q.n}, {"p50", number(q.p50)}, {"p95", number(q.p95)}, {"p99", number(q.p99)}};
}

Json count_json(const GroupCount& g) {
  Json json = {
      {"label", g.label},   {"requests", g.requests},   {"ok", g.ok},
      {"failed", g.failed}, {"cancelled", g.cancelled}, {"error_rate", number(g.error_rate())}};
  if (g.low) json["low"] = number(g.low);
  if (g.high) json["high"] = number(g.high);
  return json;
}

Json group_json(const Group& g) {
  Json json = count_json(g);
  json["input_tokens"] = g.input_tokens;
  json["output_tokens"] = g.output_tokens;
  json["cached_tokens"] = g.cached_tokens;
  json["ttft_ms"] = quantiles_json(g.ttft);
  json["tpot_ms"] = quantiles_json(g.tpot);
  json["e2e_ms"] = quantiles_json(g.e2e);
  json["request_tokens_per_s_p50"] = number(g.request_rate);
  return json;
}

template <class Items, class Make>
Json list(const Items& items, Make make) {
  Json json = Json::array();
  for (const auto& item : items) json.push_back(make(item));
  return json;
}

Json groups_json(const std::vector<Group>& groups) { return list(groups, group_json); }

Json histogram_json(const Histogram& h) {
  return {{"log_scale", h.log_scale}, {"edges", numbers(h.edges)}, {"counts", h.counts}};
}

Json percentile_json(const Percentile& p) {
  return {{"quantile", p.quantile},
          {"value", number(p.value)},
          {"interval", interval_json(p.interval)},
          {"needed", p.needed},
          {"needed_for_interval", p.needed_for_interval}};
}

Json shape_json(const Shape& s) {
  Json json = {{"metric", metric(s.metric).key},
               {"n", s.n},
               {"mean", number(s.mean)},
               {"std", number(s.stddev)},
               {"min", number(s.min)},
               {"p25", number(s.q25)},
               {"p75", number(s.q75)},
               {"max", number(s.max)},
               {"percentiles", list(s.percentiles, percentile_json)},
               {"curve_samples", s.curve_samples},
               {"histogram", histogram_json(s.histogram)}};
  json["density"] = nullptr;
  if (s.density) {
    json["density"] = {{"log_scale", s.histogram.log_scale},
                       {"bandwidth", number(s.density->bandwidth)},
                       {"x", numbers(s.density->x)},
                       {"density", numbers(s.density->density)}};
  }
  json["ecdf"] = list(
      s.ecdf, [](const auto& step) { return Json::array({number(step.x), number(step.share)}); });
  return json;
}

Json smoothness_json(const std::optional<Smoothness>& s) {
  if (!s) return nullptr;
  return {{"requests", s->requests},
          {"gaps", s->gaps},
          {"stall_ms", number(s->stall_ms)},
          {"stalls", s->stalls},
          {"stalled_requests", s->stalled_requests},
          {"stalled_share", number(s->stalled_share)},
          {"longest_gap_ms", number(s->longest_ms)},
          {"gap_cv", quantiles_json(s->gap_cv)},
          {"worst", list(s->worst, [](const auto& worst) {
             Json json = row_json(worst.row);
             json["gap_ms"] = number(worst.gap_ms);
             return json;
           })}};
}

Json experience_json(const Experience& e) {
  return {{"requests", e.requests},
          {"within_100_ms", e.immediate},
          {"within_1_s", e.in_thought},
          {"within_10_s", e.attentive},
          {"later", e.lost},
          {"failed", e.failed},
          {"apdex", e.requests > 0 ? Json(e.apdex()) : Json()},
          {"apdex_t_ms", kApdexMs},
          {"streamed", e.streamed},
          {"streamed_at_reading_speed", e.reads_along},
          {"reading_ms_per_token", kReadingMsPerToken}};
}

Json latency_json(const LatencyView& v) {
  Json parts = {{"n", v.parts.n}, {"engine_told", v.parts.engine_told}};
  for (const auto& entry : v.parts.entries) {
    parts[std::string(part_key(entry.part))] = number(entry.mean_ms);
  }
  return {{"metrics", list(v.shapes, shape_json)},
          {"mean_parts", std::move(parts)},
          {"smoothness", smoothness_json(v.smoothness)},
          {"first_sentence_ms", quantiles_json(v.first_sentence)},
          {"experience", experience_json(v.experience)},
          {"by_concurrency", groups_json(v.by_concurrency)},
          {"by_block", groups_json(v.by_block)}};
}

Json rate_json(const RateOverTime& r) {
  return {{"mean", number(r.mean)}, {"sustained", number(r.sustained)},
          {"peak", number(r.peak)}, {"peak_at_s", number(r.peak_at_s)},
          {"cv", number(r.cv)},     {"buckets", r.buckets}};
}

Json bucket_json(const TimeBucket& b) {
  return {{"from_s", number(b.from_s)},
          {"active_s", number(b.active_s)},
          {"sent", b.sent},
          {"ok", b.ok},
          {"failed", b.failed},
          {"error_rate", number(b.error_rate())},
          {"in_flight", number(b.in_flight)},
          {"output_tokens_per_s", number(b.output_tokens_per_s)},
          {"requests_per_s", number(b.requests_per_s)},
          {"goodput_requests_per_s", number(b.goodput)},
          {"slo_attainment", number(b.slo_attainment)},
          {"ttft_ms", quantiles_json(b.ttft)},
          {"tpot_ms", quantiles_json(b.tpot)},
          {"e2e_ms", quantiles_json(b.e2e)}};
}

Json line_json(const std::optional<stats::TheilSenLine>& line) {
  if (!line) return nullptr;
  return {{"slope", number(line->slope)},
          {"intercept", number(line->intercept)},
          {"slope_interval", interval_json(line->interval)}};
}

Json throughput_json(const ThroughputView& v) {
  return {{"measured_s", number(v.measured_s)},
          {"bucket_s", number(v.timeline.grid.width_s)},
          {"system",
           {{"output_tokens_per_s", rate_json(v.timeline.output_tokens)},
            {"requests_per_s", rate_json(v.timeline.requests)},
            {"goodput_requests_per_s", rate_json(v.timeline.goodput)},
            {"tokens_spread_evenly", number(v.timeline.spread_evenly)}}},
          {"request",
           {{"tokens_per_s", quantiles_json(v.request_rate)},
            {"tokens_per_s_histogram", histogram_json(v.request_rates)}}},
          {"decode_by_concurrency", list(v.decode.steps,
                                         [](const auto& step) -> Json {
                                           return {{"concurrency", step.concurrency.label()},
                                                   {"low", step.concurrency.low},
                                                   {"high", step.concurrency.high},
                                                   {"n", step.n},
                                                   {"tokens_per_s_p50", number(step.tokens_per_s)}};
                                         })},
          {"tpot_ms_over_concurrency", line_json(v.decode.tpot_over_load)}};
}

std::string_view outcome_name(WarmupOutcome outcome) {
  switch (outcome) {
    case WarmupOutcome::kTooFew:
      return "too_few";
    case WarmupOutcome::kNone:
      return "none";
    case WarmupOutcome::kFound:
      return "found";
    case WarmupOutcome::kNeverSteady:
      return "never_steady";
  }
  return "";
}

Json first_json(const FirstAgainstRest& f) {
  return {{"requests", f.count},
          {"first", quantiles_json(f.first)},
          {"rest", quantiles_json(f.rest)},
          {"excess", number(f.excess)},
          {"p_value", number(f.p_value)},
          {"steady_from_s", number(f.steady_s)}};
}

Json drift_json(const std::optional<Drift>& d) {
  if (!d) return nullptr;
  return {{"tau", number(d->tau)},
          {"p_value", number(d->p_value)},
          {"change", number(d->change)},
          {"change_interval", interval_json(d->change_interval)},
          {"dependence", number(d->dependence)}};
}

Json steadiness_json(const Steadiness& s) {
  Json json = {{"metric", metric(s.metric).key}, {"n", s.n}};
  json["windows"] = list(s.windows, [](const Window& w) -> Json {
    return {{"requests", w.requests},
            {"from_s", number(w.from_s)},
            {"to_s", number(w.to_s)},
            {"mean", number(w.mean)},
            {"median", number(w.median)}};
  });
  if (s.windows.empty()) return json;
  json["baseline"] = number(s.baseline);
  json["limit"] = number(s.limit);
  json["noise"] = number(s.noise);
  json["degraded_share"] = number(s.degraded_share);
  json["degradations"] = list(s.degradations, [](const Degradation& d) -> Json {
    return {{"from_s", number(d.from_s)},  {"to_s", number(d.to_s)},
            {"windows", d.past - d.first}, {"excess", number(d.excess)},
            {"worst", number(d.worst)},    {"severity", severity_name(d.severity)}};
  });
  json["changes"] = list(s.changes, [](const ChangeOfLevel& c) -> Json {
    return {{"at_s", number(c.at_s)}, {"before", number(c.before)}, {"after", number(c.after)}};
  });
  json["drift"] = drift_json(s.drift);
  json["cv"] = number(s.cv);
  return json;
}

Json heatmap_json(const Heatmap& map) {
  return {{"metric", metric(map.metric).key},
          {"from_s", number(map.grid.from_s)},
          {"bucket_s", number(map.grid.width_s)},
          {"concurrency", list(map.concurrency, [](const Range& r) { return Json(r.label()); })},
          {"cells", list(map.cells, [](const auto& cell) -> Json {
             return {{"bucket", cell.bucket},
                     {"concurrency", cell.range},
                     {"latency", quantiles_json(cell.latency)}};
           })}};
}

Json time_json(const TimeView& v) {
  return {{"bucket_s", number(v.timeline.grid.width_s)},
          {"buckets", list(v.timeline.buckets, bucket_json)},
          {"by_stage", groups_json(v.by_stage)},
          {"planned_warmup", v.planned_warmup},
          {"warmup",
           {{"metric", metric(v.warmup.metric).key},
            {"outcome", outcome_name(v.warmup.outcome)},
            {"n", v.warmup.n},
            {"part", first_json(v.warmup.part)}}},
          {"first", v.first ? first_json(*v.first) : Json()},
          {"load_varies", v.load_varies},
          {"steadiness", list(v.steadiness, steadiness_json)},
          {"heatmap", heatmap_json(v.heatmap)},
          {"rolling_mean", list(v.rolling, [](const RollingPoint& p) {
             return Json::array({number(p.at_s), number(p.value), number(p.mean), Json(p.row.row)});
           })}};
}

Json correlation_json(const std::optional<stats::Correlation>& c) {
  if (!c) return nullptr;
  return {{"r", number(c->r)},
          {"interval", interval_json(c->interval)},
          {"p_value", number(c->p_value)}};
}

Json scatter_json(const Scatter& s) {
  return {{"x", quantity_key(s.x)},
          {"y", quantity_key(s.y)},
          {"n", s.n},
          {"pearson", correlation_json(s.pearson)},
          {"spearman", correlation_json(s.spearman)},
          {"line", line_json(s.line)},
          {"points", list(s.points, [](const auto& p) {
             return Json::array({number(p.x), number(p.y), Json(p.row.row)});
           })}};
}

Json anomalies_json(const Anomalies& a) {
  return {{"tokens", quantity_key(a.tokens)},
          {"latency", quantity_key(a.latency)},
          {"n", a.n},
          {"slow", a.slow},
          {"fast", a.fast},
          {"score_limit", kAnomalyScore},
          {"worst", list(a.worst, [](const Anomaly& one) {
             Json json = row_json(one.row);
             json["tokens"] = number(one.tokens);
             json["value_ms"] = number(one.value_ms);
             json["expected_ms"] = number(one.expected_ms);
             json["score"] = number(one.score);
             return json;
           })}};
}

Json matrix_json(const stats::CorrelationMatrix& m) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < m.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < m.size(); ++j) {
      const auto& cell = m.at(i, j);
      row.push_back(cell ? Json::array({number(cell->r), number(cell->p_value)}) : Json());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json cache_json(const std::optional<CacheUse>& use) {
  if (!use) return nullptr;
  return {{"share", number(use->share())},
          {"cached_tokens", use->cached_tokens},
          {"input_tokens", use->input_tokens},
          {"requests_with_hits", use->requests},
          {"requests", use->of_requests}};
}

Json tokens_json(const TokensView& v) {
  return {{"input", quantiles_json(v.lengths.input)},
          {"output", quantiles_json(v.lengths.output)},
          {"mean_input", number(v.lengths.mean_input)},
          {"mean_output", number(v.lengths.mean_output)},
          {"prefix_cache", cache_json(v.cache)},
          {"input_histogram", histogram_json(v.lengths.input_histogram)},
          {"output_histogram", histogram_json(v.lengths.output_histogram)},
          {"prefill",
           {{"tokens_per_s", number(v.prefill.tokens_per_s)},
            {"interval", interval_json(v.prefill.interval)},
            {"base_ms", v.prefill.tokens_per_s ? number(v.prefill.base_ms) : Json()},
            {"n", v.prefill.n},
            {"lengths_alike", v.prefill.lengths_alike}}},
          {"scatters",
           Json::array({scatter_json(v.output_over_input), scatter_json(v.ttft_over_input),
                        scatter_json(v.tpot_over_output), scatter_json(v.e2e_over_output)})},
          {"anomalies", list(v.anomalies, anomalies_json)},
          {"by_input_tokens", groups_json(v.by_input)},
          {"by_output_tokens", groups_json(v.by_output)},
          {"correlations",
           {{"n", v.correlations.n},
            {"quantities",
             list(v.correlations.quantities, [](Quantity q) { return Json(quantity_key(q)); })},
            {"pearson", matrix_json(v.correlations.pearson)},
            {"spearman", matrix_json(v.correlations.spearman)}}}};
}

Json errors_json(const Failures& f) {
  return {{"ok", f.ok},
          {"failed", f.failed},
          {"cancelled", f.cancelled},
          {"dropped", f.dropped},
          {"client_limited", f.client_limited},
          {"timeouts", f.timeouts},
          {"success_rate", number(f.success_rate)},
          {"success_interval", interval_json(f.success_interval)},
          {"kinds", list(f.kinds,
                         [](const FailureKind& k) -> Json {
                           return {{"status", status_name(k.status)},
                                   {"http_code", k.http_code},
                                   {"count", k.count},
                                   {"share", number(k.share)},
                                   {"first_error", k.first_error},
                                   {"help", status_help(k.status)}};
                         })},
          {"by_concurrency", list(f.by_concurrency, count_json)},
          {"by_input_tokens", list(f.by_input_tokens, count_json)},
          {"over_limits", list(f.over_limits, [](const OverLimit& o) -> Json {
             return {{"metric", metric(o.metric).key},
                     {"limit_ms", o.limit_ms},
                     {"count", o.count},
                     {"share", number(o.share)}};
           })}};
}

Json quality_json(const QualityView& q) {
  Json sources = Json::object();
  for (std::size_t i = 0; i < q.output_sources.size(); ++i) {
    sources[std::string(token_source_name(static_cast<TokenSource>(i)))] = q.output_sources[i];
  }
  return {{"requests", q.requests},
          {"ok", q.ok},
          {"with_instants", q.with_instants},
          {"with_chunk_times", q.with_chunks},
          {"with_input_tokens", q.with_input},
          {"output_count_sources", std::move(sources)},
          {"reads", q.reads},
          {"stamped_reads", q.stamped_reads},
          {"client_lag_ms", quantiles_json(q.client_lag)}};
}

// The score of an imported file, and what it was lowered for.
Json import_json(const record::ManifestOrigin& origin) {
  return {{"tool", origin.tool},
          {"format", origin.format},
          {"rows_read", origin.rows_read},
          {"rows_kept", origin.rows_kept},
          {"quality", number(origin.quality)},
          {"findings", list(origin.findings, [](const record::ImportFinding& f) -> Json {
             return {{"id", f.id}, {"count", f.count}, {"points", f.points}, {"text", f.text}};
           })}};
}

Json target_json(const TargetAnalysis& a) {
  Json json = {{"name", a.target.name},
               {"engine", a.target.engine},
               {"model", a.target.model},
               {"requests", a.requests},
               {"ok", a.ok}};
  if (a.latency) json["latency"] = latency_json(*a.latency);
  if (a.throughput) json["throughput"] = throughput_json(*a.throughput);
  if (a.time) json["time"] = time_json(*a.time);
  if (a.tokens) json["tokens"] = tokens_json(*a.tokens);
  if (a.errors) json["errors"] = errors_json(*a.errors);
  if (a.users) json["users"] = groups_json(*a.users);
  if (a.sessions) {
    json["sessions"] = {{"by_turn", groups_json(a.sessions->by_turn)},
                        {"by_session", groups_json(a.sessions->by_session)}};
  }
  if (a.quality) json["quality"] = quality_json(*a.quality);
  if (a.resources) json["resources"] = resources_json(*a.resources);
  return json;
}

}  // namespace

std::string analysis_json(const RunAnalysis& analysis, const NamedSections& named) {
  Json json = {{"method_version", analysis.method_version},
               {"run_id", analysis.run_id},
               {"scenario", analysis.scenario},
               {"targets", list(analysis.targets, target_json)}};
  const auto with_resources = std::ranges::count_if(
      analysis.targets, [](const TargetAnalysis& a) { return a.resources.has_value(); });
  if (with_resources > 1) json["resources_beside"] = resources_beside_json(analysis);
  if (named.checked) json["checks"] = checks_value(named.checked->checks, named.checked->targets);
  if (named.imported) json["import"] = import_json(*named.imported);
  if (named.cost) json["cost"] = cost_value(*named.cost);
  if (named.insights) json["insights"] = insights_value(*named.insights);
  return text_of(json);
}

}  // namespace tt::report
