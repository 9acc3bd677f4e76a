// TGI's page: counters without `_total`, values of requests that ended, no times of tokens.
#include "sim/metrics_each.h"

namespace tt::sim {
namespace {
using Type = Exposition::Type;
}  // namespace

std::string Metrics::tgi(const Model& model) const {
  Exposition out(Dialect::kRust, began_s_);
  const Meters& m = *meters_[0];
  const Load load = model.load();
  const double block = profile_.limits.block_tokens;
  const auto number = [](std::uint64_t n) { return static_cast<double>(n); };
  out.counter("tgi_request_count", "Requests that came.", {}, number(requests_));
  out.counter("tgi_request_success", "Requests answered.", {}, number(m.ends[0] + m.ends[1]));
  out.family("tgi_request_failure", Type::kCounter, "Requests that failed, by kind.");
  out.sample({{"err", "overloaded"}}, number(refused_overloaded_));
  out.sample({{"err", "validation"}}, number(refused_invalid_));
  out.sample({{"err", "generation"}}, number(failed_));
  out.sample({{"err", "dropped"}}, number(m.ends[2]));
  out.family("tgi_batch_inference_count", Type::kCounter, "Steps, by method.");
  out.sample({{"method", "prefill"}}, number(m.prefill_steps));
  out.sample({{"method", "decode"}}, number(m.steps - m.prefill_steps));
  out.family("tgi_batch_inference_success", Type::kCounter, "Steps that went well, by method.");
  out.sample({{"method", "prefill"}}, number(m.prefill_steps));
  out.sample({{"method", "decode"}}, number(m.steps - m.prefill_steps));

  out.gauge("tgi_queue_size", "Requests in the queue.", {}, load.waiting);
  out.gauge("tgi_batch_current_size", "Requests in the batch.", {}, load.running);
  out.gauge("tgi_batch_current_max_tokens", "Tokens that the batch has reserved.", {},
            number(load.kv_blocks_used) * block);
  out.gauge("tgi_batch_max_total_tokens", "Tokens that can be reserved.", {},
            number(load.kv_blocks) * block);

  const auto histogram = [&](std::string_view name, std::string_view help,
                             const Histogram& values) {
    out.family(name, Type::kHistogram, help);
    out.sample({}, values);
  };
  histogram("tgi_request_duration", "Whole requests, seconds.", m.e2e);
  histogram("tgi_request_validation_duration", "Validation and tokenising, seconds.", m.validation);
  histogram("tgi_request_queue_duration", "In the queue, seconds.", m.queue);
  histogram("tgi_request_inference_duration", "Inference, seconds.", m.inference);
  histogram("tgi_request_mean_time_per_token_duration", "Inference over tokens, seconds.", m.tpot);
  histogram("tgi_request_input_length", "Tokens of a prompt.", m.prompt);
  histogram("tgi_request_generated_tokens", "Tokens of an answer.", m.output);
  histogram("tgi_request_max_new_tokens", "Most tokens asked for.", m.max_tokens);
  histogram("tgi_batch_next_size", "Prompts in a batch that begins.", m.batch_size);
  for (const auto& [name, help] :
       {std::pair{"tgi_batch_inference_duration", "A step, seconds."},
        std::pair{"tgi_batch_forward_duration", "The forward pass of a step, seconds."}}) {
    out.family(name, Type::kHistogram, help);
    out.sample({{"method", "prefill"}}, m.prefill_step);
    out.sample({{"method", "decode"}}, m.decode_step);
  }
  return out.take();
}

}  // namespace tt::sim
