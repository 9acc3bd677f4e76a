#include "workload/client.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "plan/lengths.h"
#include "plan/load_curve.h"

namespace tt::workload {
namespace {

std::int32_t draw_priority(const std::vector<plan::PriorityShare>& list, Rng& rng) {
  double all = 0;
  for (const auto& entry : list) all += entry.weight;
  double left = rng.uniform() * all;
  for (const auto& entry : list) {
    left -= entry.weight;
    if (left < 0) return entry.value;
  }
  return list.back().value;
}

}  // namespace

void draw_client(const plan::Plan& plan, std::uint64_t index, PlannedRequest& request) {
  const plan::Workload& workload = plan.workload;
  if (!workload.priorities.empty()) {
    auto rng = Rng::item(plan.seeds.arrivals, "priority", index);
    request.priority = draw_priority(workload.priorities, rng);
  }
  if (!workload.cancel) return;
  auto rng = Rng::item(plan.seeds.arrivals, "cancel", index);
  if (rng.uniform() >= workload.cancel->share) return;
  if (workload.cancel->after) {
    request.leave_after = std::max<Nanos>(1, plan::draw_pause(*workload.cancel->after, rng));
  } else if (workload.cancel->after_tokens) {
    request.leave_tokens = plan::draw_length(*workload.cancel->after_tokens, rng);
  }
}

std::uint64_t user_of(const plan::Plan& plan, std::uint64_t index) {
  if (plan::is_open_loop(plan.load)) return index + 1;
  return index % std::max(1U, plan::most_in_flight(plan.load)) + 1;
}

}  // namespace tt::workload
