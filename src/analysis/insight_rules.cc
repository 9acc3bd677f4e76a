// The rules of the insights, for reading and changing. A rule speaks where a signal of its name is
// at least as strong as its limit; {words} in braces are what the signal tells. Strengths are
// shares (0.10 is 10%), or by how much something exceeds what it is compared with.
#include "analysis/insights.h"

namespace tt::analysis {
namespace {

using enum InsightKind;
using enum InsightSeverity;

// clang-format off
constexpr InsightRule kRules[] = {
    {"best", kBestPerformer, kInfo, "winner", 0.05, "comparison",
     "{target} is the best choice here: {value} against {other_value} of {other} ({figure}).",
     "{figure} of {target} {effect} that of {other}, and no other comes nearer."},
    {"regression", kRegression, kCritical, "regression", 0.05, "comparison",
     "{target} got worse since the baseline {other}: {figure} went from {other_value} to {value}.",
     "{figure} {value} against {other_value}, {effect}; p {p} over all figures (Benjamini-Hochberg)."},
    {"slo_missed", kSlo, kCritical, "slo_missed", 0, "slo",
     "{target} misses the objective {slo}: it has {value}.",
     "{slo}: {value}, limit {limit}, margin {margin}, {confidence} confidence."},
    {"slo_close", kSlo, kNotice, "slo_close", 0, "slo",
     "{target} meets the objective {slo}, but only just.",
     "{slo}: {value}, limit {limit}, margin {margin}, {confidence} confidence."},
    {"errors", kRisk, kCritical, "errors", 0.01, "errors",
     "{target} failed {share} of its requests: users will notice.",
     "{failed} of {answered} requests failed; most often: {status}."},
    {"degradation", kSlowdown, kWarning, "degradation", 0.10, "latency_over_time",
     "{target} slowed down during the run: {excess} slower from {from} to {to}.",
     "{metric}: rolling mean {excess} over the baseline {baseline} for {windows} windows ({severity})."},
    {"outliers", kOutliers, kNotice, "outliers", 0.01, "latency_by_tokens",
     "{share} of the requests to {target} took much longer than their length explains.",
     "{count} of {n} requests lie over 3.5 robust deviations above the line of E2E over output tokens."},
    {"tail", kRisk, kWarning, "tail", 4, "latency_distribution",
     "One in a hundred users of {target} waits {times} times as long as most.",
     "{metric} p99 {p99} against p50 {p50}."},
    {"trade_off", kTradeOff, kNotice, "trade_off", 0.05, "throughput_latency",
     "{target} gets more work done, {other} answers sooner: choose by what your users feel.",
     "output tokens/s {rate_effect}, TTFT p50 {ttft_effect}, both of {target} against {other}."},
    {"queue", kBottleneck, kWarning, "part_queue", 0.25, "latency_breakdown",
     "Requests to {target} mostly wait in a queue before anything is computed.",
     "{part_text} takes {share} of E2E on average ({ms} ms)."},
    {"first_token", kBottleneck, kNotice, "part_first", 0.50, "latency_breakdown",
     "Users of {target} mostly wait for the first word.",
     "{part_text} takes {share} of E2E on average ({ms} ms); the engine does not tell its own times."},
    {"prefill", kBottleneck, kNotice, "part_prefill", 0.50, "latency_breakdown",
     "{target} spends most of its time reading the prompts.",
     "{part_text} takes {share} of E2E on average ({ms} ms)."},
    {"decode", kBottleneck, kInfo, "part_decode", 0.50, "latency_breakdown",
     "{target} spends most of its time writing the answers.",
     "{part_text} takes {share} of E2E on average ({ms} ms)."},
    {"tune_queue", kTuning, kNotice, "part_queue", 0.25, "latency_breakdown",
     "Let {target} take more requests at once, or give it another replica.",
     "Raise the batch limit (vLLM --max-num-seqs, TGI --max-concurrent-requests, Ollama "
     "OLLAMA_NUM_PARALLEL) while KV cache is left; else add a replica."},
    {"tune_prefill", kTuning, kNotice, "part_prefill", 0.50, "latency_breakdown",
     "Shorter or shared prompts would help {target} most.",
     "Try prefix caching and chunked prefill (vLLM --enable-prefix-caching, "
     "--enable-chunked-prefill)."},
    {"tune_decode", kTuning, kInfo, "part_decode", 0.50, "latency_breakdown",
     "A quantized model or shorter answers would help {target} most.",
     "Decoding is mostly bound by memory bandwidth: try quantized weights, speculative decoding, tensor "
     "parallelism, or a lower limit on output tokens."},
    {"forecast", kForecast, kWarning, "drift", 0.05, "latency_over_time",
     "{target} gets slower as it runs: at this pace by {hourly} more every hour.",
     "{metric}: {change} from beginning to end (Theil-Sen), Mann-Kendall p {p}; a line that goes on "
     "is assumed, which nobody knows."},
    {"client", kRisk, kCritical, "client", 0, "client_lag",
     "The measuring machine was too slow: do not trust these figures.",
     "{text}"},
    {"short", kRisk, kNotice, "short", 0, "requests",
     "Too little was measured of {target} to be sure.",
     "{text}"},
};
// clang-format on

}  // namespace

std::span<const InsightRule> insight_rules() { return kRules; }

}  // namespace tt::analysis
