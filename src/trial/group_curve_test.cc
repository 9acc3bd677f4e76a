#include "trial/group_curve.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "analysis/test_rows.h"
#include "record/recorder.h"

namespace tt::trial {
namespace {

using record::StepStatus;

record::GroupStep step_at(double load, std::uint32_t effort = 1, std::string target = "") {
  record::GroupStep step;
  step.load = load;
  step.status = StepStatus::kDone;
  step.run_id = "run";
  step.target = std::move(target);
  step.probe = record::GroupProbe{.effort = effort, .why = ""};
  return step;
}

std::vector<double> loads_of(const std::vector<LoadBand>& bands) {
  std::vector<double> loads;
  for (const LoadBand& band : bands) loads.push_back(band.load);
  return loads;
}

TEST(LoadBands, OfASweepAreItsLoads) {
  record::Group group;
  group.kind = record::GroupKind::kSweep;
  group.steps = {step_at(8), step_at(1), step_at(8), step_at(8.5), step_at(2)};
  group.steps[4].status = StepStatus::kPlanned;
  const auto bands = load_bands(group);
  EXPECT_EQ(loads_of(bands), (std::vector<double>{1, 8, 8.5}));
  EXPECT_EQ(bands[1].steps, (std::vector<std::size_t>{0, 2}));
}

TEST(LoadBands, OfASearchHoldWhatWasAskedNearTheCapacity) {
  record::Group group;
  group.kind = record::GroupKind::kCapacity;
  group.steps = {step_at(16),    step_at(32),   step_at(64), step_at(45, 2),
                 step_at(48, 4), step_at(49.5), step_at(50)};
  const auto bands = load_bands(group);
  ASSERT_EQ(loads_of(bands), (std::vector<double>{16, 32, 47.36, 50, 64}));
  EXPECT_EQ(bands[2].steps, (std::vector<std::size_t>{3, 4, 5}))
      << "up to a tenth above the lowest";
}

class GroupCurveTest : public testing::Test {
 protected:
  GroupCurveTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "curve_XXXXXX").string();
    results_ = ::mkdtemp(pattern.data());
  }
  ~GroupCurveTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(results_, ignored);
  }

  // A stored run of one target whose requests take `ttft_ms`.
  std::string run_of(const std::string& target, double ttft_ms) {
    auto folder = record::RunFolder::create(results_, "run", 1'700'000'000 * kSecond);
    record::Manifest manifest;
    manifest.run_id = folder->id();
    manifest.name = "run";
    manifest.plan_yaml =
        "name: run\ntargets: [" + target + "=http://h:1]\nload: {rate: 4}\nstop: {requests: 20}\n";
    manifest.targets = {{.name = target, .engine = "vllm", .url = "http://h:1", .model = "m"}};
    auto recorder = record::Recorder::start(std::move(*folder), manifest);
    for (std::uint64_t i = 0; i < 20; ++i) {
      recorder->row(analysis::make_row(
          {.planned_ms = 250.0 * static_cast<double>(i), .ttft_ms = ttft_ms}, i));
    }
    manifest.status = record::RunStatus::kCompleted;
    EXPECT_TRUE(recorder->finish(manifest));
    return manifest.run_id;
  }

  std::string results_;
};

TEST_F(GroupCurveTest, EachTargetOfASearchHasItsOwnPoints) {
  record::Group group;
  group.kind = record::GroupKind::kCapacity;
  group.over = "rate";
  group.targets = {"vllm", "tgi"};
  group.steps = {step_at(4, 1, "tgi"), step_at(8, 1, "vllm"), step_at(16, 1, "vllm")};
  group.steps[0].run_id = run_of("tgi", 50);
  group.steps[1].run_id = run_of("vllm", 100);
  group.steps[2].run_id = run_of("vllm", 200);
  const auto report = group_curve(group, results_);
  ASSERT_TRUE(report) << report.error().text();
  ASSERT_EQ(report->curves.size(), 2u);
  EXPECT_EQ(report->curves[0].target, "vllm") << "in the plan's order, not in that of the loads";
  ASSERT_EQ(report->curves[0].points.size(), 2u);
  EXPECT_EQ(report->curves[0].points[1].latency(analysis::MetricId::kTtft, 0.5)->value, 200);
  ASSERT_EQ(report->curves[1].points.size(), 1u);
  EXPECT_EQ(report->curves[1].points[0].load, 4);
}

TEST_F(GroupCurveTest, ARunThatIsGoneIsNamedAndTheOthersAreShown) {
  record::Group group;
  group.over = "rate";
  group.targets = {"vllm"};
  group.steps = {step_at(4), step_at(8)};
  group.steps[0].run_id = run_of("vllm", 100);
  group.steps[1].run_id = "run-20200101-000000";
  const auto report = group_curve(group, results_);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->curves[0].points.size(), 1u);
  EXPECT_TRUE(group.steps[1].problem.starts_with("its run cannot be read"))
      << group.steps[1].problem;
  group.steps.erase(group.steps.begin());
  const auto none = group_curve(group, results_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tt::trial
