// The signals that rules may name: what find_signals() measures, and which words each tells.
#include "analysis/insights.h"

namespace tt::analysis {

std::span<const SignalKind> signal_kinds() {
  static const std::vector<SignalKind> kKinds = {
      {"winner",
       "the lead of the run's winner over the target that comes nearest",
       {"target", "other", "figure", "value", "other_value", "effect"}},
      {"trade_off",
       "one target gets more work done, the other answers sooner; the lesser lead",
       {"target", "other", "rate_effect", "ttft_effect"}},
      {"slo_missed",
       "an objective is missed; by which share of its limit",
       {"target", "slo", "value", "limit", "margin", "confidence"}},
      {"slo_close",
       "an objective is met with less than a tenth of its limit to spare",
       {"target", "slo", "value", "limit", "margin", "confidence"}},
      {"errors",
       "the share of requests that failed",
       {"target", "share", "failed", "answered", "status"}},
      {"degradation",
       "how much slower a stretch of the run is than its baseline",
       {"target", "metric", "excess", "from", "to", "baseline", "windows", "severity"}},
      {"drift",
       "how much slower the end of the run is than its beginning, if hardly by chance",
       {"target", "metric", "change", "hourly", "p"}},
      {"outliers",
       "the share of requests that took longer than their length explains",
       {"target", "share", "count", "n"}},
      {"tail", "TTFT p99 over its median", {"target", "metric", "times", "p50", "p99"}},
      {"part_queue",
       "the share of E2E spent in the engine's queue",
       {"target", "part_text", "share", "ms"}},
      {"part_prefill",
       "the share of E2E spent reading the prompt, as the engine says",
       {"target", "part_text", "share", "ms"}},
      {"part_decode",
       "the share of E2E spent writing the answer",
       {"target", "part_text", "share", "ms"}},
      {"kv_full",
       "the fullest the KV cache was, by the engine's metrics",
       {"target", "peak", "mean", "source", "preemptions"}},
      {"part_first",
       "the share of E2E before the first token, where the engine tells no parts",
       {"target", "part_text", "share", "ms"}},
      {"regression",
       "how much worse than the marked baseline, with certainty",
       {"target", "other", "figure", "value", "other_value", "effect", "p"}},
      {"client", "the client was the bottleneck", {"target", "text"}},
      {"short", "too few requests, or too short a time", {"target", "text"}},
  };
  return kKinds;
}

}  // namespace tt::analysis
