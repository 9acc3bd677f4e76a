#include "load/load.h"

#include <algorithm>
#include <barrier>
#include <thread>

#include "plan/load_curve.h"

namespace tt::load {

std::uint32_t workers_for(const plan::Plan& plan, std::uint32_t cores) {
  constexpr double kPerWorker = 500;
  double weight = std::max(1.0, plan::peak_level(plan.load));
  const std::uint32_t cap = plan::most_in_flight(plan.load);
  const std::uint32_t shares = cap > 0 ? cap : UINT32_MAX;
  if (plan.order == plan::Order::kTogether) weight *= static_cast<double>(plan.targets.size());
  const auto wanted = static_cast<std::uint32_t>(std::min(weight / kPerWorker, 1024.0)) + 1;
  const std::uint32_t threads = plan.workers > 0 ? plan.workers : std::min(wanted, cores);
  return std::max(1u, std::min(threads, shares));
}

Load::Load(LoadSetup setup, RowSink& sink)
    : setup_(std::move(setup)),
      factory_(setup_.plan, setup_.schedule, setup_.prompts, setup_.id_prefix),
      breakers_(setup_.targets.size()),
      counters_(setup_.targets.size()),
      next_indices_(setup_.targets.size(), 0),
      stage_{.plan = setup_.plan,
             .schedule = setup_.schedule,
             .factory = factory_,
             .targets = setup_.targets,
             .conversations = setup_.prompts.conversations(),
             .breakers = breakers_,
             .counters = counters_,
             .stop_mode = stop_mode_,
             .rounds_over = rounds_over_,
             .epoch = setup_.epoch} {
  if (!plan::is_open_loop(setup_.plan.load) && setup_.schedule.playing > 0) {
    const auto stages = plan::stages_of(setup_.plan.load);
    stage_.users = plan::LoadCurve(stages, setup_.schedule.playing).users();
  }
  collector_ = std::make_unique<Collector>(setup_.workers, sink, counters_);
  for (std::uint32_t i = 0; i < setup_.workers; ++i) {
    workers_.push_back(
        std::make_unique<Worker>(stage_, WorkerShare{i, setup_.workers}, collector_->lane(i)));
  }
}

Load::~Load() {
  collector_.reset();  // first: it takes what the workers' lanes still hold
}

void Load::play(const Round& round, std::size_t number) {
  std::vector<std::uint64_t> first;
  for (const Stint& stint : round) first.push_back(next_indices_[stint.target]);
  {
    // All workers start in the same instant, once the slowest is ready.
    Nanos start = 0;
    std::barrier ready(static_cast<std::ptrdiff_t>(workers_.size()),
                       [&]() noexcept { start = steady_now() - setup_.epoch; });
    std::vector<std::jthread> threads;
    for (auto& worker : workers_) {
      threads.emplace_back([&round, &first, &start, &ready, number, w = worker.get()] {
        w->prepare(round, number, first);
        ready.arrive_and_wait();
        w->play(start);
      });
    }
  }
  for (std::size_t i = 0; i < round.size(); ++i) {
    std::uint64_t& next = next_indices_[round[i].target];
    for (const auto& worker : workers_) next = std::max(next, worker->next_index(i));
  }
}

void Load::stop(StopMode mode) {
  StopMode current = stop_mode_.load(std::memory_order_relaxed);
  while (current < mode && !stop_mode_.compare_exchange_weak(current, mode)) continue;
}

void Load::end_round(std::size_t number) {
  std::size_t current = rounds_over_.load(std::memory_order_relaxed);
  while (current <= number && !rounds_over_.compare_exchange_weak(current, number + 1)) continue;
}

ClientMeasure Load::measure() const {
  LagMeter lags;
  ClientMeasure measure;
  for (const auto& worker : workers_) {
    const WorkerHealth& health = worker->health();
    lags.merge(health.lags);
    measure.cpu += health.cpu;
    measure.clock_samples += health.clock_samples;
    if (health.wall > 0) {
      const double share = static_cast<double>(health.cpu) / static_cast<double>(health.wall);
      measure.cpu_share = std::max(measure.cpu_share, share);
    }
    measure.busiest_second = std::max(measure.busiest_second, health.busiest_second);
  }
  measure.stamped_reads = lags.count();
  measure.lag_p50 = lags.quantile(0.5);
  measure.lag_p99 = lags.quantile(0.99);
  measure.lag_max = lags.max();
  return measure;
}

}  // namespace tt::load
