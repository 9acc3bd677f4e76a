// The bandwidth rules of stats/kde.h.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include <boost/math/tools/toms748_solve.hpp>

#include "stats/kde.h"
#include "stats/moments.h"

namespace tt::stats {
namespace {

// The smaller of two estimates of a normal sample's sigma, so that neither a tail nor a second peak
// makes it large. nullopt for a sample without spread, or with more than a number holds.
std::optional<double> robust_scale(const Sorted& sample, double normal_iqr) {
  if (sample.empty() || sample.min() == sample.max()) return std::nullopt;
  const auto deviation = standard_deviation(sample.values(), 1);
  if (!deviation) return std::nullopt;
  const double iqr = *quantile(sample, 0.75) - *quantile(sample, 0.25);
  const double scale = iqr > 0 ? std::min(*deviation, iqr / normal_iqr) : *deviation;
  if (!(scale > 0)) return std::nullopt;
  return scale;
}

double smallest_step(const Sorted& sample) {
  double smallest = sample.max() - sample.min();
  for (std::size_t i = 1; i < sample.size(); ++i) {
    const double step = sample[i] - sample[i - 1];
    if (step > 0) smallest = std::min(smallest, step);
  }
  return smallest;
}

// How far apart the values lie, pair by pair: what the estimates of the density's roughness need.
// Pairs farther apart than `reach` may be left out.
class PairDistances {
 public:
  PairDistances(const Sorted& sample, double bin, double reach)
      : n_(static_cast<double>(sample.size())) {
    if (sample.size() <= kExactPairs) {
      measure(sample);
    } else {
      count(sample, bin, reach);
    }
  }

  // Estimates of the integrals of f'' squared and, negated, of f''' squared, with kernels of
  // bandwidth g: S_D and T_D of the paper.
  double roughness_2(double g) const {
    const double sum = over_pairs(g, [](double d) { return (d - 6) * d + 3; });
    return (2 * sum + 3 * n_) / normalizer(g, 5);
  }
  double roughness_3(double g) const {
    const double sum = over_pairs(g, [](double d) { return ((d - 15) * d + 45) * d - 15; });
    return -(2 * sum - 15 * n_) / normalizer(g, 7);
  }

 private:
  struct Distance {
    double length;
    double pairs;
  };

  void measure(const Sorted& sample) {
    distances_.reserve(sample.size() * (sample.size() - 1) / 2);
    for (std::size_t i = 0; i < sample.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) distances_.push_back({sample[i] - sample[j], 1});
    }
  }

  void count(const Sorted& sample, double bin, double reach) {
    struct Bin {
      double place;  // whole bins from the smallest value; too many for an integer, maybe
      double values;
    };
    std::vector<Bin> bins;
    for (const double x : sample.values()) {
      const double place = std::floor((x - sample.min()) / bin);
      if (bins.empty() || bins.back().place != place) bins.push_back({place, 0});
      bins.back().values += 1;
    }
    constexpr double kMostBins = 1e6;  // never wanted by values that can be squared
    const double farthest = std::min(kMostBins, std::ceil(reach / bin));
    std::vector<double> pairs(static_cast<std::size_t>(farthest) + 1);
    for (std::size_t i = 0; i < bins.size(); ++i) {
      pairs[0] += bins[i].values * (bins[i].values - 1) / 2;
      for (std::size_t j = i + 1; j < bins.size(); ++j) {
        const double lag = bins[j].place - bins[i].place;
        if (lag > farthest) break;
        pairs[static_cast<std::size_t>(lag)] += bins[i].values * bins[j].values;
      }
    }
    for (std::size_t lag = 0; lag < pairs.size(); ++lag) {
      if (pairs[lag] > 0) distances_.push_back({static_cast<double>(lag) * bin, pairs[lag]});
    }
  }

  template <class Polynomial>
  double over_pairs(double g, Polynomial polynomial) const {
    double sum = 0;
    for (const Distance& distance : distances_) {
      const double u = distance.length / g;
      const double d = u * u;
      sum += distance.pairs * std::exp(-d / 2) * polynomial(d);
    }
    return sum;
  }

  double normalizer(double g, int power) const {
    return n_ * (n_ - 1) * std::pow(g, power) * std::sqrt(2 * std::numbers::pi);
  }

  double n_;
  std::vector<Distance> distances_;
};

// h = (R(K) / (n S_D(g(h))))^(1/5), with g(h) = factor h^(5/7): the equation (12) of the paper,
// seen from bandwidths up to `highest`.
class Equation {
 public:
  Equation(const Sorted& sample, double factor, double highest)
      : constant_(0.5 / std::sqrt(std::numbers::pi) / static_cast<double>(sample.size())),
        factor_(factor),
        distances_(sample, highest / kBinsPerBandwidth, kReach * pilot(highest)) {}

  // Right side less left side: above 0 below the solution.
  double operator()(double h) const {
    return std::pow(constant_ / distances_.roughness_2(pilot(h)), 0.2) - h;
  }

  static constexpr double kBinsPerBandwidth = 50;
  static constexpr double kReach = 10;  // bandwidths past which a kernel is nothing

 private:
  double pilot(double h) const { return factor_ * std::pow(h, 5.0 / 7); }

  double constant_;
  double factor_;
  PairDistances distances_;
};

double solve(const Equation& equation, double low, double high) {
  constexpr int kBits = 44;
  std::uintmax_t steps = 100;
  const auto [below, above] = boost::math::tools::toms748_solve(
      equation, low, high, boost::math::tools::eps_tolerance<double>(kBits), steps);
  return (below + above) / 2;
}

// The solution at or below `high` in the highest decade that has one. Each decade is seen through
// bins of its own, so peaks that are narrow for their distance are resolved.
std::optional<double> solve_below(const Sorted& sample, double factor, double high) {
  constexpr int kWidenings = 10;
  constexpr int kDecades = 4;
  Equation equation(sample, factor, high);
  for (int i = 0; i < kWidenings && equation(high) > 0; ++i) {
    high *= 2;
    equation = Equation(sample, factor, high);
  }
  if (!(equation(high) <= 0)) return std::nullopt;
  for (int i = 0; i < kDecades; ++i) {
    const double low = high / 10;
    if (equation(low) > 0) return solve(equation, low, high);
    high = low;
    equation = Equation(sample, factor, high);
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> silverman_bandwidth(const Sorted& sample) {
  const auto scale = robust_scale(sample, 1.34);
  if (!scale) return std::nullopt;
  return 0.9 * *scale * std::pow(static_cast<double>(sample.size()), -0.2);
}

std::optional<double> sheather_jones_bandwidth(const Sorted& sample) {
  const auto scale = robust_scale(sample, 1.349);
  if (!scale) return std::nullopt;
  const auto n = static_cast<double>(sample.size());
  const double widest = 1.144 * *scale * std::pow(n, -0.2);  // for a normal sample, oversmoothed
  const double a = 1.24 * *scale * std::pow(n, -1.0 / 7);
  const double b = 1.23 * *scale * std::pow(n, -1.0 / 9);

  const PairDistances coarse(sample, widest / Equation::kBinsPerBandwidth, Equation::kReach * b);
  const double ratio = coarse.roughness_2(a) / coarse.roughness_3(b);
  if (!std::isfinite(ratio) || ratio <= 0) return std::nullopt;
  const auto h = solve_below(sample, 1.357 * std::pow(ratio, 1.0 / 7), widest);
  if (!h || *h < smallest_step(sample) / 2) return std::nullopt;
  return h;
}

}  // namespace tt::stats
