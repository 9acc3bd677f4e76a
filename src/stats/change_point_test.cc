#include "stats/change_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/test_samples.h"

namespace tt::stats {
namespace {

using Values = std::vector<double>;
using Begins = std::vector<std::size_t>;

Begins begins(const std::optional<std::vector<Segment>>& segments) {
  Begins result;
  for (const Segment& s : segments.value()) result.push_back(s.begin);
  return result;
}

// Levels, each for 60 values, with noise.
Values steps(const Values& levels, std::uint64_t seed, double deviation = 1) {
  Rng rng(seed);
  Values series;
  for (const double level : levels) {
    for (int i = 0; i < 60; ++i) series.push_back(level + deviation * rng.normal());
  }
  return series;
}

// Since the dam at Aswan, 1898 (Cobb 1978): the 28th of the values is the last before it.
TEST(FindSegments, OfTheNileIsThePublishedOne) {
  const auto segments = find_segments(kNile);
  EXPECT_EQ(begins(segments), (Begins{0, 28}));
  EXPECT_NEAR((*segments)[0].mean, 1097.75, 1e-9);
  EXPECT_NEAR((*segments)[1].mean, 849.9722222222222, 1e-9);
  EXPECT_EQ((*segments)[1].end, 100u);
  EXPECT_EQ(begins(find_segments(kNile, {.change = ChangeIn::kMeanAndVariance})), (Begins{0, 28}));
}

TEST(FindSegments, FindsStepsWhereTheyAre) {
  EXPECT_EQ(begins(find_segments(steps({0, 10, 3, 15}, 1))), (Begins{0, 60, 120, 180}));
}

TEST(FindSegments, FindsAChangeOfSpreadWhereAskedFor) {
  Values series = steps({5}, 2);
  const Values wild = steps({5}, 3, 10);
  series.insert(series.end(), wild.begin(), wild.end());
  const auto segments = find_segments(series, {.change = ChangeIn::kMeanAndVariance});
  ASSERT_EQ(segments->size(), 2u);
  EXPECT_NEAR(static_cast<double>((*segments)[1].begin), 60, 3);
  EXPECT_NEAR((*segments)[0].deviation, 1, 0.3);
  EXPECT_NEAR((*segments)[1].deviation, 10, 3);
}

TEST(FindSegments, FindsSeldomWhatIsNotThere) {
  for (const auto change : {ChangeIn::kMean, ChangeIn::kMeanAndVariance}) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      found += find_segments(steps({0, 0, 0, 0}, seed), {.change = change})->size() > 1 ? 1 : 0;
    }
    EXPECT_LE(found, 20) << static_cast<int>(change);
  }
}

TEST(FindSegments, OfTheMeanBearsNeighboursThatDependOnEachOther) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Rng rng(seed);
    Values series = {rng.normal()};
    while (series.size() < 500) series.push_back(0.5 * series.back() + rng.normal());
    found += find_segments(series)->size() > 1 ? 1 : 0;
    for (std::size_t i = 250; i < 500; ++i) series[i] += 4;
    EXPECT_GE(find_segments(series)->size(), 2u) << seed;
  }
  EXPECT_LE(found, 25);
}

// Every segmentation by dynamic programming without pruning, of a series around 0.
class BruteForce {
 public:
  BruteForce(const Values& series, double variance) : variance_(variance) {
    for (const double y : series) {
      sums_.push_back(sums_.back() + y);
      squares_.push_back(squares_.back() + y * y);
    }
  }

  double best(double penalty, std::size_t min_segment) const {
    std::vector<double> best(size() + 1, std::numeric_limits<double>::infinity());
    best[0] = -penalty;
    for (std::size_t end = min_segment; end <= size(); ++end) {
      for (std::size_t begin = 0; begin + min_segment <= end; ++begin) {
        best[end] = std::min(best[end], best[begin] + cost(begin, end) + penalty);
      }
    }
    return best.back();
  }

  double of(const std::vector<Segment>& segments, double penalty) const {
    double sum = -penalty;
    for (const Segment& s : segments) sum += cost(s.begin, s.end) + penalty;
    return sum;
  }

 private:
  std::size_t size() const { return sums_.size() - 1; }

  double cost(std::size_t begin, std::size_t end) const {
    const auto n = static_cast<double>(end - begin);
    const double sum = sums_[end] - sums_[begin];
    const double squares = squares_[end] - squares_[begin] - sum * sum / n;
    return variance_ > 0 ? squares / variance_ : n * std::log(squares / n) + n;
  }

  Values sums_ = {0};
  Values squares_ = {0};
  double variance_;  // known, or 0: each segment's own
};

