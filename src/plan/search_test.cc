#include "plan/search.h"

#include <gtest/gtest.h>

#include "plan/plan.h"
#include "plan/search_section.h"

namespace tt::plan {
namespace {

using Loads = std::vector<double>;

Loads users(std::string_view text) {
  auto loads = parse_loads(text, LoadAxis::kConcurrency);
  EXPECT_TRUE(loads) << (loads ? "" : loads.error().text());
  return loads.value_or(Loads{});
}

std::string loads_error(std::string_view text, LoadAxis axis) {
  const auto loads = parse_loads(text, axis);
  EXPECT_FALSE(loads) << "accepted: " << text;
  return loads ? "" : loads.error().message;
}

void expect_has(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in:\n" << text;
}

TEST(Loads, ListsAndRangesBecomeOneRisingList) {
  EXPECT_EQ(users("8, 1,2,2"), (Loads{1, 2, 8}));
  EXPECT_EQ(users("1..64x2"), (Loads{1, 2, 4, 8, 16, 32, 64}));
  EXPECT_EQ(users("1..64*2, 96"), (Loads{1, 2, 4, 8, 16, 32, 64, 96}));
  EXPECT_EQ(users("10..50+20"), (Loads{10, 30, 50}));
  EXPECT_EQ(users("10..55+20"), (Loads{10, 30, 50}));
  EXPECT_EQ(users("1..100/5"), (Loads{1, 3, 10, 32, 100}));
  EXPECT_EQ(parse_loads("0.5..2/3", LoadAxis::kRate).value(), (Loads{0.5, 1, 2}));
  EXPECT_EQ(parse_loads("1..100/7", LoadAxis::kRate).value()[1], 2.15443);
}

TEST(Loads, WhatIsNoneSaysHowToWriteOne) {
  expect_has(loads_error("", LoadAxis::kRate), "'' is no load; write for example 1,2,4,8");
  expect_has(loads_error("1,x", LoadAxis::kRate), "'x' is no load");
  expect_has(loads_error("1..64", LoadAxis::kRate), "'1..64' is no load");
  expect_has(loads_error("64..1x2", LoadAxis::kRate), "to a higher one");
  expect_has(loads_error("1..64x1", LoadAxis::kRate), "a factor above 1");
  expect_has(loads_error("1..64+0", LoadAxis::kRate), "a step is above 0");
  expect_has(loads_error("1..64/1", LoadAxis::kRate), "at least 2");
  expect_has(loads_error("1..1000000+1", LoadAxis::kRate), "more than 1000 loads");
  expect_has(loads_error("0", LoadAxis::kRate), "above 0");
  expect_has(loads_error("nan", LoadAxis::kRate), "no load");
  expect_has(loads_error("1.5", LoadAxis::kConcurrency), "whole number");
}

TEST(Precision, IsWrittenEitherWayRound) {
  for (const auto* text : {"p99.9_ttft:5%", "ttft_p99.9:5%", " ttft_p99.9 : 0.05 "}) {
    const auto precision = parse_precision(text);
    ASSERT_TRUE(precision) << precision.error().text();
    EXPECT_EQ(precision->metric, "ttft");
    EXPECT_EQ(precision->quantile, 0.999);
    EXPECT_EQ(precision->half_width, 0.05);
  }
  EXPECT_EQ(parse_precision("output_tokens_per_s:2%")->half_width, 0.02);
}

TEST(Precision, WhatIsNoneSaysWhy) {
  const auto error = [](std::string_view text) {
    const auto precision = parse_precision(text);
    EXPECT_FALSE(precision) << text;
    return precision ? "" : precision.error().message;
  };
  expect_has(error("ttft_p99"), "write for example ttft_p99:5%");
  expect_has(error("ttft:5%"), "say which quantile of ttft");
  expect_has(error("p50_requests_per_s:5%"), "has no quantiles");
  expect_has(error("tftt_p99:5%"), "did you mean ttft?");
  expect_has(error("ttft_p100:5%"), "between p0 and p100");
  expect_has(error("ttft_p99:0%"), "from 0.1% to 100%");
  expect_has(error("ttft_p99:x"), "'x' is no share");
}

TEST(SearchPlan, FaultsHaveTheirPlaces) {
  const auto faults = [](std::string_view yaml) {
    const auto plan = parse_plan(yaml, "p.yaml");
    EXPECT_FALSE(plan) << yaml;
    return plan ? "" : plan.error().text();
  };
  expect_has(faults("sweep: {}"), "p.yaml:1:8: sweep: needs concurrency: or rate:");
  expect_has(faults("sweep: {rate: 1, concurrency: 2}"), "has both");
  expect_has(faults("sweep:\n  concurrency: [1, x]"), "p.yaml:2:20: sweep.concurrency[1]");
  expect_has(faults("sweep: {rate: 1..9+1, repeats: 0}"), "sweep.repeats: must lie from 1");
  expect_has(faults("sweep: {rate: 1..900+1, repeats: 2}"), "asks for 1800 runs");
  expect_has(faults("capacity: {over: users}"), "'users' is not known");
  expect_has(faults("capacity: {tolerance: 90%}"), "from 0.5% to 50%");
  expect_has(faults("capacity: {from: 10, at_most: 5}"), "capacity.at_most: must lie");
  expect_has(faults("capacity: {}\nsweep: {rate: 1}"), "cannot stand beside sweep");
  expect_has(faults("stop: {until: ttft:5%}"), "stop.until: say which quantile");
  expect_has(faults("stop: {at_least: 5s}"), "belongs to until");
}

TEST(SearchPlan, ARunWithAnEarlyEndLastsTenMinutesAtMost) {
  const auto plan = parse_plan("stop: {until: [ttft_p99:5%, e2e_p50:2%], at_least: 20s}", "p");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->stop.duration, 600 * kSecond);
  EXPECT_EQ(plan->stop.until.size(), 2u);
  EXPECT_EQ(plan->stop.at_least, 20 * kSecond);
}

TEST(SearchPlan, OneLoadOfASweepKeepsTheArrivals) {
  const auto plan = parse_plan(
      "load: {rate: 4, arrivals: constant, max_in_flight: 7}\nsweep: {rate: 1..4x2}", "p");
  ASSERT_TRUE(plan) << plan.error().text();
  const Plan one = at_load(*plan, LoadAxis::kRate, 2.5);
  const auto& rate = std::get<Rate>(one.load);
  EXPECT_EQ(rate.per_second, 2.5);
  EXPECT_EQ(rate.arrivals, Rate::Arrivals::kConstant);
  EXPECT_EQ(rate.max_in_flight, 7u);
  EXPECT_FALSE(one.sweep);
  Plan staged = *plan;
  std::get<Rate>(staged.load).stages.emplace_back();
  EXPECT_TRUE(std::get<Rate>(at_load(staged, LoadAxis::kRate, 2).load).stages.empty());
  EXPECT_EQ(at_load(*plan, LoadAxis::kConcurrency, 8).load, LoadShape(Concurrency{8}));
}

TEST(SearchPlan, ALoadThatReplacesAShapeEndsWhenTheShapeWould) {
  const auto staged = parse_plan(
      "load: {stages: [{rate: 2, duration: 40s}, {to: 5, duration: 10s}]}\n"
      "sweep: {concurrency: 1..4x2}",
      "p");
  ASSERT_TRUE(staged) << staged.error().text();
  const Plan one = at_load(*staged, LoadAxis::kConcurrency, 2);
  EXPECT_EQ(one.stop.duration, 50 * kSecond);
  EXPECT_TRUE(check_plan(one).empty()) << check_plan(one).front().text();
  const auto trace = parse_plan("load: {trace: t.csv}\nsweep: {rate: 1..4x2}", "p");
  ASSERT_TRUE(trace) << trace.error().text();
  EXPECT_EQ(at_load(*trace, LoadAxis::kRate, 2).stop.duration, kDefaultDuration);
}

}  // namespace
}  // namespace tt::plan
