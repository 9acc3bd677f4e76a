#include "stats/ratio.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

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

// Of log(value), from how the logs of its sections lie around it: around it, not around their own
// mean, which is what makes sectioning cover better than batch means.
template <class SectionLog>
Scatter scatter(std::size_t count, double centre, SectionLog section_log) {
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double d = section_log(i) - centre;
    squares += d * d;
  }
  const auto n = static_cast<double>(count);
  return {squares / (n - 1) / n, n - 1};
}

Scatter scatter(double value, std::span<const double> sections) {
  return scatter(sections.size(), std::log(value),
                 [&](std::size_t i) { return std::log(sections[i]); });
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

}  // namespace

std::optional<Ratio> sectioned_ratio(double a, std::span<const double> a_sections, double b,
                                     std::span<const double> b_sections, Sections sections,
                                     double confidence) {
  if (!usable(a, a_sections) || !usable(b, b_sections)) return std::nullopt;
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
  if (!usable(value, sections)) return std::nullopt;
  const double half = half_width(scatter(value, sections), confidence);
  return Interval{value * std::exp(-half), value * std::exp(half), confidence};
}

}  // namespace tt::stats
