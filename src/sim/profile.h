// What is simulated: one engine, serving one model on one kind of GPU, as figures with their
// sources. A profile is a YAML file (examples/sim, docs/simulator.md); those files are also built
// in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/protocol.h"
#include "sim/effects.h"

namespace tt::sim {

/// Whose rules say which requests go into a step.
enum class Scheduler : std::uint8_t {
  kVllm,      // chunked prefill mixed with decodes; preempts the last running request
  kVllmV0,    // vLLM's older engine: whole prompts alone and first; preempts likewise
  kSglang,    // prefills run alone and first; retracts the request with the fewest output tokens
  kTgi,       // prompt and maximum output reserved at admission; a semaphore refuses the surplus
  kLlamaCpp,  // fixed slots, each with its share of the context (Ollama too)
};
/// "vllm", "vllm_v0", "sglang", "tgi", "llamacpp".
std::string_view scheduler_name(Scheduler scheduler);

/// vLLM: whose turn it is, and who goes when the KV cache is full.
enum class SchedulingPolicy : std::uint8_t {
  kFcfs,      // first come, first served; the last admitted goes
  kPriority,  // the lowest number first, then who came first; the other end goes
};

/// The time of one step, in milliseconds:
///   max(weights, token x T) + context x S + 2 x attention x sum(new x (start + new / 2))
///   + host + request x R
/// where a step with a part of a prompt has max(prefill, weights, token x T) in front. T: new
/// tokens in the step; S: sum of the contexts of the decoding requests; R: requests in the step;
/// the sum runs over the prefill chunks.
struct StepCosts {
  double weights_ms = 6.0;     // reading the weights once: the floor of a step
  double token_ms = 0.0245;    // linear work a token, above the floor
  double context_ms = 4.4e-5;  // reading one cached token
  double attention_ms = 6e-7;  // a whole prompt of n tokens costs this x n^2
  double host_ms = 0.4;        // a step on the host
  double request_ms = 0.003;   // a request in a step on the host
  double overhead_ms = 10.0;   // once a request, before it queues: HTTP, tokenising, first hop
  double prefill_ms = 0;       // floor of a step with prompts: kernels that are launched one by one
};

struct Limits {
  std::uint32_t kv_tokens = 440'000;        // KV cache, in tokens
  std::uint32_t block_tokens = 16;          // it is handed out in blocks of this many
  std::uint32_t max_sequences = 1024;       // in one step; llama.cpp: slots
  std::uint32_t max_batched_tokens = 8192;  // new tokens a step (SGLang and TGI: of prefill)
  std::uint32_t micro_batch_tokens =
      0;  // llama.cpp n_ubatch: a step is computed in such pieces; 0: whole
  std::uint32_t max_concurrent =
      0;  // in flight, waiting ones included; more is refused; 0: no limit
  std::uint32_t max_model_tokens = 8192;  // prompt and output together
};

struct Jitter {
  double step_sigma = 0.015;   // log-normal, mean 1, on each step
  double pauses_per_s = 0.0;   // host pauses, Poisson
  double pause_min_ms = 10.0;  // uniform length
  double pause_max_ms = 50.0;
};

/// A small model guesses tokens ahead; the large one checks them all in one step.
struct Speculation {
  std::uint32_t draft_tokens = 4;  // guessed a step, 1 to 16
  double acceptance = 0.7;         // chance of each guess, where those before it were right
  double draft_ms = 0;             // added to each step that checks guesses
};

/// How a router in front of several replicas chooses.
enum class RouterPolicy : std::uint8_t {
  kRoundRobin,
  kLeastLoaded,     // fewest requests, running and waiting
  kPrefixAffinity,  // the longest known prefix, where over half of the prompt; else least loaded
};

/// Several copies of the engine behind one address.
struct Router {
  std::uint32_t replicas = 1;  // 1 to 64
  RouterPolicy policy = RouterPolicy::kRoundRobin;
};

/// Before the first request can be served.
struct ColdStart {
  Nanos load = 0;        // reading the weights, from the start of the server; Ollama: at a request
  Nanos keep_alive = 0;  // Ollama: unloads after so long without a request; 0: never
};

/// What it tells of itself.
struct MetricsSettings {
  /// Of an OpenAI-compatible server, which has no page of its own: Triton's, as its OpenAI frontend
  /// before TensorRT-LLM serves it.
  bool triton = false;
  bool exposed = true;     // off: as engines that want a flag for it answer without that flag
  std::string as_version;  // whose names it uses; empty: engine_version's
};

/// Every request answered in the same rhythm, without queue or noise. For calibrating clients.
struct FixedTiming {
  Nanos ttft = 50 * kMillisecond;
  Nanos itl = 10 * kMillisecond;  // a token; an event of k tokens comes every k x itl
  std::uint32_t tokens = 0;       // of every answer, whatever is asked; 0: as the request asks
  std::uint32_t chunk = 1;        // tokens an event, at least 1
};

struct Profile {
  std::string name;   // "h100-8b"
  std::string title;  // for people
  std::string note;   // what to know before trusting it
  engine::EngineKind engine = engine::EngineKind::kVllm;
  std::string engine_version;
  std::string model;
  std::string gpu;
  std::string lora;  // vLLM: the adapter that requests use, as its metrics tell; empty: none
  Scheduler scheduler = Scheduler::kVllm;
  SchedulingPolicy scheduling_policy = SchedulingPolicy::kFcfs;
  StepCosts step;
  Limits limits;
  Jitter jitter;
  double mean_output_tokens = 350;  // where the model itself ends the answer
  std::optional<FixedTiming> fixed;
  bool prefix_cache = false;          // keep and find blocks of prompts again
  bool report_cached_tokens = false;  // vLLM, SGLang: the switch that tells hits in `usage`
  std::optional<Speculation> speculative;
  Router router;
  ColdStart cold_start;
  Effects effects;
  MetricsSettings metrics;
  /// Where a figure comes from, in words: "step.weights_ms" -> "...".
  std::map<std::string, std::string> sources;
};

/// Reads a profile. Every fault is reported at once, a line each, as "source:line:column: ...".
Result<Profile> parse_profile(std::string_view yaml, std::string_view source);
/// One key anew: "router.replicas=4". Faults begin with "--set <setting>:".
Result<Profile> change_profile(Profile profile, std::string_view setting);
/// Reads a profile from a file (at most 256 KiB).
Result<Profile> load_profile(const std::string& path);

/// One of the files of examples/sim as it is built in.
struct BuiltinProfile {
  std::string_view name;
  std::string_view yaml;
};
std::vector<BuiltinProfile> builtin_profiles();
/// A built-in profile's name, or the path of a file.
Result<Profile> find_profile(const std::string& name_or_path);
/// The built-in profile that an engine plays where none is named.
std::string_view default_profile(engine::EngineKind engine);

/// "ttft=50ms,itl=10ms,tokens=100,chunk=1"; what is left out keeps its default.
Result<FixedTiming> parse_fixed(std::string_view text);

}  // namespace tt::sim
