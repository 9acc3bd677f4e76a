#include "stats/kde.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace tt::stats {
namespace {

// The sum of Gaussian kernels at weighted places, which rise.
class Kernels {
 public:
  Kernels(const Sorted& sample, double bandwidth)
      : bandwidth_(bandwidth),
        height_(1 / (static_cast<double>(sample.size()) * bandwidth *
                     std::sqrt(2 * std::numbers::pi))) {
    if (sample.size() <= kExactKernels) {
      reach_ = 39 * bandwidth;  // past it a double holds nothing of the kernel
      for (const double x : sample.values()) places_.push_back({x, 1});
    } else {
      reach_ = 8 * bandwidth;
      bin(sample, bandwidth / 64);
    }
  }

  double operator()(double x) const {
    const auto first = std::ranges::lower_bound(places_, x - reach_, {}, &Place::x);
    double sum = 0;
    for (auto place = first; place != places_.end() && place->x <= x + reach_; ++place) {
      const double u = (x - place->x) / bandwidth_;
      sum += place->weight * std::exp(-u * u / 2);
    }
    return sum * height_;
  }

 private:
  struct Place {
    double x;
    double weight;
  };

  // Linear binning (Jones and Lotwick 1984): a value's weight goes to the nodes on either side of
  // it, more to the nearer one. Only nodes with weight are kept.
  void bin(const Sorted& sample, double width) {
    double left = -1;  // node, counted from the smallest value, that `places_[at]` stands for
    std::size_t at = 0;
    const auto node = [&](double k) { return Place{sample.min() + k * width, 0}; };
    for (const double x : sample.values()) {
      const double q = (x - sample.min()) / width;
      const double k = std::floor(q);
      if (k != left) {
        at = k == left + 1 && !places_.empty() ? at + 1 : places_.size();
        if (at == places_.size()) places_.push_back(node(k));
        places_.push_back(node(k + 1));
        left = k;
      }
      places_[at].weight += 1 - (q - k);
      places_[at + 1].weight += q - k;
    }
  }

  double bandwidth_;
  double height_;  // of one kernel of weight 1
  double reach_ = 0;
  std::vector<Place> places_;
};

// The axis on which the curve is estimated: the sample's own or its logarithm.
struct Axis {
  bool log = false;
  double in(double x) const { return log ? std::log(x) : x; }
  double out(double u) const { return log ? std::exp(u) : u; }
  /// A bound: nothing lies below 0 on a log scale, so such a bound says nothing.
  double bound(double x) const {
    return log && x <= 0 ? -std::numeric_limits<double>::infinity() : in(x);
  }
};

bool fits(const Sorted& sample, const KdeOptions& options) {
  if (sample.empty() || !std::isfinite(sample.min()) || !std::isfinite(sample.max())) return false;
  if (!(options.lower <= sample.min() && sample.max() <= options.upper)) return false;
  if (!(options.bandwidth >= 0 && std::isfinite(options.bandwidth))) return false;
  const bool positive =
      sample.min() > 0 && options.from.value_or(1) > 0 && options.to.value_or(1) > 0;
  return options.points >= 2 && (!options.log_scale || positive);
}

Sorted on_axis(const Sorted& sample, const Axis& axis) {
  std::vector<double> values(sample.size());
  std::ranges::transform(sample.values(), values.begin(), [&](double x) { return axis.in(x); });
  return Sorted(std::move(values));
}

bool choose_bandwidth(const Sorted& sample, const KdeOptions& options, Density& density) {
  if (options.bandwidth > 0) {
    density.bandwidth = options.bandwidth;
    return true;
  }
  density.rule = options.rule;
  auto bandwidth = options.rule == BandwidthRule::kSheatherJones ? sheather_jones_bandwidth(sample)
                                                                 : std::nullopt;
  if (!bandwidth) {
    density.rule = BandwidthRule::kSilverman;
    bandwidth = silverman_bandwidth(sample);
  }
  density.bandwidth = bandwidth.value_or(0);
  return std::isfinite(density.bandwidth) && density.bandwidth > 0;
}

std::optional<Density> estimate(const Sorted& sample, const Axis& axis, const KdeOptions& options) {
  Density density;
  if (!choose_bandwidth(sample, options, density)) return std::nullopt;
  const double lower = axis.bound(options.lower);
  const double upper = axis.bound(options.upper);
  const double past = 3 * density.bandwidth;
  const double from = options.from ? axis.in(*options.from) : std::max(lower, sample.min() - past);
  const double to = options.to ? axis.in(*options.to) : std::min(upper, sample.max() + past);
  if (!(from < to) || !std::isfinite(to - from)) return std::nullopt;

  const Kernels kernels(sample, density.bandwidth);
  for (std::size_t i = 0; i < options.points; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(options.points - 1);
    const double u = i + 1 == options.points ? to : from + share * (to - from);
    double height = 0;
    if (lower <= u && u <= upper) {
      height = kernels(u);
      if (std::isfinite(lower)) height += kernels(2 * lower - u);
      if (std::isfinite(upper)) height += kernels(2 * upper - u);
    }
    density.x.push_back(axis.out(u));
    density.density.push_back(height);
  }
  return density;
}

}  // namespace

std::optional<Density> kde(const Sorted& sample, const KdeOptions& options) {
  if (!fits(sample, options)) return std::nullopt;
  if (!options.log_scale) return estimate(sample, Axis{}, options);
  const Axis axis{.log = true};
  return estimate(on_axis(sample, axis), axis, options);
}

}  // namespace tt::stats
