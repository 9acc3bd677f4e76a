#include "plan/load_words.h"

#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "plan/keywords.h"
#include "plan/load_curve.h"
#include "plan/load_section.h"

namespace tt::plan {
namespace {

using Curve = Stage::Curve;

// More are named by their number and a digest of them.
constexpr std::size_t kTold = 4;

// Whole numbers as such, others to three digits.
std::string level_number(double level) {
  constexpr double kMostWhole = 1e15;
  const bool whole = level >= 0 && level < kMostWhole && level == std::floor(level);
  return whole ? format_count(static_cast<std::uint64_t>(level)) : format_number(level);
}

std::string stages_text(std::span<const Stage> stages, const LoadShape& load) {
  const bool closed = !is_open_loop(load);
  if (stages.size() > kTold) {
    return fmt::format("{} stages up to {} ({:08x})", stages.size(),
                       level_text(peak_level(load), closed),
                       static_cast<std::uint32_t>(fnv1a(format_load(load))));
  }
  std::string out;
  for (const Stage& stage : stages) {
    out += (out.empty() ? "" : ", then ") + stage_text(stage, closed);
  }
  return out;
}

std::string rate_text(const Rate& rate, const LoadShape& load) {
  std::string levels = rate.stages.empty() ? " " + level_text(rate.per_second, false)
                                           : ", " + stages_text(rate.stages, load);
  switch (rate.arrivals) {
    case Rate::Arrivals::kConstant:
      return "constant" + levels;
    case Rate::Arrivals::kPoisson:
      return "Poisson" + levels;
    case Rate::Arrivals::kGamma:
      return fmt::format("gamma{} (burstiness {})", levels, format_number(rate.burstiness));
  }
  return levels;
}

std::string trace_text(const TraceReplay& trace) {
  std::string out = "trace " + std::filesystem::path(trace.path).filename().string();
  const auto add = [&](std::string_view name, double value) {
    if (value != 1.0) out += fmt::format(", {} x{}", name, format_number(value));
  };
  add("speed", trace.speed);
  add("rate", trace.scale);
  add("input", trace.input_scale);
  add("output", trace.output_scale);
  if (trace.start > 0) out += ", from " + format_duration(trace.start);
  if (trace.duration > 0) out += ", " + format_duration(trace.duration) + " of it";
  if (trace.max_input > 0) out += fmt::format(", input to {}", trace.max_input);
  if (trace.max_output > 0) out += fmt::format(", output to {}", trace.max_output);
  return out;
}

}  // namespace

std::string level_text(double level, bool closed) {
  return level_number(level) + (closed ? level == 1 ? " user" : " users" : "/s");
}

std::string stage_text(const Stage& stage, bool closed) {
  const std::string over =
      stage.duration > 0 ? " over " + format_duration(stage.duration) : std::string();
  if (stage.from == stage.to) {
    return level_text(stage.from, closed) +
           (stage.duration > 0 ? " for " + format_duration(stage.duration) : "");
  }
  std::string levels =
      fmt::format("{} to {}", level_number(stage.from), level_text(stage.to, closed));
  const std::string every =
      stage.period > 0 ? " every " + format_duration(stage.period) : std::string();
  switch (stage.curve) {
    case Curve::kLinear:
    case Curve::kExponential:
      return fmt::format("{} {}{}", levels, word_of(kCurveWords, stage.curve), over);
    case Curve::kStep:
      return fmt::format("{} in {} steps{}", levels, stage.steps, over);
    case Curve::kWave:
      return fmt::format("wave of {}{}{}", levels, every, over);
    case Curve::kBurst:
      return fmt::format("{} with bursts to {}{}{}{}", level_text(stage.from, closed),
                         level_text(stage.to, closed),
                         stage.burst > 0 ? " of " + format_duration(stage.burst) : "", every, over);
    case Curve::kBusinessHours:
      return fmt::format("business hours of {}{}{}", levels, every, over);
  }
  return levels;
}

std::string load_text(const LoadShape& load) {
  if (const auto* closed = std::get_if<Concurrency>(&load)) {
    return closed->stages.empty() ? fmt::format("concurrency {}", closed->users)
                                  : "concurrency, " + stages_text(closed->stages, load);
  }
  if (const auto* rate = std::get_if<Rate>(&load)) return rate_text(*rate, load);
  return trace_text(std::get<TraceReplay>(load));
}

}  // namespace tt::plan
