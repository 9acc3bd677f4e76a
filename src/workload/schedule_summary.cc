#include "workload/schedule_summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/load_curve.h"
#include "plan/load_words.h"
#include "workload/prefix.h"
#include "workload/session_schedule.h"

namespace tt::workload {
namespace {

ScheduleSummary::Tokens tokens_of(std::vector<std::uint32_t> values) {
  ScheduleSummary::Tokens tokens;
  if (values.empty()) return tokens;
  std::ranges::sort(values);
  const auto rank = [&](double p) {
    const auto n = static_cast<double>(values.size());
    return values[static_cast<std::size_t>(std::max(1.0, std::ceil(p * n))) - 1];
  };
  tokens.total = std::accumulate(values.begin(), values.end(), std::uint64_t{0});
  tokens.mean = static_cast<double>(tokens.total) / static_cast<double>(values.size());
  tokens.min = values.front();
  tokens.p50 = rank(0.5);
  tokens.p90 = rank(0.9);
  tokens.p99 = rank(0.99);
  tokens.max = values.back();
  return tokens;
}

template <class Arriving>
ScheduleSummary::Arrivals arrivals_of(const std::vector<Arriving>& requests) {
  ScheduleSummary::Arrivals arrivals;
  if (requests.empty()) return arrivals;
  arrivals.first = requests.front().at;
  arrivals.last = requests.back().at;
  const Nanos span = arrivals.last - arrivals.first;
  if (span > 0) arrivals.mean = static_cast<double>(requests.size() - 1) / to_seconds(span);
  // Counted in one pass over the sorted instants; the last, broken second is left out.
  const auto seconds = static_cast<std::uint64_t>(span / kSecond);
  std::uint64_t second = 0;
  std::uint64_t count = 0;
  arrivals.min = seconds > 0 ? UINT64_MAX : 0;
  const auto close = [&] {
    arrivals.min = std::min(arrivals.min, count);
    arrivals.max = std::max(arrivals.max, count);
    count = 0;
    ++second;
  };
  for (const auto& request : requests) {
    const auto at = static_cast<std::uint64_t>((request.at - arrivals.first) / kSecond);
    while (second < std::min(at, seconds)) close();
    if (at < seconds) ++count;
  }
  return arrivals;
}

ScheduleSummary::Shape shape_of(const plan::Plan& plan, const Schedule& schedule) {
  ScheduleSummary::Shape shape{
      .closed = !schedule.open_loop, .playing = schedule.playing, .playings = schedule.playings};
  shape.levels.assign(ScheduleSummary::kLevels, 0);
  const double width = to_seconds(schedule.playing) / ScheduleSummary::kLevels;
  if (const auto stages = plan::stages_of(plan.load); !stages.empty()) {
    const plan::LoadCurve curve(stages, schedule.playing);
    shape.peak = curve.peak();
    shape.mean = curve.mean();
    double before = 0;
    for (std::size_t i = 0; i < shape.levels.size(); ++i) {
      const double area = curve.area_until(from_seconds(static_cast<double>(i + 1) * width));
      shape.levels[i] = (area - before) / width;
      before = area;
    }
    return shape;
  }
  std::uint64_t count = 0;
  for (const auto& request : schedule.requests) {
    const Nanos at = request.at - schedule.lead;
    if (at < 0 || at >= schedule.playing) continue;
    const auto place = static_cast<std::size_t>(to_seconds(at) / width);
    shape.levels[std::min(place, shape.levels.size() - 1)] += 1 / width;
    ++count;
  }
  shape.counted = true;
  shape.peak = std::ranges::max(shape.levels);
  shape.mean = static_cast<double>(count) / to_seconds(schedule.playing);
  return shape;
}

// Whole seconds as they are, others to a tenth, and to three digits below one.
std::string length_text(Nanos length) {
  if (length % kSecond == 0) return format_duration(length);
  if (length < kSecond) return format_number(to_millis(length)) + "ms";
  return fmt::format("{:.1f}s", to_seconds(length));
}

std::string shape_line(const ScheduleSummary::Shape& shape) {
  const auto level = [&](double value) { return plan::level_text(value, shape.closed); };
  auto line = fmt::format("shape     up to {}", level(shape.peak));
  if (shape.counted) {
    line +=
        fmt::format(" in {}", length_text(shape.playing / static_cast<Nanos>(shape.levels.size())));
  }
  line += fmt::format(", {} on average over {}", level(shape.mean), length_text(shape.playing));
  if (shape.playings > 1) line += fmt::format(", played {} times", shape.playings);
  return line;
}

std::string tokens_line(std::string_view name, const ScheduleSummary::Tokens& tokens) {
  return fmt::format("{:<10}{} tokens; mean {}, min {}, p50 {}, p90 {}, p99 {}, max {}", name,
                     format_count(tokens.total), format_number(tokens.mean),
                     format_count(tokens.min), format_count(tokens.p50), format_count(tokens.p90),
                     format_count(tokens.p99), format_count(tokens.max));
}

std::string duration_line(const ScheduleSummary& summary) {
  if (!summary.per_target) return "duration  until the last answer";
  auto line = fmt::format("duration  {} a target", length_text(*summary.per_target));
  if (summary.targets > 1) {
    line += fmt::format(", {} for {} targets", length_text(*summary.all_targets), summary.targets);
  }
  return line + ", pauses and last answers not counted";
}

std::string sessions_line(const ScheduleSummary& summary) {
  auto line = fmt::format("sessions  {}{} of {}", summary.endless ? "the first " : "",
                          format_count(summary.sessions), summary.min_turns);
  if (summary.max_turns == summary.min_turns) {
    return line + (summary.min_turns == 1 ? " turn" : " turns");
  }
  const double mean = static_cast<double>(summary.requests) / static_cast<double>(summary.sessions);
  return line + fmt::format(" to {} turns, {} on average", summary.max_turns, format_number(mean));
}

std::string arrivals_line(const ScheduleSummary& summary) {
  const auto& arrivals = *summary.arrivals;
  std::string line = "arrivals  ";
  if (summary.sessions > 0) line += "of sessions, ";
  if (arrivals.last - arrivals.first >= kSecond) {
    line += fmt::format("{} a second on average, {} to {} in one second; ",
                        format_number(arrivals.mean), arrivals.min, arrivals.max);
  }
  return line + fmt::format("from {} s to {} s", format_number(to_seconds(arrivals.first)),
                            format_number(to_seconds(arrivals.last)));
}

// What requests have in common.
void add_sharing(const plan::Plan& plan, const Schedule& schedule, ScheduleSummary& summary) {
  summary.sessions = schedule.sessions.size();
  if (summary.sessions > 0) {
    const auto [min, max] = std::ranges::minmax(schedule.sessions, {}, &PlannedSession::turns);
    summary.min_turns = min.turns;
    summary.max_turns = max.turns;
  }
  if ((plan.workload.sessions || plan.workload.prefix) && summary.input.total > 0) {
    summary.reusable =
        static_cast<double>(schedule.reusable_tokens) / static_cast<double>(summary.input.total);
  }
}

}  // namespace

ScheduleSummary summarise(const plan::Plan& plan, const Schedule& schedule) {
  ScheduleSummary summary;
  const auto& requests = schedule.requests;
  summary.requests = requests.size();
  summary.digest = schedule.digest;
  summary.targets = plan.targets.size();
  summary.endless = !schedule.open_loop && !plan.stop.requests;
  if (counted_in_play(plan)) summary.requests = plan.warmup.requests + *plan.stop.requests;
  std::vector<std::uint32_t> input;
  std::vector<std::uint32_t> output;
  std::unordered_set<std::uint64_t> prompts;
  const bool from_file = std::holds_alternative<plan::PromptFile>(plan.workload.prompts);
  const auto prefix_tokens = [&](std::uint64_t index) {
    const bool single = schedule.sessions.empty();
    const auto prefix = single ? prefix_of(plan.workload, plan.seeds, index) : std::nullopt;
    return prefix ? prefix->tokens : 0;
  };
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto& request = requests[i];
    if (request.input_tokens > 0) input.push_back(request.input_tokens + prefix_tokens(i));
    output.push_back(request.output_tokens);
    if (from_file) prompts.insert(request.prompt);
    const Nanos at = schedule.open_loop ? request.at : INT64_MAX;
    if (in_warmup(plan.warmup, i, at)) ++summary.warmup;
    if (request.leave_after > 0 || request.leave_tokens > 0) ++summary.leaving;
  }
  summary.from_file = from_file;
  summary.distinct_prompts = from_file ? prompts.size() : requests.size();
  summary.input = tokens_of(std::move(input));
  summary.output = tokens_of(std::move(output));
  if (schedule.open_loop) {
    summary.arrivals =
        schedule.sessions.empty() ? arrivals_of(requests) : arrivals_of(schedule.sessions);
  }
  add_sharing(plan, schedule, summary);

