#include "driver.h"

#include "stats/autocorrelation.h"
#include "stats/correlation.h"

namespace tt::stats {
namespace {

// x; y.
Answer correlation(const Arguments& a, CorrelationKind kind) {
  const auto c = correlate(a[0], a[1], kind);
  if (!c) return std::nullopt;
  return std::vector{c->r, c->p_value, c->interval.low, c->interval.high};
}

}  // namespace

Table dependence_functions() {
  return {
      {"pearson", [](const Arguments& a) { return correlation(a, CorrelationKind::kPearson); }},
      {"spearman", [](const Arguments& a) { return correlation(a, CorrelationKind::kSpearman); }},
      {"midranks", [](const Arguments& a) -> Answer { return midranks(a[0]); }},
      {"autocorrelation",  // series; largest lag
       [](const Arguments& a) -> Answer {
         return autocorrelation(a[0], static_cast<std::size_t>(a[1][0]));
       }},
      {"ljung_box",  // series; lags and fitted parameters
       [](const Arguments& a) -> Answer {
         const auto test =
             ljung_box(a[0], static_cast<std::size_t>(a[1][0]), static_cast<std::size_t>(a[1][1]));
         if (!test) return std::nullopt;
         return std::vector{test->q, test->p_value};
       }},
      {"effective_sample_size",
       [](const Arguments& a) { return answer(effective_sample_size(a[0])); }},
  };
}

}  // namespace tt::stats
