#include "workload/schedule.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "plan/faults.h"
#include "plan/lengths.h"
#include "plan/load_curve.h"
#include "workload/client.h"
#include "workload/prefix.h"
#include "workload/session_schedule.h"
#include "workload/trace.h"

namespace tt::workload {
namespace {

/// Closed loop stopped by time alone: requests made beforehand. More come from request_at.
constexpr std::uint64_t kMaxEstimate = 100'000;

/// Arrivals at a mean gap, one after another, in the unit of the gap.
class ArrivalTimes {
 public:
  ArrivalTimes(const plan::Rate& rate, double gap, std::uint64_t seed)
      : arrivals_(rate.arrivals),
        burstiness_(rate.burstiness),
        gap_(gap),
        rng_(Rng::stream(seed, "arrivals")) {}

  /// The next arrival. Constant arrivals start at 0, random ones after a first gap.
  double next() {
    switch (arrivals_) {
      case plan::Rate::Arrivals::kConstant:
        // Multiplied, not summed, so that rounding does not pile up.
        at_ = static_cast<double>(count_++) * gap_;
        break;
      case plan::Rate::Arrivals::kPoisson:
        at_ += gap_ * rng_.exponential();
        break;
      case plan::Rate::Arrivals::kGamma:
        at_ += gap_ * rng_.gamma(burstiness_) / burstiness_;
        break;
    }
    return at_;
  }

 private:
  plan::Rate::Arrivals arrivals_;
  double burstiness_;
  double gap_;
  double at_ = 0;
  std::uint64_t count_ = 0;
  Rng rng_;
};

/// Returns the number of measured requests.
std::uint64_t add_open_loop(const plan::Plan& plan, const plan::Rate& rate,
                            const PromptSource& prompts, Schedule& schedule) {
  ArrivalTimes arrivals(rate, 1e9 / rate.per_second, plan.seeds.arrivals);
  // Measuring starts with the warm-up's time or with the first request after its count.
  std::uint64_t measured = 0;
  Nanos end = INT64_MAX;
  for (std::uint64_t index = 0; index <= plan::kMaxRequests; ++index) {
    const auto at = static_cast<Nanos>(arrivals.next() + 0.5);
    if (!in_warmup(plan.warmup, index, at)) {
      if (measured == 0 && plan.stop.duration) {
        const Nanos start =
            plan.warmup.requests > 0 ? std::max(plan.warmup.duration, at) : plan.warmup.duration;
        end = start + *plan.stop.duration;
        schedule.duration = end;
      }
      if (at >= end || measured == plan.stop.requests.value_or(UINT64_MAX)) break;
      ++measured;
    }
    schedule.requests.push_back(request_at(plan, prompts, index));
    schedule.requests.back().at = at;
  }
  return measured;
}

/// A rate that changes with time: arrivals at a rate of 1, laid onto the integral of the rate.
/// Returns the number of measured requests.
std::uint64_t add_shaped_loop(const plan::Plan& plan, const plan::Rate& rate,
                              const PromptSource& prompts, Schedule& schedule) {
  const plan::LoadCurve curve(rate.stages, *plan::load_length(plan));
  if (curve.area() <= 0) return 0;  // the stop rule has cut off all but a pause
  ArrivalTimes arrivals(rate, 1, plan.seeds.arrivals);
  const double first = curve.level(0);
  double unit = arrivals.next();
  const auto add = [&](Nanos at) {
    schedule.requests.push_back(request_at(plan, prompts, schedule.requests.size()));
    schedule.requests.back().at = at;
    unit = arrivals.next();
  };
  schedule.lead = plan.warmup.duration;
  while (first > 0) {
    const Nanos at = from_seconds(unit / first);
    if (!in_warmup(plan.warmup, schedule.requests.size(), at)) break;
    schedule.lead = std::max(schedule.lead, at);
    add(at);
  }
  const double before = first * to_seconds(schedule.lead);  // arrivals that were due until then
  schedule.playing = curve.length();
  schedule.playings = plan::playings_of(plan);
  schedule.duration = schedule.lead + schedule.playing * schedule.playings;
  std::uint64_t measured = 0;
  const std::uint64_t most = plan.stop.requests.value_or(UINT64_MAX);
  for (; measured < most && schedule.requests.size() <= plan::kMaxRequests; ++measured) {
    const double area = std::max(0.0, unit - before);
    const double playing = std::floor(area / curve.area());
    if (playing >= schedule.playings) break;
    const Nanos at = schedule.lead + schedule.playing * static_cast<Nanos>(playing) +
                     curve.reach(area - playing * curve.area());
    if (at >= schedule.duration) break;
    add(at);
  }
  return measured;
}

/// Returns the number of measured requests.
Result<std::uint64_t> add_trace(const plan::Plan& plan, const PromptSource& prompts,
                                Schedule& schedule) {
  const auto rows = prompts.rows();
  const Nanos end = plan.stop.duration.value_or(INT64_MAX);
  const auto last = std::ranges::lower_bound(rows, end, {}, &TraceRow::at);
  const auto count = static_cast<std::uint64_t>(last - rows.begin());
  if (count == 0) return 0;
  if (rows[count - 1].at > plan::kLongestTime) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("lasts {:.0f} days; a load may last 30: play a part of it (duration), "
                            "raise the speed, or set stop.duration",
                            to_seconds(rows[count - 1].at) / 86400),
                "load.trace");
  }
  schedule.playings = plan::playings_of(plan);
  // Each playing is a turn of its own, so all that matters is that the last request is within it.
  const Nanos whole = (rows[count - 1].at / kMillisecond + 1) * kMillisecond;
  schedule.playing = plan.stop.duration.value_or(whole);
  schedule.duration = schedule.playing * schedule.playings;
  std::uint64_t measured = 0;
  for (std::uint64_t playing = 0; playing < schedule.playings; ++playing) {
    for (std::uint64_t i = 0; i < count && schedule.requests.size() <= plan::kMaxRequests; ++i) {
      const Nanos at = schedule.playing * static_cast<Nanos>(playing) + rows[i].at;
      if (!in_warmup(plan.warmup, schedule.requests.size(), at)) {
        if (measured == plan.stop.requests.value_or(UINT64_MAX)) return measured;
        ++measured;
      }
      schedule.requests.push_back(request_at(plan, prompts, playing * rows.size() + i));
      schedule.requests.back().at = at;
    }
  }
  return measured;
}