TEST(FindSegments, HasTheLeastCostThereIs) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Rng rng(seed);
    Values levels;
    for (int i = 0; i < 4; ++i) levels.push_back(2 * rng.normal());
    const Values series = steps(levels, seed);
    for (const std::size_t min_segment : {2, 3, 10}) {
      for (const double penalty : {1.0, 5.0, 30.0}) {
        const auto segments =
            find_segments(series, {ChangeIn::kMeanAndVariance, penalty, min_segment});
        ASSERT_TRUE(segments);
        EXPECT_EQ(segments->front().begin, 0u);
        EXPECT_EQ(segments->back().end, series.size());
        for (std::size_t i = 0; i < segments->size(); ++i) {
          EXPECT_GE((*segments)[i].end - (*segments)[i].begin, min_segment);
          if (i > 0) {
            EXPECT_EQ((*segments)[i].begin, (*segments)[i - 1].end);
          }
        }
        const BruteForce every(series, 0);
        EXPECT_NEAR(every.of(*segments, penalty), every.best(penalty, min_segment), 1e-6);
      }
    }
  }
}

// The noise of this series is known: all differences but those of its steps are -2 or 2.
TEST(FindSegments, OfTheMeanHasTheLeastCostThereIs) {
  Values series;
  for (int i = 0; i < 200; ++i) {
    series.push_back((i % 2 == 0 ? 1 : -1) + (i >= 61 ? 3 : 0) - (i >= 70 && i < 73 ? 5 : 0));
  }
  const double deviation = 1.482602218505602 * 2 / std::sqrt(2);
  for (const std::size_t min_segment : {1, 2, 5}) {
    const auto segments = find_segments(series, {ChangeIn::kMean, 2, min_segment});
    const BruteForce every(series, deviation * deviation);
    EXPECT_NEAR(every.of(*segments, 2), every.best(2, min_segment), 1e-6);
    EXPECT_GT(segments->size(), 1u);
  }
}

TEST(FindSegments, OfACleanStepIsThatStep) {
  Values series(20, 1);
  series.resize(40, 2);
  for (const auto change : {ChangeIn::kMean, ChangeIn::kMeanAndVariance}) {
    EXPECT_EQ(begins(find_segments(series, {.change = change})), (Begins{0, 20}));
  }
}

TEST(FindSegments, TakesAFewEqualRoundedValuesForNoChange) {
  Rng rng(8);
  Values series;
  for (int i = 0; i < 400; ++i) series.push_back(std::round(2 * rng.normal()));
  for (std::size_t i = 200; i < 206; ++i) series[i] = 0;
  EXPECT_EQ(begins(find_segments(series, {.change = ChangeIn::kMeanAndVariance})), Begins{0});
}

TEST(FindSegments, DoesNotDependOnUnitOrOffset) {
  const Values series = steps({0, 6, 3}, 4);
  const Begins expected = begins(find_segments(series));
  for (const double unit : {1e-200, 1e-3, 1e140}) {
    Values other = series;
    for (double& y : other) y *= unit;
    EXPECT_EQ(begins(find_segments(other)), expected) << unit;
  }
  Values moved = series;
  for (double& y : moved) y += 1e9;
  EXPECT_EQ(begins(find_segments(moved)), expected);
}

TEST(FindSegments, OfFewOrEqualValues) {
  EXPECT_TRUE(find_segments({})->empty());
  EXPECT_EQ(begins(find_segments(Values{4})), Begins{0});
  EXPECT_EQ(find_segments(Values{4})->front().deviation, 0);
  EXPECT_EQ(begins(find_segments(Values{4, 9})), Begins{0});
  EXPECT_EQ(begins(find_segments(Values(50, 0.1))), Begins{0});
  EXPECT_EQ(begins(find_segments(Values{0, 0, 0, 9, 9, 9, 9, 9, 9})), Begins{0});  // 2 x 5 > 9
}

TEST(FindSegments, RefusesWhatHasNoAnswer) {
  EXPECT_FALSE(find_segments(Values{1, NAN, 3}));
  EXPECT_FALSE(find_segments(Values{1, INFINITY}));
  EXPECT_FALSE(find_segments(Values{-1e200, 1e200}));
  EXPECT_FALSE(find_segments(kNile, {.penalty = -1}));
  EXPECT_FALSE(find_segments(kNile, {.penalty = NAN}));
  EXPECT_FALSE(find_segments(kNile, {.min_segment = 0}));
}

TEST(BicPenalty, CountsParameters) {
  EXPECT_DOUBLE_EQ(bic_penalty(100, ChangeIn::kMean), 2 * std::log(100));
  EXPECT_DOUBLE_EQ(bic_penalty(100, ChangeIn::kMeanAndVariance), 3 * std::log(100));
  EXPECT_EQ(bic_penalty(0, ChangeIn::kMean), 0);
}

}  // namespace
}  // namespace tt::stats
