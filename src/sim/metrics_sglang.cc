// SGLang's page. Prompt and generation counters move when a request ends, and the scheduler's
// gauges with its log lines: both as it really is.
#include "sim/metrics_each.h"

namespace tt::sim {
namespace {

using Type = Exposition::Type;

constexpr std::uint32_t kInterToken = 404;      // inter_token_latency_seconds
constexpr std::uint32_t kNoTimePerToken = 405;  // time_per_output_token_seconds gone
constexpr std::uint32_t kRetractedGauge = 409;  // total_retracted_reqs
constexpr std::uint32_t kQueueTime = 504;       // queue_time_seconds; num_retracted_*
constexpr std::uint32_t kRealtimeTokens = 507;  // realtime_tokens_total
constexpr Nanos kIdleRefresh = 30 * kSecond;

}  // namespace

std::string Metrics::sglang(Dialect dialect, const Model& model, Nanos now) {
  for (std::uint16_t i = 0; i < replica_count(); ++i) {
    auto& logged = meters_[i]->logged;
    const Load load = load_of(model, i);
    const bool idle = load.running == 0 && load.waiting == 0;
    if (logged.at == kNever || (idle && now - logged.at >= kIdleRefresh)) {
      logged = {.load = load, .at = now, .generated = load.tokens};
    }
  }
  Exposition out(dialect, began_s_);
  sglang_gauges(out, model);
  sglang_counters(out, model);
  sglang_histograms(out);
  return out.take();
}

void Metrics::sglang_gauges(Exposition& out, const Model& model) const {
  const double block = profile_.limits.block_tokens;
  const auto gauge = [&](std::string_view name, std::string_view help, auto read) {
    each(out, name, Type::kGauge, help, [&](const Meters& m, auto) { return read(m.logged); });
  };
  using Logged = Meters::Logged;
  gauge("sglang:num_running_reqs", "Requests in the batch.",
        [](const Logged& l) { return l.load.running; });
  gauge("sglang:num_queue_reqs", "Requests in the queue.",
        [](const Logged& l) { return l.load.waiting; });
  gauge("sglang:num_grammar_queue_reqs", "Requests that wait for a grammar.",
        [](const Logged&) { return 0; });
  gauge("sglang:num_used_tokens", "Tokens in the KV pool.",
        [&](const Logged& l) { return static_cast<double>(l.load.kv_blocks_used) * block; });
  gauge("sglang:token_usage", "Use of the KV pool, 0 to 1.", [](const Logged& l) {
    const auto whole = static_cast<double>(l.load.kv_blocks);
    return whole > 0 ? static_cast<double>(l.load.kv_blocks_used) / whole : 0.0;
  });
  gauge("sglang:gen_throughput", "Tokens generated a second.",
        [](const Logged& l) { return l.tokens_per_s; });
  gauge("sglang:cache_hit_rate", "Hit rate of the prefix cache at the last prefill.",
        [](const Logged& l) { return l.hit_rate; });
  if (profile_.speculative) {
    each(out, "sglang:spec_accept_length", Type::kGauge, "Tokens a step of speculation.",
         [](const Meters& m, auto) {
           return m.drafts > 0
                      ? 1.0 + static_cast<double>(m.accepted_tokens) / static_cast<double>(m.drafts)
                      : 0.0;
         });
    each(out, "sglang:spec_accept_rate", Type::kGauge, "Share of drafted tokens accepted.",
         [](const Meters& m, auto) {
           return m.draft_tokens > 0
                      ? static_cast<double>(m.accepted_tokens) / static_cast<double>(m.draft_tokens)
                      : 0.0;
         });
  }
  each(out, "sglang:max_total_num_tokens", Type::kGauge, "Tokens that the KV pool holds.",
       [&](const Meters&, std::uint16_t i) {
         return static_cast<double>(load_of(model, i).kv_blocks) * block;
       });
  if (version_ >= kRetractedGauge && version_ < kQueueTime) {
    each(out, "sglang:total_retracted_reqs", Type::kGauge, "Requests retracted.",
         [&](const Meters&, std::uint16_t i) { return load_of(model, i).preemptions; });
  }
}

void Metrics::sglang_counters(Exposition& out, const Model& model) const {
  // The tokenizer's side has the model's name alone as its label.
  const Labels front{{"model_name", model_}};
  const auto sum = [&](std::uint64_t Meters::* which) {
    std::uint64_t all = 0;
    for (const auto& m : meters_) all += (*m).*which;
    return static_cast<double>(all);
  };
  std::uint64_t aborted = 0;
  std::uint64_t ended = 0;
  for (const auto& m : meters_) {
    aborted += m->ends[2];
    ended += m->ends[0] + m->ends[1] + m->ends[2];
  }
  out.counter("sglang:prompt_tokens", "Tokens of prompts of requests that ended.", front,
              sum(&Meters::ended_prompt_tokens));
  out.counter("sglang:generation_tokens", "Tokens of answers that ended.", front,
              sum(&Meters::ended_tokens));
  Labels cached = front;
  if (version_ >= kRealtimeTokens) cached.emplace_back("cache_source", "device");
  out.counter("sglang:cached_tokens", "The same, of those that came from the cache.", cached,
              sum(&Meters::ended_cached_tokens));
  out.counter("sglang:num_requests", "Requests that ended.", front, static_cast<double>(ended));
  out.counter("sglang:num_aborted_requests", "Requests that were aborted.", front,
              static_cast<double>(aborted));
  if (version_ >= kQueueTime) {
    each(out, "sglang:num_retracted_requests", Type::kCounter, "Requests retracted.",
         [&](const Meters&, std::uint16_t i) { return load_of(model, i).preemptions; });
  }
  if (version_ < kRealtimeTokens) return;
  out.family("sglang:realtime_tokens", Type::kCounter, "Tokens as they are computed, by mode.");
  for (std::uint16_t i = 0; i < replica_count(); ++i) {
    const Meters& m = *meters_[i];
    Labels all = labels(replica_names_[i]);
    all.emplace_back("mode", "prefill_compute");
    out.sample(all, static_cast<double>(m.prefill_computed));
    all.back().second = "prefill_cache";
    out.sample(all, static_cast<double>(m.cache_hits));
    all.back().second = "decode";
    out.sample(all, static_cast<double>(m.generated_tokens));
  }
  out.family("sglang:forward_execution_seconds", Type::kCounter, "GPU time by kind of step.");
  for (std::uint16_t i = 0; i < replica_count(); ++i) {
    Labels all = labels(replica_names_[i]);
    all.emplace_back("category", "forward_extend");
    out.sample(all, meters_[i]->prefill_step_seconds);
    all.back().second = "forward_decode";
    out.sample(all, meters_[i]->decode_step_seconds);
  }
}

void Metrics::sglang_histograms(Exposition& out) const {
  const Labels front{{"model_name", model_}};
  const auto histogram = [&](std::string_view name, std::string_view help,
                             Histogram Meters::* which) {
    out.family(name, Type::kHistogram, help);
    Histogram all((*meters_[0]).*which);
    for (std::size_t i = 1; i < replica_count(); ++i) all.add((*meters_[i]).*which);
    out.sample(front, all);
  };
  histogram("sglang:time_to_first_token_seconds", "Arrival to first token.", &Meters::ttft);
  if (version_ < kNoTimePerToken) {
    histogram("sglang:time_per_output_token_seconds", "Decode time over tokens but one.",
              &Meters::tpot);
  }
  if (version_ >= kInterToken) {
    histogram("sglang:inter_token_latency_seconds", "Between tokens.", &Meters::gap);
  }
  histogram("sglang:e2e_request_latency_seconds", "Arrival to last token.", &Meters::e2e);
  if (version_ >= kQueueTime) {
    histogram("sglang:queue_time_seconds", "In the queue.", &Meters::queue);
    histogram("sglang:prompt_tokens_histogram", "Tokens of a prompt.", &Meters::prompt);
    histogram("sglang:generation_tokens_histogram", "Tokens of an answer.", &Meters::output);
    // Of its stages the one that tells what no other histogram does.
    each(out, "sglang:per_stage_req_latency_seconds", Type::kHistogram,
         "Stages of requests: prefill_forward is first step to first token.",
         [](const Meters& m, auto) -> const Histogram& { return m.prefill; },
         {{"stage", "prefill_forward"}});
  }
  out.family("sglang:http_requests", Type::kCounter, "Requests by endpoint.");
  for (const auto& [served, count] : served_) {
    out.sample({{"endpoint", served.path}, {"method", served.method}}, static_cast<double>(count));
  }
}

}  // namespace tt::sim
