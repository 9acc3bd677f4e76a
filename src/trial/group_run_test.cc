#include "trial/group_run.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "plan/search_section.h"

namespace tt::trial {
namespace {

using record::GroupStatus;
using record::StepStatus;

std::string folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "groups_XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

plan::Plan plan(std::string_view yaml) {
  auto parsed = plan::parse_plan(yaml, "p.yaml");
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text());
  return parsed ? *parsed : plan::Plan{};
}

constexpr std::string_view kSweep = R"(
name: chat
targets: [vllm=http://a:1]
stop: {duration: 10s}
sweep: {concurrency: 1..8x2, repeats: 2, cool_down: 5s}
)";
constexpr std::string_view kCapacity = R"(
name: chat
targets: [vllm=http://a:1, tgi=http://b:2]
stop: {duration: 10s}
slo: [ttft_p99=500ms]
capacity: {over: rate, from: 2}
)";

/// Plays nothing: runs take their planned time on a clock of its own, and fail where told.
struct FakeWorld {
  Nanos now = 0;
  std::vector<plan::Plan> played;
  std::vector<Nanos> rests;
  std::set<std::size_t> fails;  // which conduct() calls do
  std::size_t stop_at = SIZE_MAX;
  double capacity = 20;
  record::RunStatus ends = record::RunStatus::kCompleted;
  StopSwitch stop{load::StopMode::kPlay};

  GroupStage stage() {
    return {.conduct = [this](const RunRequest& request, Audience&,
                              const StopSwitch&) -> Result<RunOutcome> {
              const std::size_t n = played.size();
              played.push_back(request.plan);
              now += request.plan.stop.duration.value_or(0);
              RunOutcome outcome;
              outcome.run_id = "run-" + std::to_string(n);
              outcome.manifest.status = ends;
              if (n == stop_at) {
                stop = load::StopMode::kDrain;
                outcome.manifest.status = record::RunStatus::kAborted;
              }
              EXPECT_TRUE(request.group) << "every run says whose it is";
              if (fails.contains(n)) return fail(ErrorCode::kUnavailable, "nobody there");
              return outcome;
            },
            .rest =
                [this](Nanos length, const StopSwitch&) {
                  rests.push_back(length);
                  now += length;
                },
            .now = [this] { return now; },
            .judge = [this](const std::string&,
                            const std::string& id) -> Result<analysis::ProbeOutcome> {
              const auto& one = played[static_cast<std::size_t>(std::stoi(id.substr(4)))];
              const double rate = std::get<plan::Rate>(one.load).per_second;
              const double mine = one.targets[0].name == "tgi" ? capacity / 2 : capacity;
              return analysis::ProbeOutcome{.support = rate <= mine ? 0.999 : 0.001, .why = "ttft"};
            }};
  }
};

std::vector<double> loads_of(const record::Group& group) {
  std::vector<double> loads;
  for (const auto& step : group.steps) loads.push_back(step.load);
  return loads;
}

TEST(Sweep, EachRepeatHoldsEveryLoadOnceInAnOrderOfItsOwn) {
  const auto steps = sweep_steps(plan(kSweep));
  ASSERT_EQ(steps.size(), 8u);
  std::vector<std::vector<double>> orders(2);
  for (const auto& step : steps) orders[step.repeat].push_back(step.load);
  EXPECT_NE(orders[0], orders[1]);
  for (auto& order : orders) {
    std::ranges::sort(order);
    EXPECT_EQ(order, (std::vector<double>{1, 2, 4, 8}));
  }
  EXPECT_EQ(sweep_steps(plan(kSweep)), steps) << "by seed";
}

TEST(Sweep, PlaysEveryStepAtItsLoadAndRestsBetween) {
  FakeWorld world;
  GroupAudience audience;
  const std::string results = folder();
  const auto group = conduct_sweep({.plan = plan(kSweep), .results_dir = results}, audience,
                                   world.stop, world.stage());
  ASSERT_TRUE(group) << group.error().text();
  EXPECT_EQ(group->status, GroupStatus::kCompleted);
  ASSERT_EQ(world.played.size(), 8u);
  std::set<std::uint64_t> seeds;
  std::set<std::uint64_t> lengths;
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(std::get<plan::Concurrency>(world.played[i].load).users, group->steps[i].load);
    EXPECT_FALSE(world.played[i].sweep);
    seeds.insert(world.played[i].seeds.prompts);
    lengths.insert(world.played[i].seeds.lengths);
  }
  EXPECT_EQ(seeds.size(), 8u) << "no run has the prompts of another";
  EXPECT_EQ(lengths.size(), 2u) << "a repeat has lengths of its own";
  EXPECT_EQ(world.rests, std::vector<Nanos>(7, 5 * kSecond));
  EXPECT_EQ(group->spent, 115 * kSecond);
  EXPECT_EQ(record::find_group(results, group->id).value(), *group);
  std::filesystem::remove_all(results);
}

