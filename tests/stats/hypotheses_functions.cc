#include "driver.h"

#include "stats/adjust.h"
#include "stats/distributions.h"
#include "stats/means.h"
#include "stats/normality.h"
#include "stats/proportion.h"
#include "stats/rank.h"
#include "stats/variances.h"

namespace tt::stats {
namespace {

using stats::answer;

Answer answer(const std::optional<TestResult>& test) {
  if (!test) return std::nullopt;
  return std::vector{test->statistic, test->p_value};
}

Answer answer(const std::optional<MeanDifference>& test) {
  if (!test) return std::nullopt;
  return std::vector{test->t, test->p_value, test->freedom, test->interval.low,
                     test->interval.high};
}

Answer answer(const std::optional<SignedRankTest>& test) {
  if (!test) return std::nullopt;
  return std::vector{test->w_plus, test->p_value, test->exact ? 1.0 : 0.0};
}

// Of two samples in order of size.
template <class Test>
Answer of_sorted(const Arguments& a, Test test) {
  const auto first = Sorted::of(a[0]);
  const auto second = Sorted::of(a[1]);
  if (!first || !second) return std::nullopt;
  return test(*first, *second);
}

template <PValue kHow>
Answer mann_whitney_by(const Arguments& a) {
  return of_sorted(a, [](const Sorted& x, const Sorted& y) -> Answer {
    const auto test = mann_whitney(x, y, kHow);
    if (!test) return std::nullopt;
    return std::vector{test->u, test->p_value, test->cliffs_delta};
  });
}

template <PValue kHow>
Answer kolmogorov_smirnov_by(const Arguments& a) {
  return of_sorted(
      a, [](const Sorted& x, const Sorted& y) { return answer(kolmogorov_smirnov(x, y, kHow)); });
}

std::uint64_t whole(double x) { return static_cast<std::uint64_t>(x); }

template <Continuity kContinuity>
Answer chi_square_by(const Arguments& a) {
  const auto& t = a[0];
  return answer(chi_square_test(whole(t[0]), whole(t[1]), whole(t[2]), whole(t[3]), kContinuity));
}

Answer effects(const Arguments& a) {
  const auto effect = effect_size(a[0], a[1]);
  if (!effect) return std::nullopt;
  return std::vector{effect->cohens_d, effect->hedges_g};
}

Answer interval_of_mean(const Arguments& a) {
  const auto interval = mean_interval(a[1], a[0][0]);
  if (!interval) return std::nullopt;
  return std::vector{interval->low, interval->high};
}

Answer normal(const Arguments& a) {
  const auto sorted = Sorted::of(a[0]);
  return sorted ? answer(shapiro_wilk(*sorted)) : std::nullopt;
}

Answer fisher(const Arguments& a) {
  const auto& t = a[0];
  return answer(fisher_exact_p(whole(t[0]), whole(t[1]), whole(t[2]), whole(t[3])));
}

}  // namespace

Table hypotheses_functions() {
  return {
      {"t_student",
       [](const Arguments& a) { return answer(t_test(a[0], a[1], Variances::kEqual)); }},
      {"t_welch",
       [](const Arguments& a) { return answer(t_test(a[0], a[1], Variances::kUnequal)); }},
      {"mean_interval", interval_of_mean},
      {"effect_size", effects},
      {"f_test", [](const Arguments& a) { return answer(f_test(a[0], a[1])); }},
      {"levene", [](const Arguments& a) { return answer(levene_test(a[0], a[1], Centre::kMean)); }},
      {"brown_forsythe",
       [](const Arguments& a) { return answer(levene_test(a[0], a[1], Centre::kMedian)); }},
      {"shapiro", normal},
      {"mann_whitney_exact", mann_whitney_by<PValue::kExact>},
      {"mann_whitney_approximate", mann_whitney_by<PValue::kApproximate>},
      {"signed_rank_drop",
       [](const Arguments& a) { return answer(signed_rank_test(a[0], ZeroDifferences::kDrop)); }},
      {"signed_rank_pratt",
       [](const Arguments& a) { return answer(signed_rank_test(a[0], ZeroDifferences::kPratt)); }},
      {"ks_exact", kolmogorov_smirnov_by<PValue::kExact>},
      {"ks_approximate", kolmogorov_smirnov_by<PValue::kApproximate>},
      {"anderson_darling",
       [](const Arguments& a) {
         return of_sorted(
             a, [](const Sorted& x, const Sorted& y) { return answer(anderson_darling(x, y)); });
       }},
      {"anderson_darling_tail",
       [](const Arguments& a) -> Answer { return std::vector{anderson_darling_tail(a[0][0])}; }},
      {"kolmogorov_tail",
       [](const Arguments& a) -> Answer { return std::vector{kolmogorov_tail(a[0][0])}; }},
      {"chi_square", chi_square_by<Continuity::kAsIs>},
      {"chi_square_yates", chi_square_by<Continuity::kYates>},
      {"fisher_exact", fisher},
      {"holm", [](const Arguments& a) -> Answer { return holm_adjust(a[0]); }},
      {"benjamini_hochberg",
       [](const Arguments& a) -> Answer { return benjamini_hochberg_adjust(a[0]); }},
  };
}

}  // namespace tt::stats
