#include "workload/schedule.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "base/test_gold.h"
#include "plan/lengths.h"
#include "workload/schedule_summary.h"

namespace tt::workload {
namespace {

/// So many prompts of a file; 0: synthetic.
class FakePrompts final : public PromptSource {
 public:
  explicit FakePrompts(std::uint64_t size) : size_(size) {}
  std::uint64_t size() const override { return size_; }
  bool synthetic() const override { return size_ == 0; }
  engine::Prompt prompt(std::uint64_t, std::uint32_t, const WordFit&) const override { return {}; }

 private:
  std::uint64_t size_;
};

const FakePrompts kEndless(0);

plan::Plan open_plan(double rate, Nanos duration, plan::Rate::Arrivals arrivals) {
  plan::Plan plan;
  plan.load = plan::Rate{.per_second = rate, .arrivals = arrivals};
  plan.stop.duration = duration;
  return plan;
}

Schedule made(const plan::Plan& plan, const PromptSource& prompts = kEndless) {
  auto schedule = make_schedule(plan, prompts);
  EXPECT_TRUE(schedule) << schedule.error().text();
  return schedule.value_or(Schedule{});
}

std::vector<double> gaps_s(const Schedule& schedule) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < schedule.requests.size(); ++i) {
    gaps.push_back(to_seconds(schedule.requests[i].at - schedule.requests[i - 1].at));
  }
  return gaps;
}

struct Moments {
  double mean = 0;
  double stddev = 0;
};
Moments moments(const std::vector<double>& values) {
  Moments m;
  for (const double v : values) m.mean += v / static_cast<double>(values.size());
  for (const double v : values) {
    m.stddev += (v - m.mean) * (v - m.mean) / static_cast<double>(values.size() - 1);
  }
  m.stddev = std::sqrt(m.stddev);
  return m;
}

TEST(Schedule, ARequestTakesFortyBytes) { EXPECT_EQ(sizeof(PlannedRequest), 40u); }

