#include "app/sweep_view.h"

#include <deque>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "app/test_gold.h"
#include "report/sweep_json.h"

namespace tt::app {
namespace {

record::Group group_of(record::GroupKind kind) {
  record::Group group;
  group.id = kind == record::GroupKind::kSweep ? "chat-sweep-20260131-120000"
                                               : "chat-capacity-20260131-120000";
  group.name = "chat";
  group.kind = kind;
  group.status = record::GroupStatus::kCompleted;
  group.started_realtime = 1'769'860'800'000'000'000;
  group.spent = 95 * kSecond;
  group.over = kind == record::GroupKind::kSweep ? "concurrency" : "rate";
  group.targets = {"vllm", "tgi"};
  return group;
}

record::GroupStep step(double load, std::string target, double support, std::string why,
                       unsigned effort = 1) {
  record::GroupStep one;
  one.load = load;
  one.target = std::move(target);
  one.status = record::StepStatus::kDone;
  one.run_id = "chat-20260131-120000";
  one.probe = record::GroupProbe{.effort = effort, .support = support, .why = std::move(why)};
  return one;
}

struct Example {
  record::Group group = group_of(record::GroupKind::kSweep);
  std::deque<analysis::RunInput> inputs;
  std::deque<std::vector<record::Row>> rows;
  analysis::SweepReport report;

  Example() {
    std::vector<analysis::SweepRun> runs;
    for (const std::uint32_t users : {1u, 2u, 4u, 8u, 16u}) {
      auto& input = inputs.emplace_back();
      input.targets = {{"vllm", "vllm", "m"}, {"tgi", "tgi", "m"}};
      input.slos = {*analysis::make_slo("ttft", 0.99, 150e6, "ttft_p99=150ms")};
      auto& played = rows.emplace_back();
      for (std::uint32_t target = 0; target < 2; ++target) {
        // Beyond 4 at once all get slower alike.
        const double gap = 10.0 * (target + 1) * std::max(1.0, users / 4.0);
        for (int round = 0; round < 30; ++round) {
          for (std::uint32_t user = 0; user < users; ++user) {
            played.push_back(analysis::make_row({.target = target,
                                                 .planned_ms = round * (gap * 20) + user,
                                                 .ttft_ms = gap * 10,
                                                 .gap_ms = gap},
                                                played.size()));
          }
        }
      }
      runs.push_back({static_cast<double>(users), &input, played});
      auto& done = group.steps.emplace_back();
      done.load = users;
      done.status = record::StepStatus::kDone;
      done.run_id = "chat-20260131-12000" + std::to_string(group.steps.size());
    }
    auto& failed = group.steps.emplace_back();
    failed.load = 32;
    failed.status = record::StepStatus::kFailed;
    failed.problem = "vllm (http://a:1): refused the connection; is it running?";
    report = analysis::sweep_report(group.over, runs);
  }
};

TEST(SweepView, IsAsItShouldLook) {
  const Example example;
  for (const std::size_t width : {80u, 120u}) {
    const auto lines = sweep_lines(example.group, example.report, width);
    expect_within(lines, width);
    expect_gold(plain_text(lines), "sweep_" + std::to_string(width) + ".txt");
  }
}

TEST(SweepView, FilesAreAsTheyWere) {
  const Example example;
  expect_gold(report::sweep_json(example.group, example.report), "sweep.json");
  expect_gold(report::sweep_csv(example.report), "sweep.csv");
}

TEST(CapacityView, IsAsItShouldLook) {
  record::Group group = group_of(record::GroupKind::kCapacity);
  group.steps = {step(4, "vllm", 0.62, "ttft_p99=500ms: 81.0 ms"),
                 step(8, "vllm", 0.97, "ttft_p99=500ms: 120 ms"),
                 step(16, "vllm", 0.001, "tpot_p95=50ms: 90.1 ms"),
                 step(11.7, "vllm", 0.4, "ttft_p99=500ms: 510 ms", 4)};
  group.capacities = {{.target = "vllm",
                       .end = "tight",
                       .load = 11.4,
                       .low = 11.1,
                       .high = 11.72,
                       .confidence = 0.95,
                       .violations = 1},
                      {.target = "tgi", .end = "none_met", .load = {}, .low = {}, .high = {}}};
  group.steps[0].probe->at_least = true;
  group.steps.back().problem = "client was the bottleneck: vllm: read lag p99 13.1 ms";
  Example example;  // whose rows stand for those of the probes
  example.report.over = "rate";
  for (const std::size_t width : {80u, 120u}) {
    const auto lines = capacity_lines(group, example.report, width);
    expect_within(lines, width);
    expect_gold(plain_text(lines), "capacity_" + std::to_string(width) + ".txt");
  }
  group.status = record::GroupStatus::kStopped;
  group.capacities[0].end = "searching";
  const auto text = [&](bool live) { return plain_text(capacity_lines(group, {}, 100, live)); };
  EXPECT_NE(text(false).find("tokentrial capacity --resume chat-capacity-20260131-120000\n"),
            std::string::npos);
  EXPECT_EQ(text(true).find("--resume"), std::string::npos) << "somebody is at it";
  EXPECT_NE(text(true).find("it is still going on"), std::string::npos);
  EXPECT_EQ(text(false).find("Throughput"), std::string::npos) << "its runs are gone";
  group.capacities[0].end = "probes_spent";
  EXPECT_NE(text(false).find("more --probes"), std::string::npos);
}

TEST(StepLine, SaysWhatIsAboutToBePlayed) {
  record::Group group = group_of(record::GroupKind::kCapacity);
  group.steps = {step(4.25, "vllm", 0.5, "", 2)};
  EXPECT_EQ(step_line(group, 0, 0).text(), "Probe 1: vllm at rate 4.25, 2 times as long");
  group = group_of(record::GroupKind::kSweep);
  group.steps.emplace_back().load = 8;
  group.steps[0].repeat = 1;
  EXPECT_EQ(step_line(group, 0, 12).text(), "Run 1 of 12: concurrency 8, repeat 2");
}

}  // namespace
}  // namespace tt::app
