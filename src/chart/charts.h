// The charts, one source file each: what catalogue.cc lists. Those of a metric are made for any
// with one value a request; distribution, ECDF and percentiles also for one with a value a gap.
#pragma once

#include "analysis/metrics.h"
#include "chart/catalogue.h"

namespace tt::chart {

Entry distribution_chart(analysis::MetricId metric);
/// Output tokens/s of single requests.
Entry output_rate_chart();
Entry input_tokens_chart();
Entry output_tokens_chart();
Entry ecdf_chart(analysis::MetricId metric);
Entry percentiles_chart(analysis::MetricId metric);
Entry spread_chart(analysis::MetricId metric);
Entry over_time_chart(analysis::MetricId metric);
Entry throughput_time_chart();
Entry errors_time_chart();
Entry errors_by_kind_chart();
Entry errors_by_load_chart();
Entry errors_by_input_chart();
Entry timeouts_chart();
Entry dashboard_chart();
Entry client_health_chart();
Entry warmup_chart();
Entry race_chart();
Entry shift_chart(analysis::MetricId metric);
/// TTFT over input tokens; TPOT and E2E over output tokens.
Entry dependence_chart(analysis::MetricId metric);
/// Of a metric with one value a request.
Entry heatmap_chart(analysis::MetricId metric);
/// TTFT by time and requests in flight; of loads that vary.
Entry time_load_chart();
Entry token_counts_chart();
Entry correlations_chart();
Entry request_lanes_chart();
Entry request_waterfall_chart();
Entry token_gaps_chart();
Entry concurrency_timeline_chart();
Entry load_chart();
Entry latency_by_load_chart();
Entry ridgeline_chart();
Entry radar_load_chart();
Entry cost_load_chart();
Entry pareto_chart();
Entry throughput_latency_chart();
Entry scalability_chart();
Entry differences_chart();
Entry winners_chart();
Entry scenarios_chart();
Entry trend_chart();
Entry cost_chart();
Entry monthly_cost_chart();
Entry cost_performance_chart();
Entry energy_chart();
Entry breakdown_chart();
Entry engine_queue_chart();
Entry engine_cache_chart();
Entry gpu_chart();
Entry host_chart();
Entry health_chart();
/// Of five dimensions, or of eight.
Entry radar_chart(bool eight);

}  // namespace tt::chart
