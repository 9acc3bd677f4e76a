#include "stats/means.h"

#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "stats/moments.h"

namespace tt::stats {
namespace {

struct Summary {
  double n = 0;
  double mean = 0;
  double variance = 0;  // ddof 1
};

std::optional<Summary> summarize(std::span<const double> sample) {
  const auto centre = mean(sample);
  const auto spread = variance(sample, 1);
  if (!centre || !spread) return std::nullopt;
  return Summary{static_cast<double>(sample.size()), *centre, *spread};
}

// Of both samples less a value of the first, so that a large offset costs the difference of the
// means no digits.
struct Summaries {
  Summary a;
  Summary b;
};

std::optional<Summaries> summarize(std::span<const double> a_sample,
                                   std::span<const double> b_sample) {
  const auto shifted = [&](std::span<const double> sample) {
    std::vector<double> values(sample.begin(), sample.end());
    for (double& x : values) x -= a_sample.front();
    return summarize(values);
  };
  if (a_sample.empty() || b_sample.empty()) return std::nullopt;
  const auto a = shifted(a_sample);
  const auto b = shifted(b_sample);
  if (!a || !b) return std::nullopt;
  return Summaries{*a, *b};
}

double pooled_variance(const Summary& a, const Summary& b) {
  return ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / (a.n + b.n - 2);
}

double half_width(double error, double freedom, double confidence) {
  return quantile(boost::math::students_t(freedom), 0.5 + confidence / 2) * error;
}

}  // namespace

std::optional<Interval> mean_interval(std::span<const double> sample, double confidence) {
  const auto s = summarize(sample);
  if (!s || !is_confidence(confidence)) return std::nullopt;
  const double half = half_width(std::sqrt(s->variance / s->n), s->n - 1, confidence);
  return Interval{s->mean - half, s->mean + half, confidence};
}

std::optional<MeanDifference> t_test(std::span<const double> a_sample,
                                     std::span<const double> b_sample, Variances variances,
                                     double confidence) {
  const auto both = summarize(a_sample, b_sample);
  if (!both || !is_confidence(confidence)) return std::nullopt;
  const auto& [a, b] = *both;
  MeanDifference result{.difference = a.mean - b.mean, .freedom = a.n + b.n - 2};
  double squared = 0;  // the standard error's square
  if (variances == Variances::kEqual) {
    squared = pooled_variance(a, b) * (1 / a.n + 1 / b.n);
  } else {
    const double of_a = a.variance / a.n;
    const double of_b = b.variance / b.n;
    squared = of_a + of_b;
    // As shares of the whole, so that small variances do not underflow when squared.
    const double share = squared > 0 ? of_a / squared : 0;
    if (squared > 0) {
      result.freedom = 1 / (share * share / (a.n - 1) + (1 - share) * (1 - share) / (b.n - 1));
    }
  }
  const double error = std::sqrt(squared);
  const double half = half_width(error, result.freedom, confidence);
  result.interval = {result.difference - half, result.difference + half, confidence};
  if (error > 0) {
    result.t = result.difference / error;
    result.p_value =
        2 * cdf(complement(boost::math::students_t(result.freedom), std::fabs(result.t)));
  } else if (result.difference != 0) {
    result.t = std::copysign(std::numeric_limits<double>::infinity(), result.difference);
    result.p_value = 0;
  }
  return result;
}

std::optional<EffectSize> effect_size(std::span<const double> a_sample,
                                      std::span<const double> b_sample) {
  const auto both = summarize(a_sample, b_sample);
  if (!both) return std::nullopt;
  const auto& [a, b] = *both;
  const double difference = a.mean - b.mean;
  const double deviation = std::sqrt(pooled_variance(a, b));
  if (difference == 0) return EffectSize{};
  if (deviation == 0) return std::nullopt;
  const double half_freedom = (a.n + b.n - 2) / 2;
  // Gamma(f / 2) / (sqrt(f / 2) Gamma((f - 1) / 2)); without an expectation at f = 1. A ratio of
  // neighbouring gammas does not overflow.
  const double factor = half_freedom > 0.5
                            ? boost::math::tgamma_delta_ratio(half_freedom - 0.5, 0.5)
                            : std::numeric_limits<double>::infinity();
  const double d = difference / deviation;
  return EffectSize{.cohens_d = d, .hedges_g = d / (factor * std::sqrt(half_freedom))};
}

}  // namespace tt::stats
