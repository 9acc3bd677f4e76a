#include "import/format.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tt::import {
namespace {

constexpr double kMs = 1e-3;

// --- How each tool computes what it reports --------------------------------------------------

constexpr std::array kLlmLocustDefinitions = {
    Definition{"ttft", "first transport chunk minus start; a role-only or empty chunk counts"},
    Definition{"tpot", "(end - first chunk) / output tokens; the end includes the [DONE] mark"},
    Definition{"e2e", "end of the stream minus start"},
    Definition{"output_tokens", "counted by tokenizing the answer again on the client"}};
constexpr std::array kVllmDefinitions = {
    Definition{"ttft",
               "first chunk with choices minus start; role-only and reasoning chunks count"},
    Definition{"tpot", "(e2e - ttft) / (output tokens - 1)"},
    Definition{"itl", "gaps between chunks, the finish chunk included; not divided by tokens"},
    Definition{"e2e", "last chunk with choices minus start"}};
constexpr std::array kSglangDefinitions = {
    Definition{"ttft", "first chunk with content minus start"},
    Definition{"tpot", "(e2e - ttft) / (output tokens - 1)"},
    Definition{"itl", "gaps between chunks"}, Definition{"e2e", "the [DONE] mark minus start"}};
constexpr std::array kGuideLlmDefinitions = {
    Definition{"ttft", "first chunk with content, reasoning or a tool call minus start"},
    Definition{"tpot", "(last token - start) / output tokens; the first token's wait is in it"},
    Definition{"itl", "(last token - first token) / (output tokens - 1)"},
    Definition{"e2e", "end of the stream minus start"}};
constexpr std::array kAiPerfDefinitions = {
    Definition{"ttft", "first chunk with content or reasoning minus start"},
    Definition{"tpot", "its inter_token_latency: (e2e - ttft) / (output tokens - 1)"},
    Definition{"itl", "its inter_chunk_latency: gaps between chunks"},
    Definition{"e2e", "last chunk with content minus start"}};
constexpr std::array kGenAiBenchDefinitions = {
    Definition{"ttft", "first chunk with content or reasoning minus start"},
    Definition{"tpot", "(e2e - ttft) / (output tokens - 1)"},
    Definition{"e2e", "the usage chunk or the [DONE] mark minus start"}};
constexpr std::array kInferencePerfDefinitions = {
    Definition{"ttft", "first chunk with delta.content minus start"},
    Definition{"tpot", "(last token - first token) / (tokens - 1)"},
    Definition{"e2e", "end of the response minus start"}};
constexpr std::array kLlmPerfDefinitions = {
    Definition{"ttft", "first chunk with content minus start"},
    Definition{"itl", "(ttft + sum of gaps) / lines of the stream"},
    Definition{"e2e", "end of the stream minus start"}};
constexpr std::array kHfDefinitions = {Definition{"ttft", "first chunk with content minus start"},
                                       Definition{"itl", "sum of gaps / (tokens - 1)"},
                                       Definition{"e2e", "stop minus start"}};
constexpr std::array kLlmInfBenchDefinitions = {
    Definition{"ttft", "first content delta that is not empty minus start"},
    Definition{"tpot", "tbt, derived from the gaps of each request"},
    Definition{"e2e", "end of the stream minus start"}};
constexpr std::array kUniversalDefinitions = {
    Definition{"ttft", "first token minus start, as each engine's adapter tells it"},
    Definition{"itl", "mean gap between tokens, as each engine's adapter tells it"},
    Definition{"e2e", "whole request"}};
constexpr std::array kHarnessDefinitions = {
    Definition{"e2e", "latency of the whole request"},
    Definition{"tokens_per_second", "words a second in some versions, tokens in others"}};
constexpr std::array kVllmBenchmarkDefinitions = {
    Definition{"ttft", "milliseconds; mean, median, p95, p99 over the TTFT test's requests"},
    Definition{"overall_score", "0.4 latency + 0.3 throughput + 0.3 reliability"}};

constexpr Tool kLlmLocust{"llm-locust", kLlmLocustDefinitions};
constexpr Tool kVllm{"vllm bench serve", kVllmDefinitions};
constexpr Tool kSglang{"sglang bench_serving", kSglangDefinitions};
constexpr Tool kGuideLlm{"guidellm", kGuideLlmDefinitions};
constexpr Tool kAiPerf{"aiperf", kAiPerfDefinitions};
constexpr Tool kGenAiBench{"genai-bench", kGenAiBenchDefinitions};
constexpr Tool kInferencePerf{"inference-perf", kInferencePerfDefinitions};
constexpr Tool kLlmPerf{"llmperf", kLlmPerfDefinitions};
constexpr Tool kHf{"hf inference-benchmarker", kHfDefinitions};
constexpr Tool kLlmInfBench{"llm-inf-bench", kLlmInfBenchDefinitions};
constexpr Tool kUniversal{"universal tool", kUniversalDefinitions};
constexpr Tool kHarness{"kpi harness", kHarnessDefinitions};
constexpr Tool kVllmBenchmark{"vllm_benchmark", kVllmBenchmarkDefinitions};

// --- Columns of flat records -------------------------------------------------------------------

constexpr std::array kLlmLocustColumns = {
    Column{"request_id", Field::kId, 1, Need::kColumn},
    Column{"timestamp", Field::kEnd, 1, Need::kValue},
    Column{"user_id", Field::kUser},
    Column{"user_request_num", Field::kIgnored},
    Column{"input_tokens", Field::kInputTokens, 1, Need::kColumn},
    Column{"output_tokens", Field::kOutputTokens, 1, Need::kValue},
    Column{"ttft_ms", Field::kTtft, kMs, Need::kValue},
    Column{"tpot_ms", Field::kTpot, kMs, Need::kValue},
    Column{"end_to_end_s", Field::kE2e, 1, Need::kValue},
    Column{"total_tokens_per_sec", Field::kIgnored},
    Column{"output_tokens_per_sec", Field::kIgnored},
    Column{"status_code", Field::kStatusCode, 1, Need::kValue},
    Column{"input_prompt", Field::kPrompt},
    Column{"output_text", Field::kAnswer}};

constexpr std::array kUniversalColumns = {
    Column{"request_id", Field::kId, 1, Need::kColumn},
    Column{"engine", Field::kEngine, 1, Need::kColumn},
    Column{"model", Field::kModel, 1, Need::kColumn},
    Column{"scenario", Field::kScenario, 1, Need::kColumn},
    Column{"prompt_tokens", Field::kInputTokens, 1, Need::kColumn},
    Column{"completion_tokens", Field::kOutputTokens, 1, Need::kValue},
    Column{"total_duration_sec", Field::kE2e, 1, Need::kValue},
    Column{"total_duration", Field::kE2e, 1, Need::kValue},
    Column{"ttft_sec", Field::kTtft},
    Column{"ttft", Field::kTtft},
    Column{"tokens_per_sec", Field::kIgnored},
    Column{"inter_token_latency_sec", Field::kItl},
    Column{"inter_token_latency", Field::kItl},
    Column{"load_duration_sec", Field::kLoad},
    Column{"load_duration", Field::kLoad},
    Column{"prompt_eval_duration_sec", Field::kPrefill},
    Column{"prompt_eval_duration", Field::kPrefill},
    Column{"eval_duration_sec", Field::kDecode},
    Column{"eval_duration", Field::kDecode},
    Column{"success", Field::kSuccess, 1, Need::kValue},
    Column{"error_message", Field::kError},
    Column{"timestamp", Field::kIgnored}};

constexpr std::array kHarnessColumns = {
    Column{"prompt_id", Field::kId, 1, Need::kColumn},
    Column{"scenario_id", Field::kScenario},
    Column{"dataset_id", Field::kIgnored},
    Column{"run_id", Field::kIgnored},
    Column{"team", Field::kIgnored},
    Column{"variant", Field::kEngine},
    Column{"passed", Field::kIgnored},  // of the answer's content, not of the request
    Column{"latency_ms", Field::kE2e, kMs, Need::kValue},
    Column{"error", Field::kError},
    Column{"response_preview", Field::kAnswer},
    Column{"tokens_generated", Field::kOutputTokens},
    Column{"tokens_per_second", Field::kIgnored},
    Column{"category", Field::kIgnored},
    Column{"model_version", Field::kModel}};

constexpr std::array kGenAiBenchColumns = {
    Column{"ttft", Field::kTtft, 1, Need::kValue},
    Column{"tpot", Field::kTpot},
    Column{"e2e_latency", Field::kE2e, 1, Need::kValue},
    Column{"num_input_tokens", Field::kInputTokens},
    Column{"num_output_tokens", Field::kOutputTokens, 1, Need::kValue},
    Column{"num_reasoning_tokens", Field::kReasoningTokens},
    Column{"error_code", Field::kErrorCode},
    Column{"error_message", Field::kError}};

constexpr std::array kLlmPerfColumns = {
    Column{"error_code", Field::kErrorCode},
    Column{"error_msg", Field::kError},
    Column{"inter_token_latency_s", Field::kItl},
    Column{"ttft_s", Field::kTtft, 1, Need::kValue},
    Column{"end_to_end_latency_s", Field::kE2e, 1, Need::kValue},
    Column{"number_output_tokens", Field::kOutputTokens, 1, Need::kValue},
    Column{"number_input_tokens", Field::kInputTokens}};

constexpr std::array kLlmInfBenchColumns = {
    Column{"request_index", Field::kId},
    Column{"ttft_ms", Field::kTtft, kMs},
    Column{"e2e_latency_ms", Field::kE2e, kMs, Need::kValue},
    Column{"inter_token_latencies_ms", Field::kGaps, kMs},
    Column{"prompt_tokens", Field::kInputTokens},
    Column{"completion_tokens", Field::kOutputTokens, 1, Need::kValue},
    Column{"error", Field::kError},
    Column{"started_at", Field::kStart},
    Column{"finished_at", Field::kEnd},
    Column{"conversation_index", Field::kUser}};

// --- Estimates -----------------------------------------------------------------------------------

constexpr std::array kLlmLocustEstimated = {
    Definition{"end_ns", "the file has the completion in whole seconds: up to 1 s too early"},
    Definition{"sent_ns", "completion in whole seconds minus the duration: up to 1 s too early"},
    Definition{"first_token_ns", "sent_ns plus TTFT: shifted with it; the duration is exact"}};
constexpr std::array kUniversalEstimated = {
    Definition{"engine_prefill_ns", "of vLLM an estimate; without streaming 10% of the whole"},
    Definition{"engine_load_ns", "without streaming 15% of the whole"},
    Definition{"engine_decode_ns", "without streaming 75% of the whole"},
    Definition{"reported_ttft_ns", "of Ollama without streaming an estimate"}};
constexpr std::array kEndIsLastToken = {
    Definition{"last_token_ns", "by the tool's definition the request ends at its last chunk"}};

constexpr std::array kVllmEstimated = {
    Definition{"last_token_ns", "by the tool's definition the request ends at its last chunk"},
    Definition{"reported_tpot_ns", "worked out for each request by the tool's own formula"},
    Definition{"reported_e2e_ns", "TTFT plus the gaps, where the file has no latencies"}};
constexpr std::array kServeBenchEstimated = {
    Definition{"reported_tpot_ns", "worked out for each request by the tool's own formula"},
    Definition{"reported_e2e_ns", "TTFT plus the gaps: up to the last chunk, not to [DONE]"}};

// --- What flat records leave to be worked out -------------------------------------------------

void finish_llm_locust(Sample& s) {
  s.failed = s.failed || (is_told(s.status_code) && s.status_code != 200);
  if (s.end != kNever && is_told(s.e2e)) s.start = s.end - from_seconds(s.e2e);
  if (s.failed) s.error = s.answer;
}

constexpr std::string_view kLocustCaution =
    "connection errors and timeouts never reach such a file, so its success rate is overstated";

constexpr std::array kFormats = {
    Format{.id = "llm-locust-csv",
           .title = "llm-locust per-request CSV",
           .tool = &kLlmLocust,
           .columns = kLlmLocustColumns,
           .estimated = kLlmLocustEstimated,
           .caution = kLocustCaution,
           .tokens = TokenSource::kTokenizer,
           .finish = finish_llm_locust},
    Format{.id = "llm-locust-jsonl",
           .title = "llm-locust per-request JSON lines",
           .tool = &kLlmLocust,
           .columns = kLlmLocustColumns,
           .estimated = kLlmLocustEstimated,
           .caution = kLocustCaution,
           .tokens = TokenSource::kTokenizer,
           .finish = finish_llm_locust},
    Format{.id = "llm-locust-summary-csv",
           .title = "llm-locust dashboard summary CSV",
           .tool = &kLlmLocust,
           .has_rows = false},
    Format{.id = "llm-locust-history-csv",
           .title = "llm-locust history CSV",
           .tool = &kLlmLocust,
           .has_rows = false},
    Format{.id = "vllm-json",
           .title = "vLLM bench serve JSON",
           .tool = &kVllm,
           .estimated = kVllmEstimated},
    Format{.id = "sglang-jsonl",
           .title = "SGLang bench_serving JSON lines",
           .tool = &kSglang,
           .estimated = kServeBenchEstimated,
           .tokens = TokenSource::kTokenizer},
    Format{.id = "guidellm-json", .title = "GuideLLM benchmarks.json", .tool = &kGuideLlm},
    Format{.id = "aiperf-jsonl",
           .title = "AIPerf profile_export.jsonl",
           .tool = &kAiPerf,
           .estimated = kEndIsLastToken},
    Format{.id = "aiperf-json",
           .title = "AIPerf profile_export_aiperf.json",
           .tool = &kAiPerf,
           .has_rows = false},
    Format{.id = "genai-bench-json",
           .title = "genai-bench result JSON",
           .tool = &kGenAiBench,
           .columns = kGenAiBenchColumns},
    Format{.id = "inference-perf-json",
           .title = "inference-perf per-request metrics JSON",
           .tool = &kInferencePerf},
    Format{.id = "inference-perf-summary-json",
           .title = "inference-perf summary or stage JSON",
           .tool = &kInferencePerf,
           .has_rows = false},
    Format{.id = "llmperf-json",
           .title = "llmperf individual responses JSON",
           .tool = &kLlmPerf,
           .columns = kLlmPerfColumns,
           .tokens = TokenSource::kTokenizer},
    Format{.id = "hf-benchmarker-json",
           .title = "Hugging Face inference-benchmarker JSON",
           .tool = &kHf,
           .has_rows = false},
    Format{.id = "universal-csv",
           .title = "universal tool per-request CSV",
           .tool = &kUniversal,
           .columns = kUniversalColumns,
           .estimated = kUniversalEstimated},
    Format{.id = "universal-json",
           .title = "universal tool results JSON",
           .tool = &kUniversal,
           .columns = kUniversalColumns,
           .estimated = kUniversalEstimated},
    Format{.id = "universal-summary-csv",
           .title = "universal tool summary CSV",
           .tool = &kUniversal,
           .has_rows = false},
    Format{.id = "harness-json",
           .title = "KPI harness results JSON",
           .tool = &kHarness,
           .columns = kHarnessColumns},
    Format{.id = "harness-summary-json",
           .title = "KPI harness run summary JSON",
           .tool = &kHarness,
           .has_rows = false},
    Format{.id = "llm-inf-bench-json",
           .title = "llm-inf-bench results JSON",
           .tool = &kLlmInfBench,
           .columns = kLlmInfBenchColumns},
    Format{.id = "vllm-benchmark-json",
           .title = "vllm_benchmark comparison.json",
           .tool = &kVllmBenchmark,
           .has_rows = false},
    Format{.id = "vllm-benchmark-csv",
           .title = "vllm_benchmark summary CSV",
           .tool = &kVllmBenchmark,
           .has_rows = false},
};

// CSV files of figures only are known by a few of their columns.
struct CsvMark {
  std::string_view format;
  std::array<std::string_view, 3> columns;
};
constexpr std::array kFigureCsvs = {
    CsvMark{"llm-locust-summary-csv", {"platform", "total requests", "ttft p50 (ms)"}},
    CsvMark{"llm-locust-history-csv", {"run_number", "timestamp", "args"}},
    CsvMark{"universal-summary-csv", {"engine", "requests", "success_rate"}},
    CsvMark{"vllm-benchmark-csv", {"service_name", "ttft_mean", "overall_score"}}};

bool has(std::span<const std::string_view> header, std::string_view name) {
  return std::ranges::any_of(
      header, [&](std::string_view cell) { return equals_ignoring_case(trim(cell), name); });
}

// Two columns of one field are two names of one thing: either will do.
bool is_covered(std::span<const std::string_view> header, const Format& format, const Column& c) {
  return std::ranges::any_of(format.columns, [&](const Column& other) {
    const bool same = c.field == other.field && c.field != Field::kIgnored;
    return (same || other.name == c.name) && has(header, other.name);
  });
}

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view id) {
  const auto found = std::ranges::find(kFormats, id, &Format::id);
  return found == kFormats.end() ? nullptr : &*found;
}

const Format* csv_format(std::span<const std::string_view> header,
                         std::vector<std::string_view>& missing) {
  missing.clear();
  const Format* best = nullptr;
  double most = 0;
  for (const Format& format : kFormats) {
    if (!format.id.ends_with("-csv") || format.columns.empty()) continue;
    const auto known = std::ranges::count_if(
        format.columns, [&](const Column& column) { return has(header, column.name); });
    const double share = static_cast<double>(known) / static_cast<double>(header.size());
    if (known >= 4 && share > most) {
      most = share;
      best = &format;
    }
  }
  if (best == nullptr || most < 0.5) {
    for (const CsvMark& mark : kFigureCsvs) {
      if (std::ranges::all_of(mark.columns, [&](auto name) { return has(header, name); })) {
        return find_format(mark.format);
      }
    }
    return nullptr;
  }
  for (const Column& column : best->columns) {
    if (column.need == Need::kOptional || is_covered(header, *best, column)) continue;
    const bool said = std::ranges::any_of(missing, [&](std::string_view name) {
      const auto other = std::ranges::find(best->columns, name, &Column::name);
      return other->field == column.field && column.field != Field::kIgnored;
    });
    if (!said) missing.push_back(column.name);
  }
  return best;
}

}  // namespace tt::import