/// Returns the number of measured requests.
Result<std::uint64_t> add_open(const plan::Plan& plan, const PromptSource& prompts,
                               Schedule& schedule) {
  schedule.open_loop = true;
  const auto* rate = std::get_if<plan::Rate>(&plan.load);
  if (rate == nullptr) return add_trace(plan, prompts, schedule);
  return rate->stages.empty() ? add_open_loop(plan, *rate, prompts, schedule)
                              : add_shaped_loop(plan, *rate, prompts, schedule);
}

std::uint64_t closed_loop_count(const plan::Plan& plan, const plan::Concurrency& closed) {
  if (plan.stop.requests) return plan.warmup.requests + *plan.stop.requests;
  const Nanos length = plan::load_length(plan).value_or(0) * plan::playings_of(plan);
  const double users =
      closed.stages.empty() ? closed.users : plan::LoadCurve(closed.stages, length).mean();
  const double estimate = users * std::max(1.0, to_seconds(length + plan.warmup.duration));
  return plan.warmup.requests +
         static_cast<std::uint64_t>(std::min(estimate, static_cast<double>(kMaxEstimate)));
}

void add_closed_loop(const plan::Plan& plan, const plan::Concurrency& closed,
                     const PromptSource& prompts, Schedule& schedule) {
  const auto count = closed_loop_count(plan, closed);
  schedule.requests.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    schedule.requests.push_back(request_at(plan, prompts, i));
  }
  const auto length = plan::load_length(plan);
  if (!length) return;
  schedule.playings = plan::playings_of(plan);
  if (!closed.stages.empty()) schedule.playing = *length;
  schedule.duration = plan.warmup.duration + *length * schedule.playings;
}

Result<void> check_size(const Schedule& schedule) {
  if (schedule.requests.size() <= plan::kMaxRequests) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("asks for more than {} requests; lower the rate or the duration",
                          format_count(plan::kMaxRequests)),
              "stop");
}

}  // namespace

bool in_warmup(const plan::Warmup& warmup, std::uint64_t index, Nanos at) {
  return index < warmup.requests || at < warmup.duration;
}

Nanos load_end(const plan::Plan& plan, const Schedule& schedule, Nanos measured_from) {
  const auto length = plan::load_length(plan);
  if (schedule.open_loop) return schedule.duration > 0 ? schedule.duration : INT64_MAX;
  return length ? measured_from + *length * plan::playings_of(plan) : INT64_MAX;
}

