// Which of two targets is better in one figure, by how much, and whether that is certain.
// docs/methods.md explains the rules; they are symmetric: exchanging the sides mirrors the verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/samples.h"
#include "base/error.h"
#include "stats/quantile.h"
#include "stats/rank.h"
#include "stats/ratio.h"

namespace tt::analysis {

/// The smallest ratio that matters: 5%. For shares (success rate) it is a difference of one point.
inline constexpr double kSmallestEffect = 0.05;
inline constexpr double kSmallestShareEffect = 0.01;
/// Equal stretches into which a target's time or samples are cut where it has too few blocks.
inline constexpr std::size_t kStretches = 10;

enum class Verdict : std::uint8_t { kBetter, kWorse, kSame, kCannotTell };
std::string_view verdict_name(Verdict verdict);  // "better", ..., "cannot_tell"

/// Where an interval comes from.
enum class Method : std::uint8_t {
  kNone,       // there is none
  kSections,   // scatter over interleaved blocks, or over equal stretches
  kBootstrap,  // moving-block bootstrap, for few samples in few blocks
  kShares,     // Newcombe's, for success rates
};
std::string_view method_name(Method method);

/// One figure of one target with what a comparison needs of it.
struct Estimate {
  Figure figure;
  std::optional<double> value;
  std::uint64_t n = 0;     // samples; requests for rates; answers for the success rate
  std::uint64_t hits = 0;  // success rate: how many succeeded
  std::size_t blocks = 0;
  std::vector<double> sections;     // the figure by block, or by stretch of the time
  bool sections_are_blocks = true;  // so that they may be paired with another target's
  std::optional<stats::BootstrapQuantile> bootstrap;  // where sections do not serve
  stats::Sorted pooled;  // for tests by rank; empty for figures and gaps
};

enum class IntervalBy : std::uint8_t {
  kAuto,  // sections where there are enough blocks, or samples for stretches; else the bootstrap
  kBootstrap,  // the bootstrap in any case (rates and gaps always use sections)
};

/// `seed` must differ between the sides of a comparison; a target's index will do.
Estimate estimate(const TargetRows& rows, const Figure& figure, std::span<const Slo> slos,
                  std::uint64_t seed, IntervalBy by = IntervalBy::kAuto);

/// For each of the wanted quantiles its value in each section; empty where a section would be too
/// short to reach that far into the tail.
using QuantileSections = std::vector<std::vector<double>>;
/// Of gaps by block, or over kStretches equal stretches where there are too few blocks.
QuantileSections gap_sections(const stats::Blocks& gaps, std::span<const double> quantiles);

/// A against B. Better and worse are said of A.
struct Comparison {
  Figure figure;
  Verdict verdict = Verdict::kCannotTell;
  std::optional<double> a;
  std::optional<double> b;
  std::optional<double> ratio;       // a / b; nullopt for shares and where b is 0
  std::optional<double> difference;  // a - b, in the metric's unit
  /// Of the ratio; of the difference for shares.
  std::optional<stats::Interval> interval;
  std::optional<double> p_value;  // of no difference, from the same method as the interval
  Method method = Method::kNone;
  std::uint64_t a_n = 0;
  std::uint64_t b_n = 0;
  std::size_t a_blocks = 0;
  std::size_t b_blocks = 0;
  std::size_t block_length = 0;            // of the bootstrap
  std::optional<stats::RankTest> by_rank;  // second opinion
  std::string why;                         // what keeps us from telling; empty otherwise
};

/// `sections`: paired within a run, unpaired between runs. `smallest`: the ratio that matters,
/// above 0; shares have kSmallestShareEffect in any case.
Comparison compare(const Estimate& a, const Estimate& b, stats::Sections sections,
                   double smallest = kSmallestEffect);

/// The same, said of B against A.
Comparison mirror(const Comparison& comparison);

/// The figures that are compared, in the order of showing.
std::vector<Figure> compared_figures(LoadKind load, bool with_goodput);

/// The figure that decides which target is better for the use, by load shape: output tokens/s where
/// the load is closed, E2E from plan (median) where it is open.
Figure primary_figure(LoadKind load);

/// "0.42x (95% 0.38 to 0.47)"; points for shares. Empty where a side has no value.
std::string effect_text(const Comparison& comparison);

/// One line for people: "vllm is better: TTFT p50 0.42x that of ollama (95% 0.38 to 0.47)".
std::string sentence(const Comparison& comparison, std::string_view a, std::string_view b);

/// What a figure that names no winner says: "output tokens/s is the same, 1.004x (...)".
std::string undecided_text(const Comparison& comparison);

/// The answer for two targets alone, by the primary figure and the success rate: where the first
/// names nobody the second decides, and where they disagree there is no clear answer.
std::string headline(const Comparison& primary, const Comparison& success, std::string_view a,
                     std::string_view b);

}  // namespace tt::analysis
