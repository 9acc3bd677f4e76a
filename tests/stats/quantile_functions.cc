#include "driver.h"

#include "stats/log_histogram.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

Answer by(QuantileRule rule, const Arguments& a) {
  const auto sorted = Sorted::of(a[1]);
  if (!sorted) return std::nullopt;
  return answer(quantile(*sorted, a[0][0], rule));
}

}  // namespace

Table quantile_functions() {
  return {
      {"quantile_linear", [](const Arguments& a) { return by(QuantileRule::kLinear, a); }},
      {"quantile_exclusive", [](const Arguments& a) { return by(QuantileRule::kExclusive, a); }},
      {"quantile_inverse_cdf", [](const Arguments& a) { return by(QuantileRule::kInverseCdf, a); }},
      {"quantile_lower", [](const Arguments& a) { return by(QuantileRule::kLower, a); }},
      {"quantile_weighted",
       [](const Arguments& a) -> Answer {
         const auto sample = WeightedSample::of(a[1], a[2]);
         if (!sample) return std::nullopt;
         return answer(sample->quantile(a[0][0]));
       }},
      {"quantile_histogram",
       [](const Arguments& a) -> Answer {
         LogHistogram even;
         LogHistogram odd;
         for (std::size_t i = 0; i < a[1].size(); ++i) {
           if (!(i % 2 == 0 ? even : odd).add(a[1][i])) return std::nullopt;
         }
         even.merge(odd);
         return answer(even.quantile(a[0][0]));
       }},
      {"quantile_interval",
       [](const Arguments& a) -> Answer {
         const auto sorted = Sorted::of(a[1]);
         const auto interval = sorted ? quantile_interval(*sorted, a[0][0], a[0][1]) : std::nullopt;
         if (!interval) return std::nullopt;
         return std::vector{interval->low, interval->high, interval->confidence};
       }},
  };
}

}  // namespace tt::stats