TEST(Sweep, GoesOnAfterAPointThatFails) {
  FakeWorld world;
  world.fails = {3};
  GroupAudience audience;
  const std::string results = folder();
  const auto group = conduct_sweep({.plan = plan(kSweep), .results_dir = results}, audience,
                                   world.stop, world.stage());
  ASSERT_TRUE(group) << group.error().text();
  EXPECT_EQ(world.played.size(), 8u);
  EXPECT_EQ(group->steps[3].status, StepStatus::kFailed);
  EXPECT_EQ(group->steps[3].problem, "nobody there");
  EXPECT_EQ(group->steps[4].status, StepStatus::kDone);
  EXPECT_EQ(group->status, GroupStatus::kCompleted);
  std::filesystem::remove_all(results);
}

TEST(Sweep, APointWhereOnlyOneTargetWasGivenUpIsOne) {
  FakeWorld world;
  world.ends = record::RunStatus::kPartial;
  GroupAudience audience;
  const std::string results = folder();
  const auto group = conduct_sweep({.plan = plan(kSweep), .results_dir = results}, audience,
                                   world.stop, world.stage());
  ASSERT_TRUE(group) << group.error().text();
  EXPECT_EQ(group->steps[0].status, StepStatus::kDone);
  EXPECT_EQ(group->steps[0].problem, "a target was given up");
  std::filesystem::remove_all(results);
}

TEST(Sweep, WhoseFirstRunCannotBeginIsAnError) {
  FakeWorld world;
  world.fails = {0};
  GroupAudience audience;
  const std::string results = folder();
  const auto group = conduct_sweep({.plan = plan(kSweep), .results_dir = results}, audience,
                                   world.stop, world.stage());
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().message, "nobody there");
  EXPECT_TRUE(record::list_groups(results).empty()) << "a group without a run is none";
  std::filesystem::remove_all(results);
}

TEST(Sweep, ThatWasStoppedIsGoneOnWithWhereItWas) {
  FakeWorld world;
  world.stop_at = 2;
  GroupAudience audience;
  const std::string results = folder();
  const GroupRequest request{.plan = plan(kSweep), .results_dir = results};
  const auto first = conduct_sweep(request, audience, world.stop, world.stage());
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->status, GroupStatus::kStopped);
  EXPECT_EQ(first->steps[1].status, StepStatus::kDone);
  EXPECT_EQ(first->steps[2].status, StepStatus::kPlanned) << "it is played anew";

  FakeWorld later;
  const auto resumed = plan_of_group(*first);
  ASSERT_TRUE(resumed) << resumed.error().text();
  EXPECT_EQ(*resumed, request.plan);
  const auto second = conduct_sweep({.plan = *resumed, .results_dir = results, .resume = *first},
                                    audience, later.stop, later.stage());
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->status, GroupStatus::kCompleted);
  EXPECT_EQ(later.played.size(), 6u) << "two of the eight were done";
  EXPECT_EQ(loads_of(*second), loads_of(*first));
  EXPECT_GT(second->spent, first->spent);
  std::filesystem::remove_all(results);
}