TEST(Schedule, ConstantArrivalsStartAtZeroAndDoNotDrift) {
  const auto schedule = made(open_plan(3, 10 * kSecond, plan::Rate::Arrivals::kConstant));
  ASSERT_EQ(schedule.requests.size(), 30u);
  EXPECT_TRUE(schedule.open_loop);
  EXPECT_EQ(schedule.duration, 10 * kSecond);
  EXPECT_EQ(schedule.requests[0].at, 0);
  EXPECT_EQ(schedule.requests[1].at, 333'333'333);
  EXPECT_EQ(schedule.requests[29].at, 9'666'666'667);
}

TEST(Schedule, PoissonGapsAreExponential) {
  const auto gaps = gaps_s(made(open_plan(50, 1000 * kSecond, plan::Rate::Arrivals::kPoisson)));
  const auto m = moments(gaps);
  EXPECT_NEAR(m.mean, 0.02, 0.0003);
  EXPECT_NEAR(m.stddev / m.mean, 1.0, 0.02);
  const auto below_mean = std::ranges::count_if(gaps, [](double g) { return g < 0.02; });
  EXPECT_NEAR(static_cast<double>(below_mean) / static_cast<double>(gaps.size()),
              1 - std::exp(-1.0), 0.01);
}

TEST(Schedule, GammaGapsHaveTheCoefficientOfVariationOfTheirBurstiness) {
  for (const double burstiness : {0.25, 1.0, 4.0}) {
    auto plan = open_plan(50, 1000 * kSecond, plan::Rate::Arrivals::kGamma);
    std::get<plan::Rate>(plan.load).burstiness = burstiness;
    const auto m = moments(gaps_s(made(plan)));
    EXPECT_NEAR(m.mean, 0.02, 0.0006) << burstiness;
    EXPECT_NEAR(m.stddev / m.mean, 1 / std::sqrt(burstiness), 0.05) << burstiness;
  }
}

TEST(Schedule, RandomArrivalsStartAfterAFirstGap) {
  EXPECT_GT(made(open_plan(5, 60 * kSecond, plan::Rate::Arrivals::kPoisson)).requests[0].at, 0);
}

TEST(Schedule, ArrivalsAreSortedAndEndBeforeTheDuration) {
  const auto schedule = made(open_plan(100, 5 * kSecond, plan::Rate::Arrivals::kPoisson));
  EXPECT_TRUE(std::ranges::is_sorted(schedule.requests, {}, &PlannedRequest::at));
  EXPECT_LT(schedule.requests.back().at, 5 * kSecond);
}

TEST(Schedule, OpenLoopStopsAtWhicheverRuleComesFirst) {
  auto plan = open_plan(10, 5 * kSecond, plan::Rate::Arrivals::kConstant);
  plan.stop.requests = 20;
  EXPECT_EQ(made(plan).requests.size(), 20u);
  plan.stop.requests = 200;
  EXPECT_EQ(made(plan).requests.size(), 50u);
  plan.stop.duration.reset();
  const auto by_count = made(plan);
  EXPECT_EQ(by_count.requests.size(), 200u);
  EXPECT_EQ(by_count.duration, 0);
}

TEST(Schedule, WarmUpComesOnTopOfTheStopRules) {
  auto plan = open_plan(10, 5 * kSecond, plan::Rate::Arrivals::kConstant);
  plan.warmup.duration = 2 * kSecond;
  auto schedule = made(plan);
  EXPECT_EQ(schedule.requests.size(), 70u);
  EXPECT_EQ(schedule.duration, 7 * kSecond);
  EXPECT_EQ(summarise(plan, schedule).warmup, 20u);

  plan.warmup = {.requests = 30, .duration = 0};
  schedule = made(plan);
  EXPECT_EQ(schedule.requests.size(), 80u);
  EXPECT_EQ(schedule.duration, 8 * kSecond);  // measured from request 30, at 3 s

  plan.warmup = {.requests = 10, .duration = 2 * kSecond};  // both must be over
  schedule = made(plan);
  EXPECT_EQ(schedule.requests.size(), 70u);

  plan.stop.duration.reset();
  plan.stop.requests = 5;
  EXPECT_EQ(made(plan).requests.size(), 25u);

  plan.load = plan::Concurrency{4};
  plan.warmup = {.requests = 10, .duration = 0};
  EXPECT_EQ(made(plan).requests.size(), 15u);
}

TEST(Schedule, WarmUpLastsUntilItsCountAndItsTimeAreOver) {
  const plan::Warmup none;
  EXPECT_FALSE(in_warmup(none, 0, 0));
  const plan::Warmup both{.requests = 2, .duration = kSecond};
  EXPECT_TRUE(in_warmup(both, 1, 5 * kSecond));
  EXPECT_TRUE(in_warmup(both, 9, kSecond - 1));
  EXPECT_FALSE(in_warmup(both, 2, kSecond));
}

TEST(Schedule, TheClosedLoopEndsItsDurationAfterTheWarmUp) {
  plan::Plan plan;
  plan.load = plan::Concurrency{8};
  plan.warmup.requests = 16;
  plan.stop.duration = 30 * kSecond;
  const auto schedule = made(plan);
  EXPECT_EQ(load_end(plan, schedule, 4 * kSecond), 34 * kSecond);
  plan.stop = {.duration = {}, .requests = 5};
  EXPECT_EQ(load_end(plan, schedule, 4 * kSecond), INT64_MAX);
  const auto open = open_plan(10, 5 * kSecond, plan::Rate::Arrivals::kConstant);
  EXPECT_EQ(load_end(open, made(open), kSecond), 5 * kSecond);
}

TEST(Schedule, TheClosedLoopHasNoEnd) {
  plan::Plan plan;
  plan.load = plan::Concurrency{8};
  plan.stop.duration = 30 * kSecond;
  plan.workload.output = *plan::parse_lengths("uniform(1,100000)");
  const auto schedule = made(plan);
  EXPECT_EQ(schedule.requests.size(), 240u);
  for (std::size_t i = 0; i < schedule.requests.size(); ++i) {
    EXPECT_EQ(schedule.requests[i], request_at(plan, kEndless, i));
  }
  const auto far = request_at(plan, kEndless, 1'000'000'000'000);
  EXPECT_EQ(far.prompt, 1'000'000'000'000u);
  EXPECT_GE(far.output_tokens, 1u);
}

TEST(Schedule, SeedsActEachOnItsOwnPart) {
  auto plan = open_plan(20, 10 * kSecond, plan::Rate::Arrivals::kPoisson);
  plan.workload.prompts = plan::SyntheticPrompts{*plan::parse_lengths("uniform(1,100000)")};
  plan.workload.output = *plan::parse_lengths("uniform(1,100000)");
  const auto first = made(plan);
  EXPECT_EQ(made(plan).digest, first.digest);

  auto other = plan;
  other.seeds.arrivals = 99;
  const auto moved = made(other);
  EXPECT_NE(moved.requests[0].at, first.requests[0].at);
  EXPECT_EQ(moved.requests[0].input_tokens, first.requests[0].input_tokens);

  other = plan;
  other.seeds.lengths = 99;
  const auto resized = made(other);
  EXPECT_EQ(resized.requests[0].at, first.requests[0].at);
  EXPECT_NE(resized.requests[0].input_tokens, first.requests[0].input_tokens);

  other = plan;
  other.workload.prompts = plan::SyntheticPrompts{{.mean = 5}};
  EXPECT_EQ(made(other).requests[7].output_tokens, first.requests[7].output_tokens);
}

TEST(Schedule, NeighbouringSeedsShareNoLengths) {
  plan::Plan plan;
  plan.stop.requests = 100;
  plan.workload.output = *plan::parse_lengths("uniform(1,1000000)");
  auto next = plan;
  ++next.seeds.lengths;
  std::set<std::uint32_t> seen;
  for (const auto& r : made(plan).requests) seen.insert(r.output_tokens);
  for (const auto& r : made(next).requests) seen.insert(r.output_tokens);
  EXPECT_GE(seen.size(), 198u);
}

TEST(Schedule, FilesAreTakenInOrderOrShuffledRoundByRound) {
  const FakePrompts five(5);
  plan::Plan plan;
  plan.stop.requests = 15;
  plan.workload.prompts = plan::PromptFile{.path = "p.txt"};
  const auto in_order = made(plan, five);
  for (std::size_t i = 0; i < 15; ++i) EXPECT_EQ(in_order.requests[i].prompt, i % 5);
  EXPECT_EQ(in_order.requests[0].input_tokens, 0u);

  std::get<plan::PromptFile>(plan.workload.prompts).shuffle = true;
  const auto shuffled_requests = made(plan, five).requests;
  std::set<std::vector<std::uint64_t>> orders;
  for (std::size_t round = 0; round < 3; ++round) {
    std::vector<std::uint64_t> order;
    for (std::size_t i = 0; i < 5; ++i) order.push_back(shuffled_requests[round * 5 + i].prompt);
    orders.insert(order);
    std::ranges::sort(order);
    EXPECT_EQ(order, (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
  }
  EXPECT_GT(orders.size(), 1u);
}

TEST(Schedule, ShuffledIsAPermutationOfEverySize) {
  for (const std::uint64_t size : {1, 2, 3, 4, 5, 16, 17, 100, 1000}) {
    std::set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < size; ++i) seen.insert(shuffled(42, i, size));
    EXPECT_EQ(seen.size(), size);
    EXPECT_EQ(*seen.rbegin(), size - 1);
  }
  EXPECT_EQ(shuffled(1, 0, 0), 0u);
  int at_home = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) at_home += shuffled(7, i, 1000) == i ? 1 : 0;
  EXPECT_LT(at_home, 8);  // one is expected
}

TEST(Schedule, RefusesPlansThatCannotBePlayed) {
  auto plan = open_plan(0.01, kSecond, plan::Rate::Arrivals::kPoisson);
  const auto empty = make_schedule(plan, kEndless);
  ASSERT_FALSE(empty);
  EXPECT_NE(empty.error().message.find("raise the rate"), std::string::npos);
  plan.stop = {};
  EXPECT_FALSE(make_schedule(plan, kEndless));
  plan.stop.requests = plan::kMaxRequests + 1;
  EXPECT_FALSE(make_schedule(plan, kEndless));
  // Thirty-eight thousand years: the instants would not fit into 64 bits.
  plan = open_plan(1e-6, kSecond, plan::Rate::Arrivals::kPoisson);
  plan.stop = {.requests = 1'200'000};
  const auto slow = make_schedule(plan, kEndless);
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().text(),
            "load.rate: is so low that the requests would take 1.39e+07 days; at most 30");
  plan.stop = {.duration = kSecond};
  plan.warmup.requests = 1000;
  EXPECT_FALSE(make_schedule(plan, kEndless));
}

