// TensorRT-LLM: Prometheus under /prometheus/metrics; a list of iterations, emptied by reading,
// under /metrics.
#include <fmt/format.h>

#include "sim/metrics_each.h"

namespace tt::sim {
namespace {

using Type = Exposition::Type;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string Metrics::trtllm(Dialect dialect, const Model& model) const {
  Exposition out(dialect, began_s_);
  const Load load = model.load();
  const auto counter = [&](std::string_view name, std::string_view help, auto value) {
    each(out, name, Type::kCounter, help, [&](const Meters& m, auto) { return value(m); });
  };
  const auto gauge = [&](std::string_view name, std::string_view help, double value) {
    each(out, name, Type::kGauge, help, [&](const Meters&, auto) { return value; });
  };
  const auto histogram = [&](std::string_view name, std::string_view help,
                             Histogram Meters::* which) {
    each(out, name, Type::kHistogram, help,
         [which](const Meters& m, auto) -> const Histogram& { return m.*which; });
  };
  const Meters& m = *meters_[0];
  out.family("trtllm_request_success", Type::kCounter, "Requests that ended well, by reason.");
  for (const auto& [reason, count] :
       {std::pair{"stop", m.ends[0]}, std::pair{"length", m.ends[1]}}) {
    Labels all = labels("0");
    all.emplace_back("finished_reason", reason);
    out.sample(all, static_cast<double>(count));
  }
  counter("trtllm_prompt_tokens", "Tokens of prompts.",
          [](const Meters& x) { return x.prompt_tokens; });
  counter("trtllm_generation_tokens", "Tokens generated.",
          [](const Meters& x) { return x.generated_tokens; });
  counter("trtllm_prompt_cached_tokens", "Tokens of prompts that the cache held.",
          [](const Meters& x) { return x.cached_tokens; });
  counter("trtllm_num_requests_completed", "Requests that ended.",
          [](const Meters& x) { return x.ends[0] + x.ends[1]; });
  histogram("trtllm_e2e_request_latency_seconds", "Arrival to last token.", &Meters::e2e);
  histogram("trtllm_time_to_first_token_seconds", "Arrival to first token.", &Meters::ttft);
  histogram("trtllm_time_per_output_token_seconds", "Decode time over tokens but one.",
            &Meters::tpot);
  histogram("trtllm_request_queue_time_seconds", "In the queue.", &Meters::queue);
  histogram("trtllm_request_prefill_time_seconds", "First step to first token.", &Meters::prefill);
  histogram("trtllm_request_decode_time_seconds", "First to last token.", &Meters::decode);
  histogram("trtllm_request_inference_time_seconds", "First step to last token.",
            &Meters::inference);
  gauge("trtllm_kv_cache_hit_rate", "Hit rate of the KV cache, 0 to 1.",
        share(m.cache_hits, m.cache_queries));
  gauge("trtllm_kv_cache_utilization", "Use of the KV cache, 0 to 1.",
        share(load.kv_blocks_used, load.kv_blocks));
  gauge("trtllm_num_requests_running", "Requests in the batch.", load.running);
  gauge("trtllm_num_requests_waiting", "Requests in the queue.", load.waiting);
  return out.take();
}

std::string Metrics::trtllm_iterations() {
  std::string out = "[";
  for (const auto& [step, load, number] : iterations_) {
    if (out.size() > 1) out += ',';
    fmt::format_to(
        std::back_inserter(out),
        R"({{"iter":{},"iterLatencyMS":{:.3f},"numActiveRequests":{},"numQueuedRequests":{},)"
        R"("kvCacheStats":{{"maxNumBlocks":{},"freeNumBlocks":{},"usedNumBlocks":{},)"
        R"("tokensPerBlock":{}}},"inflightBatchingStats":{{"numContextRequests":{},)"
        R"("numGenRequests":{},"numPausedRequests":0,"numScheduledRequests":{},"numCtxTokens":{}}}}})",
        number, to_millis(step.end - step.begin), load.running, load.waiting, load.kv_blocks,
        load.kv_blocks - load.kv_blocks_used, load.kv_blocks_used, profile_.limits.block_tokens,
        step.prefills, step.requests - step.prefills, step.requests, step.prefill_tokens);
  }
  iterations_.clear();
  return out + "]";
}

}  // namespace tt::sim