// Killed or stopped, what the group's file says in the meantime is that it goes on.
TEST(Sweep, ThatIsGoneOnWithSaysSoAndIsHeld) {
  FakeWorld world;
  world.stop_at = 1;
  const std::string results = folder();
  GroupAudience audience;
  const GroupRequest request{.plan = plan(kSweep), .results_dir = results};
  const auto first = conduct_sweep(request, audience, world.stop, world.stage());
  ASSERT_TRUE(first) << first.error().text();

  FakeWorld later;
  struct Watch final : GroupAudience {
    void on_step(const record::Group& group, std::size_t, std::size_t) override {
      stored = record::find_group(results, group.id).value().status;
      const GroupRequest other{.plan = plan(kSweep), .results_dir = results, .resume = group};
      FakeWorld another;
      GroupAudience deaf;
      const auto second = conduct_sweep(other, deaf, another.stop, another.stage());
      ASSERT_FALSE(second);
      EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
      EXPECT_EQ(second.error().source, group.id);
      EXPECT_TRUE(another.played.empty());
      ++steps;
    }
    std::string results;
    GroupStatus stored = GroupStatus::kStopped;
    int steps = 0;
  } watch;
  watch.results = results;
  const auto second =
      conduct_sweep({.plan = request.plan, .results_dir = results, .resume = *first}, watch,
                    later.stop, later.stage());
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(watch.stored, GroupStatus::kRunning);
  EXPECT_EQ(watch.steps, 7);
  EXPECT_FALSE(record::group_is_live(results, second->id)) << "the lock goes with its holder";
  std::filesystem::remove_all(results);
}

TEST(Sweep, ThatCannotGoOnKeepsItsStepsForLater) {
  FakeWorld world;
  world.stop_at = 2;
  const std::string results = folder();
  GroupAudience audience;
  const GroupRequest request{.plan = plan(kSweep), .results_dir = results};
  const auto first = conduct_sweep(request, audience, world.stop, world.stage());
  ASSERT_TRUE(first) << first.error().text();
  FakeWorld down;
  down.fails = {0};
  const auto second =
      conduct_sweep({.plan = request.plan, .results_dir = results, .resume = *first}, audience,
                    down.stop, down.stage());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            "nobody there; once that is mended, go on with: tokentrial "
            "sweep --resume " +
                first->id);
  EXPECT_EQ(down.played.size(), 1u) << "the others would fail alike";
  const auto stored = record::find_group(results, first->id);
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_EQ(stored->status, GroupStatus::kStopped);
  EXPECT_EQ(stored->steps, first->steps);
  std::filesystem::remove_all(results);
}

// The highest load asks for more requests than there may be: that shows before the first run.
TEST(Sweep, ALoadThatCannotBePlayedIsFoundBeforeTheFirstIs) {
  FakeWorld world;
  GroupAudience audience;
  const std::string results = folder();
  auto greedy = plan(kSweep);
  greedy.sweep->over = plan::LoadAxis::kRate;
  greedy.sweep->loads = {1, 1e6};
  greedy.stop.duration = 24 * 3600 * kSecond;
  const auto group =
      conduct_sweep({.plan = greedy, .results_dir = results}, audience, world.stop, world.stage());
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().code, ErrorCode::kInvalidInput);
  EXPECT_TRUE(group.error().message.starts_with("at rate 1e+06: ")) << group.error().message;
  EXPECT_TRUE(world.played.empty());
  EXPECT_TRUE(record::list_groups(results).empty());
  std::filesystem::remove_all(results);
}

TEST(Sweep, HeaderValuesAreNotStored) {
  FakeWorld world;
  GroupAudience audience;
  const std::string results = folder();
  auto with_header = plan(kSweep);
  with_header.targets[0].headers["X-Team"] = "hush";
  const auto group = conduct_sweep({.plan = with_header, .results_dir = results}, audience,
                                   world.stop, world.stage());
  ASSERT_TRUE(group);
  EXPECT_EQ(record::format_group(*group).find("hush"), std::string::npos);
  EXPECT_EQ(world.played[0].targets[0].headers.at("X-Team"), "hush") << "but they are sent";
  std::filesystem::remove_all(results);
}

