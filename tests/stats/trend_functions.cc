#include "driver.h"

#include "stats/change_point.h"
#include "stats/loess.h"
#include "stats/trend.h"

namespace tt::stats {
namespace {

// x; y; confidence. Slope and intercept, then the interval where there is one.
Answer line(const Arguments& a) {
  const auto result = theil_sen(a[0], a[1], {.confidence = a[2][0]});
  if (!result) return std::nullopt;
  std::vector<double> numbers = {result->slope, result->intercept};
  if (result->interval) {
    numbers.push_back(result->interval->low);
    numbers.push_back(result->interval->high);
  }
  return numbers;
}

// Series; penalty and shortest segment. The beginning of each segment.
Answer segments(const Arguments& a, ChangeIn change) {
  const auto found = find_segments(
      a[0],
      {.change = change, .penalty = a[1][0], .min_segment = static_cast<std::size_t>(a[1][1])});
  if (!found) return std::nullopt;
  std::vector<double> begins;
  for (const Segment& s : *found) begins.push_back(static_cast<double>(s.begin));
  return begins;
}

}  // namespace

Table trend_functions() {
  return {
      {"theil_sen", line},
      {"mann_kendall",
       [](const Arguments& a) -> Answer {
         const auto test = mann_kendall(a[0]);
         if (!test) return std::nullopt;
         return std::vector{test->s, test->tau, test->p_value};
       }},
      {"loess",  // x; y; places; span and robust iterations
       [](const Arguments& a) -> Answer {
         return loess(a[0], a[1], a[2],
                      {.span = a[3][0], .robust_iterations = static_cast<unsigned>(a[3][1])});
       }},
      {"segments_mean", [](const Arguments& a) { return segments(a, ChangeIn::kMean); }},
      {"segments_mean_and_variance",
       [](const Arguments& a) { return segments(a, ChangeIn::kMeanAndVariance); }},
  };
}

}  // namespace tt::stats