  if (schedule.playing > 0) summary.shape = shape_of(plan, schedule);

  if (schedule.duration > 0) {
    summary.per_target = schedule.duration;
  } else if (summary.arrivals) {
    summary.per_target = summary.arrivals->last;
  }
  if (summary.per_target) {
    const bool in_turn = plan.order != plan::Order::kTogether;
    const auto times = in_turn ? std::max<std::size_t>(summary.targets, 1) : 1;
    summary.all_targets = *summary.per_target * static_cast<Nanos>(times);
  }
  return summary;
}

std::vector<std::string> summary_lines(const ScheduleSummary& summary) {
  std::vector<std::string> lines;
  lines.push_back(summary.endless
                      ? std::string("requests  as many as the target answers in time")
                      : fmt::format("requests  {} a target", format_count(summary.requests)));
  if (summary.sessions > 0) lines.insert(lines.begin(), sessions_line(summary));
  if (summary.warmup > 0) {
    lines.back() += fmt::format(", the first {} as warm-up", format_count(summary.warmup));
  }
  if (summary.arrivals) lines.push_back(arrivals_line(summary));
  if (summary.shape) lines.push_back(shape_line(*summary.shape));
  const auto sample =
      summary.endless ? fmt::format(" (of the first {} requests)", format_count(summary.requests))
                      : std::string();
  if (summary.input.total > 0) {
    lines.push_back(tokens_line("input", summary.input) + sample);
  }
  if (summary.from_file) {
    lines.push_back(
        fmt::format("prompts   {} of a file{}", format_count(summary.distinct_prompts), sample));
  }
  lines.push_back(tokens_line("output", summary.output) + sample);
  if (summary.reusable) {
    lines.push_back(
        fmt::format("reuse     {:.1f}% of the input tokens come again: at best a prefix "
                    "cache can serve them",
                    *summary.reusable * 100));
  }
  if (summary.leaving > 0) {
    lines.push_back(fmt::format("leaving   {} clients go away in mid-answer{}",
                                format_count(summary.leaving), sample));
  }
  lines.push_back(duration_line(summary));
  lines.push_back(fmt::format("digest    {:016x}", summary.digest));
  return lines;
}

}  // namespace tt::workload