TEST(Capacity, IsSearchedForEachTargetInTurns) {
  FakeWorld world;
  GroupAudience audience;
  const std::string results = folder();
  const auto group = conduct_capacity({.plan = plan(kCapacity), .results_dir = results}, audience,
                                      world.stop, world.stage());
  ASSERT_TRUE(group) << group.error().text();
  ASSERT_EQ(group->capacities.size(), 2u);
  EXPECT_EQ(group->capacities[0].end, "tight");
  EXPECT_NEAR(*group->capacities[0].load, 20, 0.6);
  EXPECT_NEAR(*group->capacities[1].load, 10, 0.3);
  EXPECT_EQ(world.played[0].targets[0].name, "vllm");
  EXPECT_EQ(world.played[1].targets[0].name, "tgi");
  for (std::size_t i = 0; i < world.played.size(); ++i) {
    const auto& one = world.played[i];
    ASSERT_EQ(one.targets.size(), 1u);
    EXPECT_EQ(one.blocks, 1u);
    EXPECT_EQ(one.stop.duration, 10 * kSecond * group->steps[i].probe->effort);
  }
  std::filesystem::remove_all(results);
}

TEST(Capacity, EndsWithItsTimeAndIsGoneOnWith) {
  FakeWorld world;
  GroupAudience audience;
  const std::string results = folder();
  GroupRequest request{.plan = plan(kCapacity), .results_dir = results};
  request.plan.capacity->within = 60 * kSecond;
  const auto first = conduct_capacity(request, audience, world.stop, world.stage());
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->status, GroupStatus::kStopped);
  EXPECT_LE(world.played.size(), 6u);

  // The same time once more, and then without a limit.
  FakeWorld again;
  const auto more =
      conduct_capacity({.plan = request.plan, .results_dir = results, .resume = *first}, audience,
                       again.stop, again.stage());
  ASSERT_TRUE(more) << more.error().text();
  EXPECT_GT(more->steps.size(), first->steps.size());
  EXPECT_EQ(more->spent, first->spent + again.now);

  FakeWorld later;
  request.plan.capacity->within = 0;
  const auto second =
      conduct_capacity({.plan = request.plan, .results_dir = results, .resume = *first}, audience,
                       later.stop, later.stage());
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->capacities[0].end, "tight");
  EXPECT_EQ(second->steps[0], first->steps[0]) << "what was probed stays";
  EXPECT_NEAR(*second->capacities[0].load, 20, 0.6);
  std::filesystem::remove_all(results);
}

TEST(Capacity, ThatIsFoundInItsLastMinuteIsComplete) {
  FakeWorld world;
  GroupAudience audience;
  const std::string results = folder();
  GroupRequest request{.plan = plan(kCapacity), .results_dir = results};
  const auto whole = conduct_capacity(request, audience, world.stop, world.stage());
  ASSERT_TRUE(whole) << whole.error().text();
  FakeWorld again;
  request.plan.capacity->within = whole->spent;  // no probe may begin after the last one ended
  const auto group = conduct_capacity(request, audience, again.stop, again.stage());
  ASSERT_TRUE(group) << group.error().text();
  EXPECT_EQ(group->status, GroupStatus::kCompleted);
  std::filesystem::remove_all(results);
}

TEST(Capacity, ThreeProbesInARowThatFailEndIt) {
  FakeWorld world;
  world.fails = {2, 3, 4};
  GroupAudience audience;
  const std::string results = folder();
  const auto group = conduct_capacity({.plan = plan(kCapacity), .results_dir = results}, audience,
                                      world.stop, world.stage());
  ASSERT_FALSE(group);
  EXPECT_TRUE(group.error().message.starts_with("nobody there; once that is mended"));
  EXPECT_EQ(world.played.size(), 5u);
  const auto stored = record::list_groups(results);
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].status, GroupStatus::kStopped) << "what was found stays, to be gone on with";
  std::filesystem::remove_all(results);
}

TEST(Capacity, NeedsObjectives) {
  FakeWorld world;
  GroupAudience audience;
  auto without = plan(kCapacity);
  without.slos.clear();
  const auto group = conduct_capacity({.plan = without}, audience, world.stop, world.stage());
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(group.error().message.find("--slo ttft_p99=500ms"), std::string::npos);
}

}  // namespace
}  // namespace tt::trial
