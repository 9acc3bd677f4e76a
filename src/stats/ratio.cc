#include "stats/ratio.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

bool above_zero(double x) { return x > 0 && std::isfinite(x); }

bool usable(double value, std::span<const double> sections) {
  return above_zero(value) && sections.size() >= kMinSections &&
         std::ranges::all_of(sections, above_zero);
}

// The squared standard error of a figure, and the degrees of freedom it is known with.
struct Scatter {
  double variance = 0;
  double freedom = 1;
};

// Of a figure, from how those of its sections lie around it: around it, not around their own mean,
// which is what makes sectioning cover better than batch means.
template <class Section>
Scatter scatter(std::size_t count, double centre, Section section) {
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double d = section(i) - centre;
    squares += d * d;
  }
  const auto n = static_cast<double>(count);
  return {squares / (n - 1) / n, n - 1};
}

// Of its log.
Scatter scatter(double value, std::span<const double> sections) {
  return scatter(sections.size(), std::log(value),
                 [&](std::size_t i) { return std::log(sections[i]); });
}

// The same without logs.
Scatter plain_scatter(double value, std::span<const double> sections) {
  return scatter(sections.size(), value, [&](std::size_t i) { return sections[i]; });
}

// Welch and Satterthwaite.
Scatter join(const Scatter& a, const Scatter& b) {
  const double variance = a.variance + b.variance;
  if (variance == 0) return {0, std::min(a.freedom, b.freedom)};
  return {variance,
          variance * variance /
              (a.variance * a.variance / a.freedom + b.variance * b.variance / b.freedom)};
}

double half_width(const Scatter& s, double confidence) {
  const boost::math::students_t student(s.freedom);
  return quantile(student, 0.5 + confidence / 2) * std::sqrt(s.variance);
}

double two_sided_p(double distance, const Scatter& s) {
  if (s.variance == 0) return distance == 0 ? 1 : 0;
  const boost::math::students_t student(s.freedom);
  return 2 * cdf(complement(student, std::fabs(distance) / std::sqrt(s.variance)));
}

bool usable_plain(double value, std::span<const double> sections) {
  return std::isfinite(value) && sections.size() >= kMinSections && all_finite(sections);
}

// Replicates of how the two sides differ, each made of one of either side.
template <class Apart>
Sorted joined_replicates(const BootstrapFigure& a, const BootstrapFigure& b, Apart apart) {
  std::vector<double> both(a.replicates.size());
  std::ranges::transform(a.replicates, b.replicates, both.begin(), apart);
  return Sorted(std::move(both));
}

// Two-sided, of replicates that would lie on either side of 0 alike.
double replicates_p(const Sorted& replicates) {
  const auto values = replicates.values();
  const auto not_above = std::ranges::upper_bound(values, 0.0) - values.begin();
  const auto not_below = values.end() - std::ranges::lower_bound(values, 0.0);
  const auto fewer = static_cast<double>(std::min(not_above, not_below));
  return std::min(1.0, 2 * (fewer + 1) / (static_cast<double>(values.size()) + 1));
}

}  // namespace

std::optional<Ratio> sectioned_ratio(double a, std::span<const double> a_sections, double b,
                                     std::span<const double> b_sections, Sections sections,
                                     double confidence) {
  if (!usable(a, a_sections) || !usable(b, b_sections) || !is_confidence(confidence)) {
    return std::nullopt;
  }
  const double centre = std::log(a / b);
  Scatter s;
  if (sections == Sections::kPaired) {
    if (a_sections.size() != b_sections.size()) return std::nullopt;
    s = scatter(a_sections.size(), centre,
                [&](std::size_t i) { return std::log(a_sections[i] / b_sections[i]); });
  } else {
    s = join(scatter(a, a_sections), scatter(b, b_sections));
  }
  const double half = half_width(s, confidence);
  return Ratio{.value = a / b,
               .interval = {a / b * std::exp(-half), a / b * std::exp(half), confidence},
               .p_value = two_sided_p(centre, s)};
}

std::optional<Interval> sectioned_interval(double value, std::span<const double> sections,
                                           double confidence) {
  if (!usable(value, sections) || !is_confidence(confidence)) return std::nullopt;
  const double half = half_width(scatter(value, sections), confidence);
  return Interval{value * std::exp(-half), value * std::exp(half), confidence};
}

std::optional<Ratio> bootstrap_ratio(const BootstrapFigure& a, const BootstrapFigure& b,
                                     double confidence) {
  if (a.replicates.empty() || a.replicates.size() != b.replicates.size() || a.value <= 0 ||
      b.value <= 0 || !std::ranges::all_of(a.replicates, above_zero) ||
      !std::ranges::all_of(b.replicates, above_zero)) {
    return std::nullopt;
  }
  // On the log scale, where exchanging the sides only changes the sign.
  const Sorted logs =
      joined_replicates(a, b, [](double x, double y) { return std::log(x) - std::log(y); });
  const double tail = (1 - confidence) / 2;
  return Ratio{.value = a.value / b.value,
               .interval = {std::exp(*quantile(logs, tail)), std::exp(*quantile(logs, 1 - tail)),
                            confidence},
               .p_value = replicates_p(logs)};
}

std::optional<Difference> sectioned_difference(double a, std::span<const double> a_sections,
                                               double b, std::span<const double> b_sections,
                                               Sections sections, double confidence) {
  if (!usable_plain(a, a_sections) || !usable_plain(b, b_sections) || !is_confidence(confidence)) {
    return std::nullopt;
  }
  const double centre = a - b;
  Scatter s;
  if (sections == Sections::kPaired) {
    if (a_sections.size() != b_sections.size()) return std::nullopt;
    s = scatter(a_sections.size(), centre,
                [&](std::size_t i) { return a_sections[i] - b_sections[i]; });
  } else {
    s = join(plain_scatter(a, a_sections), plain_scatter(b, b_sections));
  }
  const double half = half_width(s, confidence);
  return Difference{.value = centre,
                    .interval = {centre - half, centre + half, confidence},
                    .p_value = two_sided_p(centre, s)};
}

std::optional<Difference> bootstrap_difference(const BootstrapFigure& a, const BootstrapFigure& b,
                                               double confidence) {
  if (a.replicates.empty() || a.replicates.size() != b.replicates.size()) return std::nullopt;
  const Sorted apart = joined_replicates(a, b, [](double x, double y) { return x - y; });
  const double tail = (1 - confidence) / 2;
  return Difference{.value = a.value - b.value,
                    .interval = {*quantile(apart, tail), *quantile(apart, 1 - tail), confidence},
                    .p_value = replicates_p(apart)};
}

}  // namespace tt::stats
