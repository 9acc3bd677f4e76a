#include "analysis/scaling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include <boost/math/distributions/students_t.hpp>

namespace tt::analysis {
namespace {

constexpr std::size_t kTerms = 3;
using Row = std::array<double, kTerms>;

// Of N / X(N): constant, contention, crosstalk.
Row terms_at(double load) { return {1, load - 1, load * (load - 1)}; }

// Weighted least squares with some terms left out; the inverse of the normal matrix for intervals.
struct Fit {
  Row coefficients{};
  std::array<Row, kTerms> inverse{};
  double error = 0;  // weighted sum of squares
  std::size_t used = 0;
};

// The inverse of a symmetric matrix of `size`, by Gauss-Jordan with pivots; nullopt where singular.
std::optional<std::array<Row, kTerms>> invert(std::array<Row, kTerms> m, std::size_t size) {
  std::array<Row, kTerms> inverse{};
  for (std::size_t i = 0; i < size; ++i) inverse[i][i] = 1;
  for (std::size_t column = 0; column < size; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column + 1; row < size; ++row) {
      if (std::abs(m[row][column]) > std::abs(m[pivot][column])) pivot = row;
    }
    if (std::abs(m[pivot][column]) < 1e-300) return std::nullopt;
    std::swap(m[pivot], m[column]);
    std::swap(inverse[pivot], inverse[column]);
    const double scale = 1 / m[column][column];
    for (std::size_t k = 0; k < size; ++k) {
      m[column][k] *= scale;
      inverse[column][k] *= scale;
    }
    for (std::size_t row = 0; row < size; ++row) {
      if (row == column) continue;
      const double factor = m[row][column];
      for (std::size_t k = 0; k < size; ++k) {
        m[row][k] -= factor * m[column][k];
        inverse[row][k] -= factor * inverse[column][k];
      }
    }
  }
  return inverse;
}

// `use` says which terms take part; the first always does.
std::optional<Fit> least_squares(std::span<const ScalingPoint> points,
                                 const std::array<bool, kTerms>& use) {
  std::array<std::size_t, kTerms> place{};
  Fit fit;
  for (std::size_t i = 0; i < kTerms; ++i) {
    if (use[i]) place[fit.used++] = i;
  }
  std::array<Row, kTerms> normal{};
  Row right{};
  // Terms differ by orders of magnitude: each is scaled by its largest value.
  Row scale{};
  for (const ScalingPoint& p : points) {
    const Row terms = terms_at(p.load);
    for (std::size_t i = 0; i < fit.used; ++i) scale[i] = std::max(scale[i], terms[place[i]]);
  }
  for (std::size_t i = 0; i < fit.used; ++i) {
    if (scale[i] <= 0) return std::nullopt;
  }
  for (const ScalingPoint& p : points) {
    const Row terms = terms_at(p.load);
    const double y = p.load / p.throughput;
    const double weight = 1 / (y * y);
    for (std::size_t i = 0; i < fit.used; ++i) {
      const double a = terms[place[i]] / scale[i];
      right[i] += weight * a * y;
      for (std::size_t k = 0; k < fit.used; ++k) {
        normal[i][k] += weight * a * terms[place[k]] / scale[k];
      }
    }
  }
  const auto inverse = invert(normal, fit.used);
  if (!inverse) return std::nullopt;
  for (std::size_t i = 0; i < fit.used; ++i) {
    for (std::size_t k = 0; k < fit.used; ++k) {
      fit.coefficients[place[i]] += (*inverse)[i][k] * right[k] / scale[i];
      fit.inverse[place[i]][place[k]] = (*inverse)[i][k] / (scale[i] * scale[k]);
    }
  }
  for (const ScalingPoint& p : points) {
    const Row terms = terms_at(p.load);
    const double y = p.load / p.throughput;
    double expected = 0;
    for (std::size_t i = 0; i < kTerms; ++i) expected += fit.coefficients[i] * terms[i];
    fit.error += (y - expected) * (y - expected) / (y * y);
  }
  return fit;
}

bool is_sensible(const Fit& fit) {
  return fit.coefficients[0] > 0 && fit.coefficients[1] >= 0 && fit.coefficients[2] >= 0;
}

bool enough(std::span<const ScalingPoint> points) {
  std::set<double> loads;
  for (const ScalingPoint& p : points) {
    if (!(p.load > 0) || !(p.throughput > 0) || !std::isfinite(p.load * p.throughput)) return false;
    loads.insert(p.load);
  }
  return loads.size() >= kFewestScalingPoints;
}

// The best of the fits in which no share lies below 0: with so few terms all are tried.
std::optional<Fit> best_fit(std::span<const ScalingPoint> points) {
  if (!enough(points)) return std::nullopt;
  std::optional<Fit> best;
  for (const auto& use : {std::array{true, true, true}, std::array{true, true, false},
                          std::array{true, false, true}, std::array{true, false, false}}) {
    const auto fit = least_squares(points, use);
    if (fit && is_sensible(*fit) && (!best || fit->error < best->error)) best = fit;
  }
  return best;
}

double spare(std::size_t points, const Fit& fit) {
  return static_cast<double>(points) - static_cast<double>(fit.used);
}

}  // namespace

std::optional<Scaling> fit_scaling(std::span<const ScalingPoint> points) {
  const auto fit = best_fit(points);
  if (!fit) return std::nullopt;
  const auto& c = fit->coefficients;
  Scaling s{.gain = 1 / c[0],
            .contention = c[1] / c[0],
            .crosstalk = c[2] / c[0],
            .points = points.size(),
            .relative_error = std::sqrt(fit->error / spare(points.size(), *fit)),
            .peak_load = {},
            .most = {}};
  for (const ScalingPoint& p : points) s.largest_load = std::max(s.largest_load, p.load);
  if (s.crosstalk > 0) {
    s.peak_load = s.contention < 1 ? std::max(1.0, std::sqrt((1 - s.contention) / s.crosstalk)) : 1;
    const double n = *s.peak_load;
    s.most = s.gain * n / (1 + s.contention * (n - 1) + s.crosstalk * n * (n - 1));
  } else if (s.contention > 0) {
    s.most = s.gain / s.contention;
  }
  return s;
}

std::optional<Projection> project(std::span<const ScalingPoint> points, double load) {
  const auto fit = best_fit(points);
  if (!fit || !(load > 0)) return std::nullopt;
  double largest = 0;
  for (const ScalingPoint& p : points) largest = std::max(largest, p.load);
  if (load > kFarthestProjection * largest) return std::nullopt;
  const Row terms = terms_at(load);
  double y = 0;
  double leverage = 0;
  for (std::size_t i = 0; i < kTerms; ++i) {
    y += fit->coefficients[i] * terms[i];
    for (std::size_t k = 0; k < kTerms; ++k) leverage += terms[i] * fit->inverse[i][k] * terms[k];
  }
  const double freedom = spare(points.size(), *fit);
  const double s = std::sqrt(fit->error / freedom);
  if (s > kMostScalingError) return std::nullopt;
  const double t = boost::math::quantile(boost::math::students_t(freedom), 0.975);
  // A new measurement scatters by s of its own y, and the line by its leverage.
  const double half = t * s * std::sqrt(y * y + leverage);
  return Projection{
      .load = load,
      .throughput = load / y,
      .interval = {.low = load / (y + half),
                   .high = y > half ? load / (y - half) : std::numeric_limits<double>::infinity()},
      .beyond = load > largest};
}

}  // namespace tt::analysis
