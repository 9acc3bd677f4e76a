// Triton's page, as its OpenAI frontend serves it before TensorRT-LLM: cumulative microseconds and
// counters without `_total` of the server, gauges by label of the batch manager behind it. Triton
// hands every request on at once, so that requests wait there and not in Triton's own queue.
#include <fmt/format.h>

#include "sim/metrics_each.h"

namespace tt::sim {
namespace {

using Type = Exposition::Type;

double micros(double seconds) { return seconds * 1e6; }

/// The same in milliseconds, as this one histogram is told.
void append_millis(Exposition& out, const Labels& labels, const Histogram& seconds) {
  std::vector<double> edges;
  for (const double edge : seconds.edges()) edges.push_back(edge * 1e3);
  out.sample(labels, seconds.scaled(edges, 1e3));
}

}  // namespace

std::string Metrics::triton(const Model& model) const {
  Exposition out(Dialect::kCpp, began_s_);
  triton_model(out);
  triton_batcher(out, model);
  return out.take();
}

void Metrics::triton_model(Exposition& out) const {
  const Meters& m = *meters_[0];
  const Labels labels{{"model", model_}, {"version", "1"}};
  const auto number = [](std::uint64_t n) { return static_cast<double>(n); };
  const auto counter = [&](std::string_view name, std::string_view help, double value) {
    out.counter(name, help, labels, value);
  };
  const double good = number(m.ends[0] + m.ends[1]);
  counter("nv_inference_request_success", "Requests that ended well.", good);
  out.family("nv_inference_request_failure", Type::kCounter, "Requests that failed, by reason.");
  const auto failure = [&](std::string_view reason, double value) {
    out.sample({{"model", model_}, {"reason", reason}, {"version", "1"}}, value);
  };
  failure("REJECTED", number(refused_overloaded_));
  failure("CANCELED", number(m.ends[2]));
  failure("BACKEND", number(failed_));
  failure("OTHER", number(refused_invalid_));
  counter("nv_inference_count", "Inferences.", good);
  counter("nv_inference_exec_count", "Executions: one a request, which the backend batches.", good);
  out.gauge("nv_inference_pending_request_count", "Requests in Triton's own queue.", labels, 0);
  counter("nv_inference_request_duration_us", "Whole requests, cumulative microseconds.",
          micros(m.e2e.sum()));
  counter("nv_inference_queue_duration_us", "In Triton's own queue, cumulative microseconds.", 0);
  counter("nv_inference_compute_input_duration_us", "Inputs, cumulative microseconds.",
          micros(m.validation.sum()));
  counter("nv_inference_compute_infer_duration_us", "In the backend, cumulative microseconds.",
          micros(m.queue.sum() + m.inference.sum()));
  counter("nv_inference_compute_output_duration_us", "Outputs, cumulative microseconds.", 0);
  out.family("nv_inference_first_response_histogram_ms", Type::kHistogram,
             "Arrival to first response, milliseconds.");
  append_millis(out, labels, m.ttft);
}

void Metrics::triton_batcher(Exposition& out, const Model& model) const {
  const Load load = model.load();
  const auto family = [&](std::string_view name, std::string_view help, std::string_view label,
                          std::initializer_list<std::pair<std::string_view, double>> values) {
    out.family(name, Type::kGauge, help);
    for (const auto& [kind, value] : values) {
      out.sample({{"model", model_}, {label, kind}, {"version", "1"}}, value);
    }
  };
  const auto used = static_cast<double>(load.kv_blocks_used);
  const auto blocks = static_cast<double>(load.kv_blocks);
  family("nv_trt_llm_request_metrics", "Requests of the batch manager.", "request_type",
         {{"waiting", load.waiting},
          {"scheduled", load.running},
          {"active", load.running},
          {"max", profile_.limits.max_sequences}});
  family("nv_trt_llm_kv_cache_block_metrics", "Blocks of the KV cache.", "kv_cache_block_type",
         {{"fraction", blocks > 0 ? used / blocks : 0},
          {"tokens_per", profile_.limits.block_tokens},
          {"used", used},
          {"free", blocks - used},
          {"max", blocks}});
}

}  // namespace tt::sim
