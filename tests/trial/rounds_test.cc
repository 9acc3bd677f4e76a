// Rounds of a load against a simulated engine: what ends one does not touch the next.
#include <map>

#include "kit.h"
#include <gtest/gtest.h>

#include "load/load.h"
#include "trial/target_probe.h"
#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::trial {
namespace {

// On the collector's thread; read once the load is gone.
class Blocks final : public load::RowSink {
 public:
  void on_row(const record::Row& row, const std::string&, const std::string&) override {
    ++rows[row.block];
  }
  void on_pass() override {}
  std::map<std::uint32_t, int> rows;
};

// Who saw that a round has had enough may say so only when the next one has begun.
TEST(Rounds, AnEndThatComesLateSparesTheNextOne) {
  const auto engine = start(quick(engine::EngineKind::kVllm));
  plan::Plan plan = small_plan({target_at("vllm", engine->url(), "vllm")}, 30);
  plan.blocks = 3;
  const auto probed = probe_targets(plan.targets, {});
  ASSERT_TRUE(probed[0].load) << probed[0].report.problem;
  const auto prompts = workload::make_prompts(plan.workload, plan.seeds);
  const auto schedule = workload::make_schedule(plan, **prompts);
  ASSERT_TRUE(schedule) << schedule.error().text();
  const auto rounds = load::cut_into_rounds(plan, *schedule);
  ASSERT_EQ(rounds.size(), 3U);
  Blocks sink;
  {
    load::Load load({.plan = plan,
                     .schedule = *schedule,
                     .prompts = **prompts,
                     .targets = {*probed[0].load},
                     .id_prefix = "rounds",
                     .workers = 1,
                     .epoch = steady_now()},
                    sink);
    load.end_round(1);
    load.end_round(0);  // of two the later one stands
    load.play(rounds[0], 0);
    load.play(rounds[1], 1);
    load.end_round(1);
    load.play(rounds[2], 2);
  }
  EXPECT_EQ(sink.rows, (std::map<std::uint32_t, int>{{2, 10}}));
}

}  // namespace
}  // namespace tt::trial
