#include "telemetry/alias_table.h"

#include <algorithm>
#include <array>

namespace tt::telemetry {
namespace {

using enum Kind;
using enum Combine;

constexpr auto kMetrics = std::to_array<Metric>({
    // The engine's state
    {"requests_running", kGauge, kSum, "", "requests that the engine works on"},
    {"requests_waiting", kGauge, kSum, "", "requests that wait for their turn"},
    {"kv_cache_usage", kGauge, kMean, "", "share of the KV cache in use"},
    {"kv_cache_used_tokens", kGauge, kSum, "", "KV cache in use"},
    {"kv_cache_capacity_tokens", kGauge, kSum, "", "KV cache in all"},
    {"output_tokens_per_second", kGauge, kSum, "", "the engine's own figure of its pace"},
    {"prompt_tokens_per_second", kGauge, kSum, "", "likewise of prompts"},
    {"prefix_cache_hit_ratio", kGauge, kMean, "", "the engine's own figure of its prefix cache"},
    {"spec_accept_ratio", kGauge, kMean, "", "share of drafted tokens that were accepted"},
    {"batch_requests", kGauge, kMean, "", "requests in an engine step"},
    // What it has done
    {"prompt_tokens_total", kCounter, kSum, "", "prompt tokens, cached ones included"},
    {"prefill_tokens_total", kCounter, kSum, "", "prompt tokens that were computed"},
    {"output_tokens_total", kCounter, kSum, "", "generated tokens"},
    {"prefix_cache_queries_total", kCounter, kSum, "", "tokens looked up in the prefix cache"},
    {"prefix_cache_hits_total", kCounter, kSum, "", "tokens found there"},
    {"preemptions_total", kCounter, kSum, "", "requests that lost their place and begin again"},
    {"requests_finished_total", kCounter, kSum, "reason", "requests that ended, by reason"},
    {"requests_failed_total", kCounter, kSum, "reason", "requests that failed"},
    {"engine_steps_total", kCounter, kSum, "", "passes of the model"},
    {"spec_draft_tokens_total", kCounter, kSum, "", "drafted tokens"},
    {"spec_accepted_tokens_total", kCounter, kSum, "", "drafted tokens that were accepted"},
    {"prefill_busy_seconds_total", kCounter, kSum, "", "time in prefill, summed over requests"},
    {"decode_busy_seconds_total", kCounter, kSum, "", "time in decoding, summed over requests"},
    // Times of its requests
    {"ttft_seconds", kHistogram, kSum, "", "arrival in the server to the first token"},
    {"itl_seconds", kHistogram, kSum, "", "between tokens, or between steps"},
    {"tpot_seconds", kHistogram, kSum, "", "a request's time for each token after the first"},
    {"e2e_seconds", kHistogram, kSum, "", "arrival in the server to the end"},
    {"queue_seconds", kHistogram, kSum, "", "arrival to the first schedule"},
    {"prefill_seconds", kHistogram, kSum, "", "first schedule to the first token"},
    {"decode_seconds", kHistogram, kSum, "", "first token to the last"},
    {"inference_seconds", kHistogram, kSum, "", "first schedule to the end"},
    {"prefill_step_seconds", kHistogram, kSum, "", "a batch's prefill step"},
    {"decode_step_seconds", kHistogram, kSum, "", "a batch's decode step"},
    {"step_tokens", kHistogram, kSum, "", "tokens in an engine step"},
    // GPUs
    {"gpu_utilization", kGauge, kMax, "gpu", "share of the time in which something ran"},
    {"gpu_memory_busy", kGauge, kMax, "gpu", "share of the time in which its memory was read"},
    {"gpu_tensor_busy", kGauge, kMax, "gpu", "share of the time in which its tensor cores ran"},
    {"gpu_memory_used_bytes", kGauge, kMax, "gpu", "memory in use"},
    {"gpu_memory_total_bytes", kGauge, kMax, "gpu", "memory in all"},
    {"gpu_power_watts", kGauge, kMax, "gpu", "power drawn"},
    {"gpu_energy_joules_total", kCounter, kMax, "gpu", "energy drawn"},
    {"gpu_temperature_celsius", kGauge, kMax, "gpu", "temperature"},
    {"gpu_clock_hertz", kGauge, kMax, "gpu", "clock of its processors"},
    // The client's own machine
    {"host_cpu_utilization", kGauge, kMean, "", "share of all cores' time that was used"},
    {"host_memory_used_bytes", kGauge, kSum, "", "memory that is not available"},
    {"host_memory_total_bytes", kGauge, kSum, "", "memory in all"},
    {"host_receive_bytes_total", kCounter, kSum, "device", "bytes received"},
    {"host_transmit_bytes_total", kCounter, kSum, "device", "bytes sent"},
    {"client_cpu_seconds_total", kCounter, kSum, "", "CPU time of this program"},
    {"client_memory_bytes", kGauge, kSum, "", "memory of this program"},
    // The scrape itself
    {"scrape_up", kGauge, kMax, "source", "1: the source answered; 0: it did not"},
    {"scrape_seconds", kGauge, kMax, "source", "how long its answer took"},
});

constexpr auto kBuckets = Part::kBuckets;

constexpr auto kVllm = std::to_array<Alias>({
    {"vllm:num_requests_running", "requests_running"},
    {"vllm:num_requests_waiting", "requests_waiting"},
    {"vllm:kv_cache_usage_perc", "kv_cache_usage"},
    {.source = "vllm:gpu_cache_usage_perc", .name = "kv_cache_usage", .rank = 1},
    {.source = "vllm:cache_config_info",
     .name = "kv_cache_capacity_tokens",
     .part = Part::kLabelProduct,
     .where = "block_size*num_gpu_blocks"},
    {"vllm:prompt_tokens", "prompt_tokens_total"},
    {.source = "vllm:prompt_tokens_by_source",
     .name = "prefill_tokens_total",
     .where = "source=local_compute"},
    {"vllm:generation_tokens", "output_tokens_total"},
    {"vllm:avg_generation_throughput_toks_per_s", "output_tokens_per_second"},
    {"vllm:avg_prompt_throughput_toks_per_s", "prompt_tokens_per_second"},
    {"vllm:prefix_cache_queries", "prefix_cache_queries_total"},
    {"vllm:prefix_cache_hits", "prefix_cache_hits_total"},
    {.source = "vllm:gpu_prefix_cache_queries", .name = "prefix_cache_queries_total", .rank = 1},
    {.source = "vllm:gpu_prefix_cache_hits", .name = "prefix_cache_hits_total", .rank = 1},
    {"vllm:gpu_prefix_cache_hit_rate", "prefix_cache_hit_ratio"},
    {"vllm:num_preemptions", "preemptions_total"},
    {.source = "vllm:request_success",
     .name = "requests_finished_total",
     .label = "finished_reason"},
    {"vllm:spec_decode_num_draft_tokens", "spec_draft_tokens_total"},
    {"vllm:spec_decode_num_accepted_tokens", "spec_accepted_tokens_total"},
    {"vllm:spec_decode_draft_acceptance_rate", "spec_accept_ratio"},
    {"vllm:time_to_first_token_seconds", "ttft_seconds", kBuckets},
    {"vllm:inter_token_latency_seconds", "itl_seconds", kBuckets},
    {.source = "vllm:time_per_output_token_seconds",
     .name = "itl_seconds",
     .part = kBuckets,
     .rank = 1},
    {"vllm:request_time_per_output_token_seconds", "tpot_seconds", kBuckets},
    {"vllm:e2e_request_latency_seconds", "e2e_seconds", kBuckets},
    {"vllm:request_queue_time_seconds", "queue_seconds", kBuckets},
    {.source = "vllm:time_in_queue_requests", .name = "queue_seconds", .part = kBuckets, .rank = 1},
    {"vllm:request_prefill_time_seconds", "prefill_seconds", kBuckets},
    {"vllm:request_decode_time_seconds", "decode_seconds", kBuckets},
    {"vllm:request_inference_time_seconds", "inference_seconds", kBuckets},
    {"vllm:iteration_tokens_total", "step_tokens", kBuckets},
    {"vllm:iteration_tokens_total", "engine_steps_total", Part::kCount},
});

constexpr auto kSglang = std::to_array<Alias>({
    {"sglang:num_running_reqs", "requests_running"},
    {"sglang:num_queue_reqs", "requests_waiting"},
    {"sglang:num_grammar_queue_reqs", "requests_waiting"},
    {"sglang:token_usage", "kv_cache_usage"},
    {"sglang:num_used_tokens", "kv_cache_used_tokens"},
    {"sglang:max_total_num_tokens", "kv_cache_capacity_tokens"},
    {"sglang:gen_throughput", "output_tokens_per_second"},
    // Live since 2025-12; the plain counters move only when a request ends.
    {.source = "sglang:realtime_tokens",
     .name = "prompt_tokens_total",
     .where = "mode=prefill_compute"},
    {.source = "sglang:realtime_tokens",
     .name = "prompt_tokens_total",
     .where = "mode=prefill_cache"},
    {.source = "sglang:realtime_tokens",
     .name = "prefill_tokens_total",
     .where = "mode=prefill_compute"},
    {.source = "sglang:realtime_tokens", .name = "output_tokens_total", .where = "mode=decode"},
    {.source = "sglang:prompt_tokens", .name = "prompt_tokens_total", .rank = 1},
    {.source = "sglang:generation_tokens", .name = "output_tokens_total", .rank = 1},
    // cache_hit_rate is set back to 0 at each decode log, so a scrape mostly sees 0: not used.
    {.source = "sglang:realtime_tokens",
     .name = "prefix_cache_hits_total",
     .where = "mode=prefill_cache"},
    {.source = "sglang:realtime_tokens",
     .name = "prefix_cache_queries_total",
     .where = "mode=prefill_cache"},
    {.source = "sglang:realtime_tokens",
     .name = "prefix_cache_queries_total",
     .where = "mode=prefill_compute"},
    {.source = "sglang:cached_tokens", .name = "prefix_cache_hits_total", .rank = 1},
    {.source = "sglang:prompt_tokens", .name = "prefix_cache_queries_total", .rank = 1},
    {"sglang:num_retracted_requests", "preemptions_total"},
    {.source = "sglang:total_retracted_reqs", .name = "preemptions_total", .rank = 1},
    {"sglang:num_requests", "requests_finished_total"},
    {"sglang:num_aborted_requests", "requests_failed_total"},
    {"sglang:spec_accept_rate", "spec_accept_ratio"},
    {"sglang:time_to_first_token_seconds", "ttft_seconds", kBuckets},
    {"sglang:inter_token_latency_seconds", "itl_seconds", kBuckets},
    {.source = "sglang:time_per_output_token_seconds",
     .name = "itl_seconds",
     .part = kBuckets,
     .rank = 1},
    {"sglang:e2e_request_latency_seconds", "e2e_seconds", kBuckets},
    {"sglang:queue_time_seconds", "queue_seconds", kBuckets},
    {.source = "sglang:per_stage_req_latency_seconds",
     .name = "prefill_seconds",
     .part = kBuckets,
     .where = "stage=prefill_forward"},
});

constexpr auto kTgi = std::to_array<Alias>({
    {"tgi_batch_current_size", "requests_running"},
    {"tgi_queue_size", "requests_waiting"},
    {"tgi_batch_current_max_tokens", "kv_cache_used_tokens"},  // reserved, not yet filled
    {"tgi_batch_max_total_tokens", "kv_cache_capacity_tokens"},
    {"tgi_request_input_length", "prompt_tokens_total", Part::kSum},
    {"tgi_request_generated_tokens", "output_tokens_total", Part::kSum},
    {"tgi_request_success", "requests_finished_total"},
    {.source = "tgi_request_failure", .name = "requests_failed_total", .label = "err"},
    {"tgi_batch_inference_count", "engine_steps_total"},
    {"tgi_request_duration", "e2e_seconds", kBuckets},
    {"tgi_request_queue_duration", "queue_seconds", kBuckets},
    {"tgi_request_inference_duration", "inference_seconds", kBuckets},
    {.source = "tgi_batch_inference_duration",
     .name = "prefill_step_seconds",
     .part = kBuckets,
     .where = "method=prefill"},
    {.source = "tgi_batch_inference_duration",
     .name = "decode_step_seconds",
     .part = kBuckets,
     .where = "method=decode"},
});

constexpr auto kLlamaCpp = std::to_array<Alias>({
    {"llamacpp:requests_processing", "requests_running"},
    {"llamacpp:requests_deferred", "requests_waiting"},
    {"llamacpp:kv_cache_usage_ratio", "kv_cache_usage"},  // until 2025-05
    {"llamacpp:kv_cache_tokens", "kv_cache_used_tokens"},
    {"llamacpp:prompt_tokens", "prompt_tokens_total"},  // without cached ones, which are added:
    {"llamacpp:prompt_tokens_cached", "prompt_tokens_total"},
    {"llamacpp:prompt_tokens", "prefill_tokens_total"},
    {"llamacpp:prompt_tokens_cached", "prefix_cache_hits_total"},
    {"llamacpp:prompt_tokens", "prefix_cache_queries_total"},
    {"llamacpp:prompt_tokens_cached", "prefix_cache_queries_total"},
    {"llamacpp:tokens_predicted", "output_tokens_total"},
    {"llamacpp:prompt_seconds", "prefill_busy_seconds_total"},
    {"llamacpp:tokens_predicted_seconds", "decode_busy_seconds_total"},
    {"llamacpp:n_decode", "engine_steps_total"},
    {"llamacpp:n_busy_slots_per_decode", "batch_requests"},
    {"llamacpp:spec_decode_num_draft_tokens", "spec_draft_tokens_total"},
    {"llamacpp:spec_decode_num_accepted_tokens", "spec_accepted_tokens_total"},
});

constexpr auto kTrtLlm = std::to_array<Alias>({
    {"trtllm_num_requests_running", "requests_running"},
    {"trtllm_num_requests_waiting", "requests_waiting"},
    {"trtllm_kv_cache_utilization", "kv_cache_usage"},
    {"trtllm_kv_cache_hit_rate", "prefix_cache_hit_ratio"},
    {"trtllm_prompt_tokens", "prompt_tokens_total"},
    {"trtllm_generation_tokens", "output_tokens_total"},
    {"trtllm_prompt_cached_tokens", "prefix_cache_hits_total"},
    {"trtllm_prompt_tokens", "prefix_cache_queries_total"},
    {.source = "trtllm_request_success",
     .name = "requests_finished_total",
     .label = "finished_reason"},
    {.source = "trtllm_request_error", .name = "requests_failed_total", .label = "http_code"},
    {"trtllm_spec_decode_num_draft_tokens", "spec_draft_tokens_total"},
    {"trtllm_spec_decode_num_accepted_tokens", "spec_accepted_tokens_total"},
    {"trtllm_time_to_first_token_seconds", "ttft_seconds", kBuckets},
    {"trtllm_time_per_output_token_seconds", "tpot_seconds", kBuckets},
    {"trtllm_e2e_request_latency_seconds", "e2e_seconds", kBuckets},
    {"trtllm_request_queue_time_seconds", "queue_seconds", kBuckets},
    {"trtllm_request_prefill_time_seconds", "prefill_seconds", kBuckets},
    {"trtllm_request_decode_time_seconds", "decode_seconds", kBuckets},
    {"trtllm_request_inference_time_seconds", "inference_seconds", kBuckets},
});

// Model metrics of an ensemble count each request once for each of its models: only the target's
// own model is taken.
constexpr auto kTriton = std::to_array<Alias>({
    {.source = "nv_trt_llm_request_metrics",
     .name = "requests_running",
     .where = "request_type=active"},
    {.source = "nv_trt_llm_request_metrics",
     .name = "requests_waiting",
     .where = "request_type=waiting"},
    {.source = "nv_inference_pending_request_count",
     .name = "requests_waiting",
     .rank = 1,
     .own_model = true},
    {.source = "nv_trt_llm_kv_cache_block_metrics",
     .name = "kv_cache_usage",
     .where = "kv_cache_block_type=fraction"},
    {.source = "nv_inference_request_success",
     .name = "requests_finished_total",
     .own_model = true},
    {.source = "nv_inference_request_failure",
     .name = "requests_failed_total",
     .label = "reason",
     .own_model = true},
    {.source = "nv_inference_exec_count", .name = "engine_steps_total", .own_model = true},
    {.source = "nv_inference_first_response_histogram_ms",
     .name = "ttft_seconds",
     .part = kBuckets,
     .scale = 1e-3,
     .own_model = true},
    {.source = "nv_inference_request_duration_us",
     .name = "e2e_seconds_sum",
     .scale = 1e-6,
     .own_model = true},
    {.source = "nv_inference_request_success", .name = "e2e_seconds_count", .own_model = true},
    {.source = "nv_inference_queue_duration_us",
     .name = "queue_seconds_sum",
     .scale = 1e-6,
     .own_model = true},
    {.source = "nv_inference_request_success", .name = "queue_seconds_count", .own_model = true},
    {.source = "nv_gpu_utilization", .name = "gpu_utilization", .label = "gpu_uuid"},
    {.source = "nv_gpu_power_usage", .name = "gpu_power_watts", .label = "gpu_uuid"},
    {.source = "nv_energy_consumption", .name = "gpu_energy_joules_total", .label = "gpu_uuid"},
    {.source = "nv_gpu_memory_used_bytes", .name = "gpu_memory_used_bytes", .label = "gpu_uuid"},
    {.source = "nv_gpu_memory_total_bytes", .name = "gpu_memory_total_bytes", .label = "gpu_uuid"},
});

constexpr double kMebi = 1024.0 * 1024.0;

constexpr auto kDcgm = std::to_array<Alias>({
    {"DCGM_FI_DEV_GPU_UTIL", "gpu_utilization", Part::kValue, 0.01, "", "gpu.GPU_I_ID"},
    {"DCGM_FI_PROF_DRAM_ACTIVE", "gpu_memory_busy", Part::kValue, 1, "", "gpu.GPU_I_ID"},
    {.source = "DCGM_FI_DEV_MEM_COPY_UTIL",
     .name = "gpu_memory_busy",
     .scale = 0.01,
     .label = "gpu.GPU_I_ID",
     .rank = 1},
    {"DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gpu_tensor_busy", Part::kValue, 1, "", "gpu.GPU_I_ID"},
    {"DCGM_FI_DEV_FB_USED", "gpu_memory_used_bytes", Part::kValue, kMebi, "", "gpu.GPU_I_ID"},
    {"DCGM_FI_DEV_FB_USED", "gpu_memory_total_bytes", Part::kValue, kMebi, "", "gpu.GPU_I_ID"},
    {"DCGM_FI_DEV_FB_FREE", "gpu_memory_total_bytes", Part::kValue, kMebi, "", "gpu.GPU_I_ID"},
    {"DCGM_FI_DEV_FB_RESERVED", "gpu_memory_total_bytes", Part::kValue, kMebi, "", "gpu.GPU_I_ID"},
    // Of the whole GPU, whatever its instances.
    {"DCGM_FI_DEV_POWER_USAGE", "gpu_power_watts", Part::kValue, 1, "", "gpu"},
    {"DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "gpu_energy_joules_total", Part::kValue, 1e-3, "",
     "gpu"},
    {"DCGM_FI_DEV_GPU_TEMP", "gpu_temperature_celsius", Part::kValue, 1, "", "gpu"},
    {"DCGM_FI_DEV_SM_CLOCK", "gpu_clock_hertz", Part::kValue, 1e6, "", "gpu"},
});

// AMD Device Metrics Exporter, and the older amd_smi_exporter, whose labels are called as the
// metric.
constexpr auto kAmd = std::to_array<Alias>({
    {"gpu_gfx_activity", "gpu_utilization", Part::kValue, 0.01, "", "gpu_id"},
    {"gpu_umc_activity", "gpu_memory_busy", Part::kValue, 0.01, "", "gpu_id"},
    {"gpu_used_vram", "gpu_memory_used_bytes", Part::kValue, kMebi, "", "gpu_id"},
    {"gpu_total_vram", "gpu_memory_total_bytes", Part::kValue, kMebi, "", "gpu_id"},
    {"gpu_package_power", "gpu_power_watts", Part::kValue, 1, "", "gpu_id"},
    {.source = "gpu_average_package_power",
     .name = "gpu_power_watts",
     .label = "gpu_id",
     .rank = 1},
    {.source = "gpu_power_usage", .name = "gpu_power_watts", .label = "gpu_id", .rank = 2},
    {"gpu_energy_consumed", "gpu_energy_joules_total", Part::kValue, 1e-6, "", "gpu_id"},
    {"gpu_junction_temperature", "gpu_temperature_celsius", Part::kValue, 1, "", "gpu_id"},
    {.source = "gpu_edge_temperature",
     .name = "gpu_temperature_celsius",
     .label = "gpu_id",
     .rank = 1},
    {"amd_gpu_use_percent", "gpu_utilization", Part::kValue, 0.01, "", "gpu_use_percent"},
    {"amd_gpu_power", "gpu_power_watts", Part::kValue, 1e-6, "", "gpu_power"},
});

template <std::size_t... Sizes>
constexpr auto join(const std::array<Alias, Sizes>&... tables) {
  std::array<Alias, (Sizes + ...)> all;
  std::size_t at = 0;
  ((std::ranges::copy(tables, all.begin() + at), at += Sizes), ...);
  return all;
}

constexpr auto kAliases = join(kVllm, kSglang, kTgi, kLlamaCpp, kTrtLlm, kTriton, kDcgm, kAmd);

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }
std::span<const Alias> aliases() { return kAliases; }

const Metric* find_metric(std::string_view name) {
  const auto find = [](std::string_view wanted) -> const Metric* {
    const auto found = std::ranges::find(kMetrics, wanted, &Metric::name);
    return found == kMetrics.end() ? nullptr : &*found;
  };
  if (const Metric* metric = find(name)) return metric;
  for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(suffix)) continue;
    const Metric* metric = find(name.substr(0, name.size() - suffix.size()));
    return metric != nullptr && metric->kind == kHistogram ? metric : nullptr;
  }
  return nullptr;
}

}  // namespace tt::telemetry