// --- Lengths ---------------------------------------------------------------------------------

std::vector<double> draws(const char* text) {
  const auto lengths = *plan::parse_lengths(text);
  Rng rng(11);
  std::vector<double> values;
  for (int i = 0; i < 100'000; ++i) values.push_back(plan::draw_length(lengths, rng));
  return values;
}

TEST(Lengths, DrawsHaveTheMomentsThatWereAsked) {
  auto m = moments(draws("uniform(100,300)"));
  EXPECT_NEAR(m.mean, 200, 1);
  EXPECT_NEAR(m.stddev, std::sqrt((201.0 * 201.0 - 1) / 12), 0.5);
  m = moments(draws("normal(500,50)"));
  EXPECT_NEAR(m.mean, 500, 1);
  EXPECT_NEAR(m.stddev, 50, 0.5);
  m = moments(draws("lognormal(256,128)"));
  EXPECT_NEAR(m.mean, 256, 2);
  EXPECT_NEAR(m.stddev, 128, 3);
  for (const double value : draws("77")) ASSERT_EQ(value, 77);
}

TEST(Lengths, DrawsStayWithinTheirBounds) {
  const auto values = draws("normal(256,200,100,300)");
  const auto [low, high] = std::ranges::minmax(values);
  EXPECT_EQ(low, 100);
  EXPECT_EQ(high, 300);
  const auto whole = draws("uniform(1,3)");
  EXPECT_EQ(std::set<double>(whole.begin(), whole.end()), (std::set<double>{1, 2, 3}));
}

// --- Gold ------------------------------------------------------------------------------------

/// Plans whose schedules must never change: old runs are reproduced by them.
std::string gold_schedules() {
  std::string out;
  const std::pair<const char*, const char*> plans[] = {
      {"closed", "{load: {concurrency: 4}, stop: {requests: 100}}"},
      {"constant", "{load: {rate: 7, arrivals: constant}, stop: {duration: 10s}}"},
      {"poisson",
       "{load: {rate: 7}, stop: {duration: 10s}, workload: {input: 'lognormal(256,128)', "
       "output: 'normal(128,32)'}}"},
      {"gamma",
       "{load: {rate: 7, burstiness: 0.3}, stop: {requests: 50}, warmup: {duration: 3s}, workload: "
       "{input: 'uniform(10,500)'}}"},
      {"file", "{workload: {prompts: {file: p, shuffle: true}}, stop: {requests: 40}}"},
  };
  for (const auto& [name, yaml] : plans) {
    const auto plan = plan::parse_plan(yaml, name);
    EXPECT_TRUE(plan) << plan.error().text();
    const FakePrompts seventeen(17);
    const bool file = std::holds_alternative<plan::PromptFile>(plan->workload.prompts);
    const auto schedule = made(*plan, file ? seventeen : kEndless);
    out += fmt::format("{} {:016x} {}\n", name, schedule.digest, schedule.requests.size());
    for (std::size_t i = 0; i < 5; ++i) {
      const auto& r = schedule.requests[i];
      out += fmt::format("  {} {} {} {}\n", r.at, r.prompt, r.input_tokens, r.output_tokens);
    }
  }
  return out;
}

TEST(Schedule, IsTheGoldOneByteForByte) { expect_gold(gold_schedules(), "workload/schedules.txt"); }

}  // namespace
}  // namespace tt::workload
