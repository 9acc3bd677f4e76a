#include "analysis/capacity.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::analysis {
namespace {

// An engine whose figure crosses its limit at `capacity`; what a probe sees of it scatters by
// `blur` on the log scale of the load, less where it takes longer.
struct Engine {
  double capacity;
  double blur;
  double between = 0;  // what differs from probe to probe however long each is
  Rng rng;

  ProbeOutcome probe(const Ask& ask) {
    const double sigma = blur / std::sqrt(ask.effort);
    const double z = std::log(capacity / ask.load) / sigma + rng.normal();
    const double off = between > 0 ? rng.normal() * between / sigma : 0;
    return {.support = cdf(boost::math::normal(), z + off), .why = ""};
  }
  ProbeOutcome whole_probe(const Ask& ask) {
    // Meets its limit at `capacity` itself, and not at the next.
    Ask middle = ask;
    middle.load = ask.load - 0.5;
    return probe(middle);
  }
};

struct Found {
  CapacityAnswer answer;
  std::size_t probes = 0;
  double effort = 0;
};

Found search(Engine engine, const CapacityOptions& options) {
  CapacitySearch search(options);
  Found found;
  while (const auto ask = search.next()) {
    found.effort += ask->effort;
    search.tell(*ask, options.whole ? engine.whole_probe(*ask) : engine.probe(*ask));
  }
  found.probes = search.probes().size();
  found.answer = search.answer();
  return found;
}

struct Tally {
  int trials = 0;
  int within = 0;   // of 3% of the truth
  int covered = 0;  // the truth lies in the interval
  int tight = 0;
  double probes = 0;
  double effort = 0;
  double worst = 0;
};

Tally many(double blur, double between, int trials, const CapacityOptions& options = {}) {
  Tally tally;
  Rng rng(42);
  for (int i = 0; i < trials; ++i) {
    double capacity = std::exp(std::log(0.3) + rng.uniform() * std::log(3000));
    if (options.whole) capacity = std::ceil(capacity);
    const Found f =
        search({capacity, blur, between, Rng(1000 + static_cast<std::uint64_t>(i))}, options);
    ++tally.trials;
    tally.probes += static_cast<double>(f.probes) / trials;
    tally.effort += f.effort / trials;
    if (!f.answer.load) continue;
    const double off = std::fabs(*f.answer.load / capacity - 1);
    tally.within += off <= 0.03 ? 1 : 0;
    tally.covered += f.answer.interval->contains(capacity) ? 1 : 0;
    tally.tight += f.answer.end == CapacityEnd::kTight ? 1 : 0;
    tally.worst = std::max(tally.worst, off);
  }
  return tally;
}

TEST(CapacitySearch, FindsACapacityWithin3Percent) {
  const Tally t = many(0.02, 0, 20);
  EXPECT_EQ(t.within, t.trials) << "worst " << t.worst;
  EXPECT_GE(t.covered, 18) << "of 20 intervals of 95%";
  EXPECT_LT(t.probes, 25);
}

TEST(CapacitySearch, FindsAWholeCapacity) {
  const Tally t = many(0.01, 0, 10, {.whole = true});
  EXPECT_GE(t.within, 9);
  EXPECT_GE(t.covered, 9);
}

TEST(CapacitySearch, SaysWhatItDoesNotKnow) {
  const Tally t = many(0.3, 0, 6, {.probes = 12});
  EXPECT_EQ(t.tight, 0) << "twelve blurred probes cannot tell so much";
  EXPECT_GE(t.covered, 5);
}

// Loads asked until `capacity` is found by an engine without blur.
std::vector<double> asked(double capacity, const CapacityOptions& options) {
  CapacitySearch search(options);
  std::vector<double> loads;
  while (const auto ask = search.next()) {
    loads.push_back(ask->load);
    search.tell(*ask, {.support = ask->load <= capacity ? 1.0 : 0.0, .why = ""});
  }
  return loads;
}

TEST(CapacitySearch, DoublesUntilALoadIsMissedThenClosesIn) {
  const auto loads = asked(11, {.whole = true, .from = 2});
  ASSERT_GE(loads.size(), 5u);
  EXPECT_EQ(std::vector(loads.begin(), loads.begin() + 4), (std::vector<double>{2, 4, 8, 16}));
  for (std::size_t i = 4; i < loads.size(); ++i) {
    EXPECT_GE(loads[i], 8) << i;
    EXPECT_LE(loads[i], 16) << i;
  }
  EXPECT_LE(loads.size(), 12u);
}

TEST(CapacitySearch, HalvesWhereTheFirstLoadIsTooMuch) {
  const auto loads = asked(3, {.from = 20});
  EXPECT_EQ(std::vector(loads.begin(), loads.begin() + 4), (std::vector<double>{20, 10, 5, 2.5}));
}

CapacityAnswer answer_where(double capacity, const CapacityOptions& options) {
  CapacitySearch search(options);
  while (const auto ask = search.next()) {
    search.tell(*ask, {.support = ask->load <= capacity ? 1.0 : 0.0, .why = ""});
  }
  return search.answer();
}

TEST(CapacitySearch, EndsAtTheHighestLoadThatMayBeTried) {
  const auto answer = answer_where(1e9, {.from = 1, .at_most = 50});
  EXPECT_EQ(answer.end, CapacityEnd::kAllMet);
  EXPECT_FALSE(answer.load);
}

TEST(CapacitySearch, EndsWhereNotEvenTheLowestIsMet) {
  const auto answer = answer_where(0, {.whole = true, .from = 8});
  EXPECT_EQ(answer.end, CapacityEnd::kNoneMet);
  EXPECT_FALSE(answer.load);
}

TEST(CapacitySearch, OneProbeThatLiesIsOutvoted) {
  CapacitySearch search({.from = 4});
  std::size_t n = 0;
  while (const auto ask = search.next()) {
    const bool met = ask->load <= 10;
    search.tell(*ask, {.support = (n++ == 4 ? !met : met) ? 0.999 : 0.001, .why = ""});
  }
  const auto answer = search.answer();
  ASSERT_TRUE(answer.load);
  EXPECT_NEAR(*answer.load, 10, 0.35);
  EXPECT_GE(answer.violations.size(), 1u) << "and it is told";
}

TEST(CapacitySearch, IsCertainOnlyWhereTheProbesAre) {
  CapacitySearch search({});
  EXPECT_EQ(search.probability_met(5), 0.5) << "nothing is known";
  search.tell({.load = 4}, {.support = 0.99, .why = ""});
  search.tell({.load = 16}, {.support = 0.01, .why = ""});
  EXPECT_GT(search.probability_met(2), 0.9);
  EXPECT_LT(search.probability_met(31), 0.1);
  EXPECT_GT(search.probability_met(6), search.probability_met(12));
  EXPECT_EQ(search.answer().end, CapacityEnd::kSearching);
}

SloResult judged(std::string_view metric, double limit, double value, bool met, double confidence,
                 SloMethod method, double effective) {
  SloResult result;
  result.slo = *make_slo(metric, 0.99, limit, fmt::format("{} objective", metric));
  result.value = value;
  result.met = met;
  result.confidence = confidence;
  result.method = method;
  result.effective = effective;
  return result;
}

TEST(ProbeOutcome, TheObjectiveLeastSurelyMetDecides) {
  const std::vector<SloResult> slos = {
      judged("ttft", 5e8, 300, true, 0.97, SloMethod::kOrderStatistics, 2000),
      judged("tpot", 5e7, 60, false, 0.8, SloMethod::kOrderStatistics, 2000)};
  const ProbeOutcome outcome = outcome_of(slos);
  EXPECT_DOUBLE_EQ(outcome.support, 0.2);
  EXPECT_FALSE(outcome.at_least);
  EXPECT_EQ(outcome.why, "tpot objective: 60.0 ms");
}

TEST(ProbeOutcome, FewRequestsThatAllKeepTheLimitSpeakForItAsFarAsTheyCan) {
  const double most = 1 - std::pow(0.99, 50);
  const std::vector<SloResult> few = {
      judged("ttft", 5e8, 30, true, most, SloMethod::kOrderStatistics, 50)};
  const ProbeOutcome outcome = outcome_of(few);
  EXPECT_TRUE(outcome.at_least);
  EXPECT_GT(outcome.support, 0.5) << "though 39% of confidence is all that 50 can give";
}

TEST(ProbeOutcome, ASuccessRateWithoutFailureDecidesOnlyAlone) {
  const auto success = judged("success_rate", 0.999, 1, true, 0.6, SloMethod::kScore, 100);
  EXPECT_TRUE(outcome_of(std::vector<SloResult>{success}).at_least);
  const std::vector<SloResult> both = {
      success, judged("ttft", 5e8, 300, true, 0.9, SloMethod::kOrderStatistics, 2000)};
  EXPECT_DOUBLE_EQ(outcome_of(both).support, 0.9);
}

TEST(ProbeOutcome, WhereNothingSucceededTheLoadIsMissed) {
  SloResult nothing;
  nothing.slo = *make_slo("ttft", 0.99, 5e8, "ttft_p99=500ms");
  EXPECT_EQ(outcome_of(std::vector<SloResult>{nothing}).support, 0);
  EXPECT_EQ(outcome_of(std::vector<SloResult>{}).support, 0.5) << "and without objectives unknown";
}

}  // namespace
}  // namespace tt::analysis
