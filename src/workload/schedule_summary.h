// What a schedule holds, in figures: for `--dry-run` and the manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "plan/plan.h"
#include "workload/schedule.h"

namespace tt::workload {

/// Of one target's requests, warm-up included.
struct ScheduleSummary {
  /// Nearest-rank quantiles, in tokens. All 0 where nobody can say: prompts of a file, and no
  /// tokenizer.
  struct Tokens {
    std::uint64_t total = 0;
    double mean = 0;
    std::uint32_t min = 0;
    std::uint32_t p50 = 0;
    std::uint32_t p90 = 0;
    std::uint32_t p99 = 0;
    std::uint32_t max = 0;
    bool operator==(const Tokens&) const = default;
  };
  /// Arrivals a second, over whole seconds from the first to the last.
  struct Arrivals {
    Nanos first = 0;
    Nanos last = 0;
    double mean = 0;  // over the span from first to last; 0 for fewer than two requests
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    bool operator==(const Arrivals&) const = default;
  };
  /// A load that changes with time.
  struct Shape {
    bool closed = false;   // levels are users; else requests a second
    bool counted = false;  // a trace's: levels are the requests of each stretch, over its length
    double peak = 0;
    double mean = 0;
    Nanos playing = 0;
    std::uint32_t playings = 1;
    /// Over equal stretches of one playing, kLevels of them: the plan's own levels; of a trace what
    /// its requests come to.
    std::vector<double> levels;
    bool operator==(const Shape&) const = default;
  };
  static constexpr std::size_t kLevels = 60;
  std::uint64_t requests = 0;
  /// Known requests of the warm-up. In closed loop only its count: its time is known when it is
  /// over.
  std::uint64_t warmup = 0;
  /// Closed loop stopped by time alone: as many requests as the target answers, so `requests`, the
  /// totals and the digest are those of the part made beforehand.
  bool endless = false;
  std::optional<Arrivals> arrivals;  // open loop only; with sessions: of sessions
  std::optional<Shape> shape;        // unset: the load is the same all the time
  std::uint64_t leaving = 0;         // requests whose client goes away in mid-answer
  Tokens input;
  Tokens output;
  std::uint64_t distinct_prompts = 0;
  std::uint64_t sessions = 0;  // 0: single requests
  std::uint32_t min_turns = 0;
  std::uint32_t max_turns = 0;
  /// Share of the input tokens that a prefix cache could serve at best; unset where the plan has
  /// neither sessions nor prefixes, or the lengths of its texts are not known.
  std::optional<double> reusable;
  bool from_file = false;  // prompts are a file's
  /// How long one target is under load (open loop: to the last arrival where no duration is set);
  /// unset where only the answers can tell.
  std::optional<Nanos> per_target;
  /// All targets: the sum in turn, or the same when played together. Pauses are not in it.
  std::optional<Nanos> all_targets;
  std::size_t targets = 0;
  std::uint64_t digest = 0;
};

ScheduleSummary summarise(const plan::Plan& plan, const Schedule& schedule);

/// The summary for people, a fact a line, without line ends.
std::vector<std::string> summary_lines(const ScheduleSummary& summary);

}  // namespace tt::workload
