#include "workload/schedule.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "workload/lengths.h"
#include "workload/prefix.h"
#include "workload/session_schedule.h"

namespace tt::workload {
namespace {

/// Closed loop stopped by time alone: requests made beforehand. More come from request_at.
constexpr std::uint64_t kMaxEstimate = 100'000;

/// Gaps between arrivals, one after another.
class ArrivalTimes {
 public:
  ArrivalTimes(const Rate& rate, std::uint64_t seed)
      : rate_(rate), gap_ns_(1e9 / rate.per_second), rng_(Rng::stream(seed, "arrivals")) {}

  /// The instant of the next arrival. Constant arrivals start at 0, random ones after a first gap.
  Nanos next() {
    switch (rate_.arrivals) {
      case Rate::Arrivals::kConstant:
        // Multiplied, not summed, so that rounding does not pile up.
        at_ns_ = static_cast<double>(count_++) * gap_ns_;
        break;
      case Rate::Arrivals::kPoisson:
        at_ns_ += gap_ns_ * rng_.exponential();
        break;
      case Rate::Arrivals::kGamma:
        at_ns_ += gap_ns_ * rng_.gamma(rate_.burstiness) / rate_.burstiness;
        break;
    }
    return static_cast<Nanos>(at_ns_ + 0.5);
  }

 private:
  Rate rate_;
  double gap_ns_;
  double at_ns_ = 0;
  std::uint64_t count_ = 0;
  Rng rng_;
};

/// Returns the number of measured requests.
std::uint64_t add_open_loop(const Plan& plan, const Rate& rate, const PromptSource& prompts,
                            Schedule& schedule) {
  ArrivalTimes arrivals(rate, plan.seeds.arrivals);
  // Measuring starts with the warm-up's time or with the first request after its count.
  std::uint64_t measured = 0;
  Nanos end = INT64_MAX;
  for (std::uint64_t index = 0; index <= kMaxRequests; ++index) {
    const Nanos at = arrivals.next();
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

std::uint64_t closed_loop_count(const Plan& plan, const Concurrency& closed) {
  if (plan.stop.requests) return plan.warmup.requests + *plan.stop.requests;
  const double seconds = to_seconds(plan.stop.duration.value_or(0) + plan.warmup.duration);
  const double estimate = closed.users * std::max(1.0, seconds);
  return plan.warmup.requests +
         static_cast<std::uint64_t>(std::min(estimate, static_cast<double>(kMaxEstimate)));
}

void add_closed_loop(const Plan& plan, const Concurrency& closed, const PromptSource& prompts,
                     Schedule& schedule) {
  const auto count = closed_loop_count(plan, closed);
  schedule.requests.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    schedule.requests.push_back(request_at(plan, prompts, i));
  }
  if (plan.stop.duration) schedule.duration = plan.warmup.duration + *plan.stop.duration;
}

/// A generator for one request alone, so that a request never depends on those before it. The base
/// is drawn, not added: neighbouring seeds must not give the same numbers one place apart.
Rng request_rng(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  return Rng(Rng::stream(seed, purpose).next() + index);
}

void hash_number(std::uint64_t value, int bytes, std::uint64_t& state) {
  std::array<char, 8> little;
  for (int i = 0; i < bytes; ++i) {
    little[static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
  }
  state = fnv1a({little.data(), static_cast<std::size_t>(bytes)}, state);
}

}  // namespace

bool in_warmup(const Warmup& warmup, std::uint64_t index, Nanos at) {
  return index < warmup.requests || at < warmup.duration;
}

Nanos load_end(const Plan& plan, const Schedule& schedule, Nanos measured_from) {
  if (!plan.stop.duration) return INT64_MAX;
  return schedule.open_loop ? schedule.duration : measured_from + *plan.stop.duration;
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

PlannedRequest request_at(const Plan& plan, const PromptSource& prompts, std::uint64_t index) {
  PlannedRequest request;
  const auto size = prompts.size();
  const auto* file = std::get_if<PromptFile>(&plan.workload.prompts);
  if (size == 0) {
    request.prompt = index;
  } else if (file != nullptr && file->shuffle) {
    // Each round through the file has an order of its own.
    const auto round_seed = request_rng(plan.seeds.prompts, "order", index / size).next();
    request.prompt = shuffled(round_seed, index % size, size);
  } else {
    request.prompt = index % size;
  }
  if (const auto* synthetic = std::get_if<SyntheticPrompts>(&plan.workload.prompts)) {
    auto rng = request_rng(plan.seeds.lengths, "input", index);
    request.input_tokens = draw_length(synthetic->input, rng);
  }
  auto rng = request_rng(plan.seeds.lengths, "output", index);
  request.output_tokens = draw_length(plan.workload.output, rng);
  return request;
}

std::uint64_t schedule_digest(std::span<const PlannedRequest> requests) {
  std::uint64_t state = fnv1a("");
  for (const auto& request : requests) {
    hash_number(static_cast<std::uint64_t>(request.at), 8, state);
    hash_number(request.prompt, 8, state);
    hash_number(request.input_tokens, 4, state);
    hash_number(request.output_tokens, 4, state);
  }
  return state;
}

Result<Schedule> make_schedule(const Plan& plan, const PromptSource& prompts) {
  if (const auto faults = check_plan(plan); !faults.empty()) return std::unexpected(faults[0]);
  Schedule schedule;
  if (const auto* rate = std::get_if<Rate>(&plan.load)) {
    schedule.open_loop = true;
    if (add_open_loop(plan, *rate, prompts, schedule) == 0) {
      return fail(ErrorCode::kInvalidInput,
                  "no request falls into the measured time; raise the rate or the duration",
                  "load.rate");
    }
  } else {
    add_closed_loop(plan, std::get<Concurrency>(plan.load), prompts, schedule);
  }
  if (schedule.requests.size() > kMaxRequests) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("asks for more than {} requests; lower the rate or the duration",
                            format_count(kMaxRequests)),
                "stop");
  }
  if (const auto* conversations = prompts.conversations()) {
    expand_sessions(plan, *conversations, schedule);
  } else {
    count_prefixes(plan, schedule);
    schedule.digest = schedule_digest(schedule.requests);
  }
  return schedule;
}

}  // namespace tt::workload
