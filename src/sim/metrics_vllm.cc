// vLLM's page, by version. When a name came and went is known by date; the version is the release
// that followed.
#include <fmt/format.h>

#include "sim/metrics_each.h"

namespace tt::sim {
namespace {

using Type = Exposition::Type;

// The first versions with (or without) something.
constexpr std::uint32_t kNoThroughputGauges = 700;
constexpr std::uint32_t kV1 = 800;
constexpr std::uint32_t kKvCacheNames = 902;  // kv_cache_usage_perc, prefix_cache_*
constexpr std::uint32_t kInterToken = 1002;
constexpr std::uint32_t kPerRequestTpot = 1100;
constexpr std::uint32_t kNoGpuCacheNames = 1200;
constexpr std::uint32_t kNoTimePerOutputToken = 1400;
constexpr std::uint32_t kCachedTokens = 1600;
constexpr std::uint32_t kWaitingByReason = 2000;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string Metrics::vllm(Dialect dialect, const Model& model) const {
  Exposition out(dialect, began_s_);
  append_process(out);
  vllm_gauges(out, model);
  vllm_counters(out, model);
  vllm_histograms(out);
  return out.take();
}

void Metrics::vllm_gauges(Exposition& out, const Model& model) const {
  const auto load = [&](auto read) {
    return [this, &model, read](const Meters&, std::uint16_t i) { return read(load_of(model, i)); };
  };
  const auto usage = load([](const Load& l) { return share(l.kv_blocks_used, l.kv_blocks); });
  const auto waiting = load([](const Load& l) { return l.waiting; });
  each(out, "vllm:num_requests_running", Type::kGauge, "Requests in the batch.",
       load([](const Load& l) { return l.running; }));
  each(out, "vllm:num_requests_waiting", Type::kGauge, "Requests that wait for the batch.",
       waiting);
  if (version_ >= kWaitingByReason) {
    out.family("vllm:num_requests_waiting_by_reason", Type::kGauge, "Waiting requests by reason.");
    for (std::uint16_t i = 0; i < replica_count(); ++i) {
      Labels all = labels(replica_names_[i]);
      all.emplace_back("reason", "capacity");
      out.sample(all, load_of(model, i).waiting);
      all.back().second = "deferred";
      out.sample(all, 0);
    }
  }
  vllm_old_gauges(out);
  if (version_ < kNoGpuCacheNames) {
    each(out, "vllm:gpu_cache_usage_perc", Type::kGauge, "Use of the KV cache, 0 to 1.", usage);
  }
  if (version_ >= kKvCacheNames) {
    each(out, "vllm:kv_cache_usage_perc", Type::kGauge, "Use of the KV cache, 0 to 1.", usage);
  }
  if (!profile_.lora.empty()) {
    const Load whole = model.load();
    out.gauge("vllm:lora_requests_info", "Adapters in use, and when that was.",
              {{"max_lora", "1"},
               {"running_lora_adapters", whole.running > 0 ? std::string_view(profile_.lora) : ""},
               {"waiting_lora_adapters", whole.waiting > 0 ? std::string_view(profile_.lora) : ""}},
              static_cast<double>(realtime_now()) / 1e9);
  }
  const auto& limits = profile_.limits;
  const std::string block = std::to_string(limits.block_tokens);
  const std::string blocks = std::to_string(load_of(model, 0).kv_blocks);
  each(out, "vllm:cache_config_info", Type::kGauge, "Settings of the cache.",
       [](const Meters&, auto) { return 1; },
       {{"block_size", block},
        {"cache_dtype", "auto"},
        {"enable_prefix_caching", profile_.prefix_cache ? "True" : "False"},
        {"gpu_memory_utilization", "0.9"},
        {"num_gpu_blocks", blocks}});
}

/// What only the older engine had.
void Metrics::vllm_old_gauges(Exposition& out) const {
  if (version_ < kV1) {
    each(out, "vllm:num_requests_swapped", Type::kGauge, "Requests swapped to the host.",
         [](const Meters&, auto) { return 0; });
    each(out, "vllm:cpu_cache_usage_perc", Type::kGauge, "Use of the host's KV cache, 0 to 1.",
         [](const Meters&, auto) { return 0; });
    each(out, "vllm:gpu_prefix_cache_hit_rate", Type::kGauge,
         "Hit rate of the prefix cache on the GPU; -1 where it is off.",
         [this](const Meters& m, auto) {
           return profile_.prefix_cache ? share(m.cache_hits, m.cache_queries) : -1.0;
         });
  }
  if (version_ < kNoThroughputGauges) {
    const double seconds = std::max(static_cast<double>(realtime_now()) / 1e9 - began_s_, 1e-3);
    each(out, "vllm:avg_prompt_throughput_toks_per_s", Type::kGauge, "Mean tok/s of prefill.",
         [&](const Meters& m, auto) { return static_cast<double>(m.prompt_tokens) / seconds; });
    each(out, "vllm:avg_generation_throughput_toks_per_s", Type::kGauge, "Mean tok/s generated.",
         [&](const Meters& m, auto) { return static_cast<double>(m.generated_tokens) / seconds; });
  }
}

void Metrics::vllm_counters(Exposition& out, const Model& model) const {
  const auto counter = [&](std::string_view name, std::string_view help, auto value,
                           const Labels& extra = {}) {
    each(out, name, Type::kCounter, help, value, extra);
  };
  const auto queries = [](const Meters& m, auto) { return m.cache_queries; };
  const auto hits = [](const Meters& m, auto) { return m.cache_hits; };
  counter("vllm:num_preemptions", "Preemptions.",
          [&](const Meters&, std::uint16_t i) { return load_of(model, i).preemptions; });
  counter("vllm:prompt_tokens", "Tokens of prompts computed, cached ones included.",
          [](const Meters& m, auto) { return m.prompt_tokens; });
  counter("vllm:generation_tokens", "Tokens generated.",
          [](const Meters& m, auto) { return m.generated_tokens; });
  if (version_ >= kV1 && version_ < kNoGpuCacheNames) {
    counter("vllm:gpu_prefix_cache_queries", "Tokens looked up in the prefix cache.", queries);
    counter("vllm:gpu_prefix_cache_hits", "Tokens found in the prefix cache.", hits);
  }
  if (version_ >= kKvCacheNames) {
    counter("vllm:prefix_cache_queries", "Tokens looked up in the prefix cache.", queries);
    counter("vllm:prefix_cache_hits", "Tokens found in the prefix cache.", hits);
  }
  if (version_ >= kCachedTokens) {
    counter("vllm:prompt_tokens_cached", "Tokens of prompts that came from a cache.",
            [](const Meters& m, auto) { return m.cached_tokens; });
    out.family("vllm:prompt_tokens_by_source", Type::kCounter, "Tokens of prompts by source.");
    for (std::uint16_t i = 0; i < replica_count(); ++i) {
      Labels all = labels(replica_names_[i]);
      all.emplace_back("source", "local_compute");
      const Meters& m = *meters_[i];
      out.sample(all, static_cast<double>(m.prompt_tokens - m.cached_tokens));
      all.back().second = "local_cache_hit";
      out.sample(all, static_cast<double>(m.cached_tokens));
      all.back().second = "external_kv_transfer";
      out.sample(all, 0);
    }
  }
  out.family("vllm:request_success", Type::kCounter, "Requests that ended, by reason.");
  for (std::uint16_t i = 0; i < replica_count(); ++i) {
    Labels all = labels(replica_names_[i]);
    all.emplace_back("finished_reason", "");
    constexpr std::array<std::string_view, 3> kReasons{"stop", "length", "abort"};
    for (std::size_t reason = 0; reason < kReasons.size(); ++reason) {
      all.back().second = kReasons[reason];
      out.sample(all, static_cast<double>(meters_[i]->ends[reason]));
    }
    if (version_ >= kKvCacheNames) {
      all.back().second = "error";
      out.sample(all, 0);
    }
  }
  if (profile_.speculative) vllm_speculative(out);
  out.family("http_requests", Type::kCounter, "Requests by handler, method and status.");
  for (const auto& [served, count] : served_) {
    const std::string status = fmt::format("{}xx", served.status / 100);
    out.sample({{"handler", served.path}, {"method", served.method}, {"status", status}},
               static_cast<double>(count));
  }
}

void Metrics::vllm_speculative(Exposition& out) const {
  const auto counter = [&](std::string_view name, std::string_view help,
                           std::uint64_t Meters::* which) {
    each(out, name, Type::kCounter, help, [which](const Meters& m, auto) { return m.*which; });
  };
  counter("vllm:spec_decode_num_drafts", "Drafts.", &Meters::drafts);
  counter("vllm:spec_decode_num_draft_tokens", "Tokens of drafts.", &Meters::draft_tokens);
  counter("vllm:spec_decode_num_accepted_tokens", "Tokens of drafts that were accepted.",
          &Meters::accepted_tokens);
  out.family("vllm:spec_decode_num_accepted_tokens_per_pos", Type::kCounter,
             "The same by position in the draft.");
  for (std::uint16_t i = 0; i < replica_count(); ++i) {
    for (std::uint32_t at = 0; at < profile_.speculative->draft_tokens; ++at) {
      const std::string position = std::to_string(at);
      Labels all = labels(replica_names_[i]);
      all.emplace_back("position", position);
      out.sample(all, static_cast<double>(meters_[i]->accepted_at[at]));
    }
  }
}

void Metrics::vllm_histograms(Exposition& out) const {
  const auto histogram = [&](std::string_view name, std::string_view help,
                             Histogram Meters::* which) {
    each(out, name, Type::kHistogram, help,
         [which](const Meters& m, auto) -> const Histogram& { return m.*which; });
  };
  histogram("vllm:iteration_tokens_total", "Tokens in a step.", &Meters::iteration_tokens);
  histogram("vllm:time_to_first_token_seconds", "Arrival to first token.", &Meters::ttft);
  if (version_ < kNoTimePerOutputToken) {
    histogram("vllm:time_per_output_token_seconds", "Between events of a request.", &Meters::gap);
  }
  if (version_ >= kInterToken) {
    histogram("vllm:inter_token_latency_seconds", "Between events of a request.", &Meters::gap);
  }
  if (version_ >= kPerRequestTpot) {
    histogram("vllm:request_time_per_output_token_seconds",
              "Decode time over tokens but one, a request.", &Meters::tpot);
  }
  histogram("vllm:e2e_request_latency_seconds", "Arrival to last token.", &Meters::e2e);
  histogram("vllm:request_queue_time_seconds", "In the queue.", &Meters::queue);
  histogram("vllm:request_inference_time_seconds", "First step to last token.", &Meters::inference);
  histogram("vllm:request_prefill_time_seconds", "First step to first token.", &Meters::prefill);
  histogram("vllm:request_decode_time_seconds", "First to last token.", &Meters::decode);
  histogram("vllm:request_prompt_tokens", "Tokens of a prompt.", &Meters::prompt);
  histogram("vllm:request_generation_tokens", "Tokens of an answer.", &Meters::output);
  histogram("vllm:request_max_num_generation_tokens", "Most tokens asked for.",
            &Meters::max_tokens);
  histogram("vllm:request_params_max_tokens", "The parameter max_tokens.", &Meters::max_tokens);
  if (version_ >= kCachedTokens) {
    histogram("vllm:request_prefill_kv_computed_tokens", "Tokens of a prompt not from a cache.",
              &Meters::computed_prompt);
  }
}

}  // namespace tt::sim
