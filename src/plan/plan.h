// The plan: what a run should do, as the user wrote it (YAML file, flags over it). Every field is
// documented in docs/plan.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/protocol.h"
#include "plan/pause.h"
#include "plan/search.h"

namespace tt::plan {

/// One endpoint to measure.
struct Target {
  std::string name;         // display name, unique within the plan
  std::string engine;       // "vllm"; empty: found out by asking the server
  std::string url;          // http://host:port[/base]
  std::string model;        // empty: the only one the server has
  std::string protocol;     // empty: the engine's own default
  std::string api_key_env;  // name of an environment variable; never the key
  std::map<std::string, std::string> headers;
  std::string extra_body;      // members of a JSON object, without braces
  std::string colour;          // "#2563eb"; empty: from the palette
  std::string metrics = {};    // its metrics page: a URL, a path on the target, "off"; empty: usual
  std::string tokenizer = {};  // path of its tokenizer.json; empty: the workload's
  bool operator==(const Target&) const = default;
};

/// A distribution of token lengths. Draws are rounded and kept within [min, max].
struct Lengths {
  enum class Kind { kFixed, kUniform, kNormal, kLognormal };
  Kind kind = Kind::kFixed;
  double mean = 0;    // fixed: the value; normal and lognormal: of the distribution itself
  double stddev = 0;  // normal and lognormal: of the distribution itself, in tokens
  std::uint32_t min = 1;
  std::uint32_t max = 1'000'000;
  bool operator==(const Lengths&) const = default;
};

/// Prompts made up from a word list, of drawn lengths.
struct SyntheticPrompts {
  Lengths input{.mean = 256};
  bool operator==(const SyntheticPrompts&) const = default;
};

/// Prompts read from a file, taken in order and cycled (or in seeded random order).
struct PromptFile {
  enum class Format { kAuto, kText, kJsonl, kShareGpt, kCsv, kScenario };
  std::string path;  // kScenario: or the name of a built-in one
  Format format = Format::kAuto;
  bool shuffle = false;
  // kCsv: the columns of the prompts ("prompt"), and those of output lengths and of system messages
  // where they are named.
  std::string column = {};
  std::string output_column = {};
  std::string system_column = {};
  bool operator==(const PromptFile&) const = default;
};

/// Requests come in sessions: conversations of several turns, or graphs of requests. A turn waits
/// for the turn before it, and sends all that was said before together with what is new.
struct Sessions {
  /// What stands in the context for the turns before: the engine's own answers, or those of the
  /// file (made up where it has none), which makes the prompts of every target the same.
  enum class Replay { kEngine, kRecorded };
  std::optional<Lengths> turns;  // requests a session; unset: 4 made-up ones, or all of a file's
  Pause think;                   // from the end of an answer to the next turn
  std::optional<Lengths> first_input;  // made-up sessions: the first message; unset: as the others
  std::uint32_t system = 0;  // made-up sessions: tokens of a system prompt that all share; 0: none
  std::string graph;         // a file of request graphs; empty: linear conversations
  Replay replay = Replay::kEngine;
  bool operator==(const Sessions&) const = default;
};

/// Most turns of one session.
inline constexpr std::uint32_t kMostTurns = 1000;

/// A share of the requests (with sessions: of the sessions) begins with one of a few texts in
/// common, so that a prefix cache can serve them.
struct PrefixGroups {
  std::uint32_t groups = 1;
  Lengths tokens{.mean = 512};  // of each group's text, on top of the input
  double share = 1.0;
  bool operator==(const PrefixGroups&) const = default;
};

/// A share of the clients goes away in mid-answer: the connection is closed. One of both is set.
struct Cancel {
  double share = 0;
  std::optional<Pause> after;           // from when the request leaves, connecting included
  std::optional<Lengths> after_tokens;  // tokens of the answer; a shorter answer ends by itself
  bool operator==(const Cancel&) const = default;
};

/// A priority, and how often it is drawn among the others.
struct PriorityShare {
  std::int32_t value = 0;
  double weight = 1;
  bool operator==(const PriorityShare&) const = default;
};

struct Workload {
  std::variant<SyntheticPrompts, PromptFile> prompts;
  Lengths output{.mean = 128};
  std::optional<Sessions> sessions;
  std::optional<PrefixGroups> prefix;
  std::optional<Cancel> cancel = {};
  std::vector<PriorityShare> priorities = {};       // empty: none is sent
  std::map<std::string, std::string> headers = {};  // of each request; with placeholders
  bool force_length = true;  // ignore_eos and min_tokens, where the engine takes them
  std::optional<double> temperature = 0.0;
  /// Path of the tokenizer.json that lengths are counted by; empty: calibrated with each server.
  std::string tokenizer = {};
  /// Members of a JSON object, without braces, for the requests of every target.
  std::string extra_body = {};
  bool operator==(const Workload&) const = default;
};

/// One stretch of a load that changes with time. Levels are requests a second, or users.
struct Stage {
  enum class Curve {
    kLinear,         // from `from` to `to` in a straight line; where both are equal it holds
    kExponential,    // by the same factor in equal times
    kWave,           // each period: from `from` up to `to` and back, along a cosine
    kBurst,          // each period: `from`, and for its last part `to`
    kStep,           // `steps` equal levels, the first at `from`, the last at `to`
    kBusinessHours,  // each period is a day: `from` at night, `to` at the busiest hours
  };
  Nanos duration = 0;  // 0: as long as the load (the only stage)
  double from = 1;
  double to = 1;
  Curve curve = Curve::kLinear;
  Nanos period = 0;         // wave, burst, business hours; 0: the stage is one period
  Nanos burst = 0;          // burst: so long each period; 0: a quarter of it
  std::uint32_t steps = 5;  // step
  bool operator==(const Stage&) const = default;
};

/// Closed loop: so many requests (or sessions) under way; the next leaves when one ends.
struct Concurrency {
  std::uint32_t users = 1;
  std::vector<Stage> stages = {};  // in place of `users` where there are any
  bool operator==(const Concurrency&) const = default;
};

/// Open loop: requests (the first ones of sessions) leave at planned instants, whatever the answers
/// do.
struct Rate {
  enum class Arrivals { kConstant, kPoisson, kGamma };
  double per_second = 1.0;
  Arrivals arrivals = Arrivals::kPoisson;
  double burstiness = 1.0;          // gamma shape: 1 is Poisson, below 1 burstier
  std::uint32_t max_in_flight = 0;  // 0: no cap; else a send over it is a recorded drop
  std::vector<Stage> stages = {};   // in place of `per_second` where there are any
  bool operator==(const Rate&) const = default;
};

/// Open loop: the instants and lengths of a recorded load, played again.
struct TraceReplay {
  enum class Format { kAuto, kMooncake, kAzure, kBurstGpt, kCsv, kJsonl };
  enum class Longer { kCut, kSkip };  // what becomes of a request over a limit of length
  std::string path;
  Format format = Format::kAuto;
  double speed = 1.0;            // 2: in half the time
  double scale = 1.0;            // 0.5: half of the requests, drawn by seed; 2: each one twice
  double input_scale = 1.0;      // of token lengths
  double output_scale = 1.0;     // likewise
  Nanos start = 0;               // where to begin, in the trace's own time after its first request
  Nanos duration = 0;            // how much of it to play, in its own time; 0: to its end
  std::uint32_t max_input = 0;   // tokens; 0: no limit
  std::uint32_t max_output = 0;  // likewise
  Longer longer = Longer::kCut;
  std::uint32_t max_in_flight = 0;  // as of Rate
  bool operator==(const TraceReplay&) const = default;
};

using LoadShape = std::variant<Concurrency, Rate, TraceReplay>;

/// How long a load lasts that nothing else ends.
inline constexpr Nanos kDefaultDuration = 60 * kSecond;

/// When a target's load ends: with both, the first reached. Stages that have durations and traces
/// end by themselves; any other load needs one.
struct Stop {
  std::optional<Nanos> duration;
  std::optional<std::uint64_t> requests;  // warm-up not counted
  std::vector<Precision> until = {};      // ends earlier once all are reached, by every target
  Nanos at_least = 0;                     // but not before so long
  bool operator==(const Stop&) const = default;
};

/// What is left out of the figures at the start of each target. Zero: nothing.
struct Warmup {
  std::uint64_t requests = 0;
  Nanos duration = 0;
  bool operator==(const Warmup&) const = default;
};

/// 0: no limit.
struct Timeouts {
  Nanos connect = 10 * kSecond;
  Nanos first_token = 120 * kSecond;
  Nanos gap = 60 * kSecond;
  Nanos total = 600 * kSecond;
  bool operator==(const Timeouts&) const = default;
};

enum class Order { kInterleaved, kSequential, kTogether };

struct Seeds {
  std::uint64_t arrivals = 1;
  std::uint64_t lengths = 2;
  std::uint64_t prompts = 3;
  bool operator==(const Seeds&) const = default;
};

/// "ttft_p99 = 500ms": the figure must not be above the limit (success_rate, rates: not below).
struct Slo {
  std::string metric;     // "ttft", "tpot", "itl", "e2e", "success_rate", "output_tokens_per_s",
                          // "requests_per_s"
  double quantile = 0.5;  // of latencies; unused for the rest
  double limit = 0;       // nanoseconds for latencies, a share of 1, or a rate
  std::string text;       // as the user wrote it
  bool operator==(const Slo&) const = default;
};

/// What is recorded beside the requests; see src/telemetry.
struct TelemetryPlan {
  bool enabled = true;
  Nanos interval = kSecond;      // between two readings: 100 ms to 15 s
  Nanos timeout = 2 * kSecond;   // of one reading
  bool raw = false;              // also metrics that have no name of ours
  bool host = true;              // this machine's CPU, memory and network
  bool nvml = true;              // this machine's NVIDIA GPUs
  std::vector<std::string> gpu;  // exporters: a URL, or "target=URL"
  bool operator==(const TelemetryPlan&) const = default;
};
/// "target=URL" taken apart; the name is empty where the text is a URL alone.
struct GpuExporter {
  std::string_view target;
  std::string_view url;
};
GpuExporter parse_gpu_exporter(std::string_view text);

struct Plan {
  std::string name = "run";
  std::string description;
  /// Of a file of another tool, or of a scenario: what of it is not honoured, each with its place.
  std::vector<std::string> warnings = {};
  std::vector<Target> targets;
  Workload workload;
  LoadShape load = Concurrency{};
  Stop stop;
  Warmup warmup;
  Timeouts timeouts;
  Order order = Order::kInterleaved;
  std::uint32_t blocks = 5;  // interleaved: blocks a target; stages and traces are played once each
  bool reuse_connections = true;
  std::uint32_t workers = 0;  // 0: from the load
  bool keep_texts = false;    // prompts and answers into texts.parquet
  TelemetryPlan telemetry = {};
  Seeds seeds;
  std::vector<Slo> slos;
  std::string ca_file;                        // PEM; empty: the system's
  bool insecure = false;                      // no TLS verification; only when asked
  std::optional<Sweep> sweep = {};            // for `tokentrial sweep`: loads instead of `load`
  std::optional<CapacityGoal> capacity = {};  // for `tokentrial capacity`
  bool operator==(const Plan&) const = default;
};

/// Every fault of a plan at once: each with its place ("plan.yaml:3:7") and what to do.
struct PlanFaults {
  std::vector<Error> faults;
  /// One fault a line.
  std::string text() const;
};

/// Most requests that one run's schedule may hold (40 bytes each).
inline constexpr std::uint64_t kMaxRequests = 50'000'000;

/// Reads a plan. `name` is used in places. Relative paths in it are left as they are. A plan
/// without targets is good: flags may bring them. Without a stop rule it runs for 60 s.
std::expected<Plan, PlanFaults> parse_plan(std::string_view yaml, std::string_view name);
/// The same, from a file.
std::expected<Plan, PlanFaults> load_plan(const std::string& path);
/// Checks what does not depend on the text: called by parse_plan and again after flags. Each
/// fault's source is the path of its field ("load.rate", "targets[1].url").
std::vector<Error> check_plan(const Plan& plan);
/// Every key that a plan may have, as a path in the file's order: "name", "targets[].url", ...
std::vector<std::string> plan_keys();
/// The whole plan, defaults filled in, as YAML that parse_plan reads back to the same plan.
std::string format_plan(const Plan& plan);

// Pieces that flags share with the file.

/// "vllm=http://host:8000" (an engine, which is also the name), "fast:vllm=http://host:8000" (name
/// and engine), "mine=http://host:8000" (a name alone) or a URL; http:// may be left out.
Result<Target> parse_target(std::string_view text);
/// "256", "uniform(100,300)", "normal(256,32)", "lognormal(256,128)"; the last two may end with
/// bounds, as in "normal(256,32,100,400)".
Result<Lengths> parse_lengths(std::string_view text);
/// "ttft_p99=500ms", "success_rate=99.9%", "output_tokens_per_s=100".
Result<Slo> parse_slo(std::string_view text);

}  // namespace tt::plan