std::uint64_t shuffled(std::uint64_t seed, std::uint64_t index, std::uint64_t size) {
  if (size < 2) return 0;
  // Four rounds of a Feistel network over the next even number of bits; results that fall outside
  // are sent round again, which keeps it one to one (Black and Rogaway 2002, cycle walking).
  const int half = (std::bit_width(size - 1) + 1) / 2;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  std::uint64_t value = index % size;
  do {
    std::uint64_t left = value >> half;
    std::uint64_t right = value & mask;
    for (std::uint64_t round = 0; round < 4; ++round) {
      const std::uint64_t mixed = Rng(seed ^ (right * 4 + round + 1)).next() & mask;
      left = std::exchange(right, left ^ mixed);
    }
    value = (left << half) | right;
  } while (value >= size);
  return value;
}

PlannedRequest request_at(const plan::Plan& plan, const PromptSource& prompts,
                          std::uint64_t index) {
  PlannedRequest request;
  const auto size = prompts.size();
  const auto* file = std::get_if<plan::PromptFile>(&plan.workload.prompts);
  if (size == 0) {
    request.prompt = index;
  } else if (file != nullptr && file->shuffle) {
    // Each round through the file has an order of its own.
    const auto round_seed = Rng::item(plan.seeds.prompts, "order", index / size).next();
    request.prompt = shuffled(round_seed, index % size, size);
  } else {
    request.prompt = index % size;
  }
  if (const auto rows = prompts.rows(); !rows.empty()) {
    const TraceRow& row = rows[index % rows.size()];
    request.input_tokens =
        file == nullptr ? row.input_tokens : prompts.input_tokens(request.prompt);
    request.output_tokens = row.output_tokens;
    draw_client(plan, index, request);
    return request;
  }
  if (const auto* synthetic = std::get_if<plan::SyntheticPrompts>(&plan.workload.prompts)) {
    auto rng = Rng::item(plan.seeds.lengths, "input", index);
    request.input_tokens = plan::draw_length(synthetic->input, rng);
  }
  if (!prompts.synthetic()) request.input_tokens = prompts.input_tokens(request.prompt);
  request.output_tokens = prompts.output_tokens(request.prompt);
  if (request.output_tokens == 0) {
    auto rng = Rng::item(plan.seeds.lengths, "output", index);
    request.output_tokens = plan::draw_length(plan.workload.output, rng);
  }
  draw_client(plan, index, request);
  return request;
}

std::uint64_t schedule_digest(std::span<const PlannedRequest> requests) {
  std::uint64_t state = fnv1a("");
  const auto hash = [&](std::uint64_t value, int bytes) { state = fnv1a(value, bytes, state); };
  for (const auto& request : requests) {
    hash(static_cast<std::uint64_t>(request.at), 8);
    hash(request.prompt, 8);
    hash(request.input_tokens, 4);
    hash(request.output_tokens, 4);
    // What few plans ask for; the digests of all others are as they were before there was any.
    if (request.leave_after == 0 && request.leave_tokens == 0 && request.priority == 0) continue;
    hash(static_cast<std::uint64_t>(request.leave_after), 8);
    hash(request.leave_tokens, 4);
    hash(static_cast<std::uint32_t>(request.priority), 4);
  }
  return state;
}

Result<Schedule> make_schedule(const plan::Plan& plan, const PromptSource& prompts) {
  if (const auto faults = plan::check_plan(plan); !faults.empty())
    return std::unexpected(faults[0]);
  Schedule schedule;
  if (plan::is_open_loop(plan.load)) {
    const auto measured = add_open(plan, prompts, schedule);
    if (!measured) return std::unexpected(measured.error());
    if (*measured == 0) {
      return fail(ErrorCode::kInvalidInput,
                  "no request falls into the measured time; raise the rate or the duration",
                  "load");
    }
  } else {
    add_closed_loop(plan, std::get<plan::Concurrency>(plan.load), prompts, schedule);
  }
  if (auto fits = check_size(schedule); !fits) return std::unexpected(fits.error());
  if (const auto* conversations = prompts.conversations()) {
    expand_sessions(plan, *conversations, schedule);
    if (auto fits = check_size(schedule); !fits) return std::unexpected(fits.error());
  } else {
    count_prefixes(plan, schedule);
    schedule.digest = schedule_digest(schedule.requests);
  }
  return schedule;
}

}  // namespace tt::workload
