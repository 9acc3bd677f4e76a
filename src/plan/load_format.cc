// The load section as YAML.
#include <fmt/format.h>

#include "base/text.h"
#include "plan/keywords.h"
#include "plan/load_section.h"

namespace tt::plan {
namespace {

using Curve = Stage::Curve;

/// "rate: 2", "to: 20", "curve: wave" ...: what a stage says beside its duration.
std::vector<std::string> members_of(const Stage& stage, bool closed) {
  std::vector<std::string> members = {
      fmt::format("{}: {}", closed ? "concurrency" : "rate", stage.from),
      fmt::format("to: {}", stage.to), fmt::format("curve: {}", word_of(kCurveWords, stage.curve))};
  const bool periodic = stage.curve == Curve::kWave || stage.curve == Curve::kBurst ||
                        stage.curve == Curve::kBusinessHours;
  if (periodic && stage.period > 0) {
    members.push_back(fmt::format("period: {}", format_duration(stage.period)));
  }
  if (stage.curve == Curve::kBurst && stage.burst > 0) {
    members.push_back(fmt::format("burst: {}", format_duration(stage.burst)));
  }
  if (stage.curve == Curve::kStep) members.push_back(fmt::format("steps: {}", stage.steps));
  return members;
}

std::string format_stages(const std::vector<Stage>& stages, bool closed) {
  std::string out;
  if (stages.size() == 1 && stages.front().duration == 0) {
    for (const auto& member : members_of(stages.front(), closed)) out += "  " + member + "\n";
    return out;
  }
  out = "  stages:\n";
  for (const Stage& stage : stages) {
    out += fmt::format("    - duration: {}\n", format_duration(stage.duration));
    for (const auto& member : members_of(stage, closed)) out += "      " + member + "\n";
  }
  return out;
}

std::string format_rate(const Rate& rate) {
  std::string out = rate.stages.empty() ? fmt::format("  rate: {}\n", rate.per_second)
                                        : format_stages(rate.stages, false);
  out += fmt::format("  arrivals: {}\n", word_of(kArrivalWords, rate.arrivals));
  if (rate.arrivals == Rate::Arrivals::kGamma) {
    out += fmt::format("  burstiness: {}\n", rate.burstiness);
  }
  return out + fmt::format("  max_in_flight: {}\n", rate.max_in_flight);
}

std::string format_trace(const TraceReplay& trace) {
  return fmt::format(
      "  trace:\n    file: {}\n    format: {}\n    speed: {}\n    scale: {}\n    input_scale: {}\n"
      "    output_scale: {}\n    start: {}\n    duration: {}\n    max_input: {}\n    max_output: "
      "{}\n"
      "    longer: {}\n  max_in_flight: {}\n",
      json_string(trace.path), word_of(kTraceFormatWords, trace.format), trace.speed, trace.scale,
      trace.input_scale, trace.output_scale, format_duration(trace.start),
      format_duration(trace.duration), trace.max_input, trace.max_output,
      word_of(kLongerWords, trace.longer), trace.max_in_flight);
}

}  // namespace

std::string format_load(const LoadShape& load) {
  std::string out = "load:\n";
  if (const auto* closed = std::get_if<Concurrency>(&load)) {
    return out + (closed->stages.empty() ? fmt::format("  concurrency: {}\n", closed->users)
                                         : format_stages(closed->stages, true));
  }
  if (const auto* rate = std::get_if<Rate>(&load)) return out + format_rate(*rate);
  return out + format_trace(std::get<TraceReplay>(load));
}

}  // namespace tt::plan
