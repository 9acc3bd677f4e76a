// Asks a server who it is before anything is measured: `tokentrial check` and `models` show it, and
// a run starts from it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/probe.h"
#include "load/flight_factory.h"
#include "plan/plan.h"

namespace tt::trial {

/// What a server said. `problem` is empty where all is well; `remedy` may be empty where the
/// problem says itself what to do.
struct TargetReport {
  std::string name;
  std::string url;
  bool reachable = false;
  bool healthy = false;
  int health_status = 0;  // HTTP; 0: no answer
  std::optional<engine::EngineKind> engine;
  bool engine_guessed = false;  // not named by the user
  std::string version;          // empty: it does not tell
  std::vector<engine::ModelInfo> models;
  std::string model;     // the one that would be measured; empty: none could be chosen
  std::string protocol;  // the one that would be spoken
  Nanos connect = -1;    // TCP and TLS
  Nanos health_latency = -1;
  // One short streamed request; -1 where it was not asked for or failed
  Nanos probe_ttft = -1;
  Nanos probe_e2e = -1;
  std::uint32_t probe_tokens = 0;
  std::string problem;
  std::string remedy;

  bool ok() const { return problem.empty(); }
};

/// Asked some times in 100 ms while a server is; once it is true, what is asked ends at once and
/// without an answer. From several threads. Empty: nobody stops it.
using Stopped = std::function<bool()>;

struct ProbeOptions {
  std::string ca_file;
  bool insecure = false;
  Nanos timeout = 10 * kSecond;  // of each question
  bool generate = false;         // also send one short streamed request
  Stopped stopped = {};
};

/// A target and what was learnt of it. `load` is set where report.ok().
struct ProbedTarget {
  TargetReport report;
  std::optional<load::LoadTarget> load;
};

/// Blocking. Reads the API key from the variable that the target names (an unset one is a problem).
ProbedTarget probe_target(const plan::Target& target, std::uint32_t index,
                          const ProbeOptions& options);
/// All at once, in the order of the targets.
std::vector<ProbedTarget> probe_targets(const std::vector<plan::Target>& targets,
                                        const ProbeOptions& options);

/// Finds how many tokens this target makes of our words, by its tokenize endpoint or by the usage
/// of one-token requests; with a tokenizer, how many its chat template adds. Waits for each no
/// longer than the plan would for a first token, or for a whole answer. Blocking.
Result<workload::WordFit> fit_words(const load::LoadTarget& target, const plan::Plan& plan,
                                    const Stopped& stopped = {});

}  // namespace tt::trial
