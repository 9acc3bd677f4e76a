#include "driver.h"

#include "stats/moments.h"

namespace tt::stats {
namespace {

// Mean, variance (ddof 0 and 1) and both kinds of skewness of a stream cut in three and merged.
Answer streamed(const Arguments& a) {
  Moments parts[3];
  for (std::size_t i = 0; i < a[0].size(); ++i) {
    if (!parts[i * 3 / a[0].size()].add(a[0][i])) return std::nullopt;
  }
  parts[0].merge(parts[1]);
  parts[0].merge(parts[2]);
  const Moments& m = parts[0];
  if (m.count() < 3 || !m.skewness(Skewness::kAdjusted)) return std::nullopt;
  return std::vector{*m.mean(), *m.variance(0), *m.variance(1), *m.skewness(Skewness::kMoment),
                     *m.skewness(Skewness::kAdjusted)};
}

}  // namespace

Table moments_functions() {
  return {
      {"mean", [](const Arguments& a) { return answer(mean(a[0])); }},
      {"variance_0", [](const Arguments& a) { return answer(variance(a[0], 0)); }},
      {"variance_1", [](const Arguments& a) { return answer(variance(a[0], 1)); }},
      {"variation", [](const Arguments& a) { return answer(coefficient_of_variation(a[0], 1)); }},
      {"mad", [](const Arguments& a) { return answer(median_absolute_deviation(a[0])); }},
      {"skewness_moment",
       [](const Arguments& a) { return answer(skewness(a[0], Skewness::kMoment)); }},
      {"skewness_adjusted",
       [](const Arguments& a) { return answer(skewness(a[0], Skewness::kAdjusted)); }},
      {"moments_streamed", streamed},
  };
}

}  // namespace tt::stats
