#include "stats/shift.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <boost/math/distributions/normal.hpp>

#include "stats/rank_laws.h"

namespace tt::stats {
namespace {

// Doubles as integers in the same order, so that halving a range of them ends after 64 steps.
std::int64_t order_of(double x) {
  const auto bits = std::bit_cast<std::int64_t>(x + 0.0);  // no negative zero
  return bits >= 0 ? bits : std::numeric_limits<std::int64_t>::min() - bits;
}

double of_order(std::int64_t order) {
  const std::int64_t bits = order >= 0 ? order : std::numeric_limits<std::int64_t>::min() - order;
  return std::bit_cast<double>(bits);
}

// Order statistics of all a[i] - b[j], as rounded. A row of them rises with i, falls with j.
class Differences {
 public:
  Differences(const Sorted& a, const Sorted& b) : a_(a.values()), b_(b.values()) {}

  // The difference of rank `rank`, from 0.
  double at(std::uint64_t rank) const {
    // The wanted one is above `low` and not above `high`.
    std::int64_t low = order_of(a_.front() - b_.back()) - 1;
    std::int64_t high = order_of(a_.back() - b_.front());
    std::uint64_t up_to_low = 0;
    std::uint64_t up_to_high = std::uint64_t{a_.size()} * b_.size();
    const std::uint64_t few = 4 * (a_.size() + b_.size());
    while (up_to_high - up_to_low > few && distance(low, high) > 1) {
      const std::int64_t middle = low + static_cast<std::int64_t>(distance(low, high) / 2);
      const std::uint64_t up_to_middle = not_above(of_order(middle));
      if (up_to_middle > rank) {
        high = middle;
        up_to_high = up_to_middle;
      } else {
        low = middle;
        up_to_low = up_to_middle;
      }
    }
    if (distance(low, high) <= 1) return of_order(high);
    std::vector<double> left = between(of_order(low), of_order(high), up_to_high - up_to_low);
    const auto nth = left.begin() + static_cast<std::ptrdiff_t>(rank - up_to_low);
    std::nth_element(left.begin(), nth, left.end());
    return *nth;
  }

 private:
  static std::uint64_t distance(std::int64_t low, std::int64_t high) {
    return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  }

  std::uint64_t not_above(double x) const {
    std::uint64_t count = 0;
    std::size_t j = 0;  // a[i] - b[j...] are not above x
    for (const double a : a_) {
      while (j < b_.size() && a - b_[j] > x) ++j;
      if (j == b_.size()) break;
      count += b_.size() - j;
    }
    return count;
  }

  // Those above `low` and not above `high`.
  std::vector<double> between(double low, double high, std::uint64_t expected) const {
    std::vector<double> found;
    found.reserve(expected);
    std::size_t first = 0;
    for (const double a : a_) {
      while (first < b_.size() && a - b_[first] > high) ++first;
      for (std::size_t j = first; j < b_.size() && a - b_[j] > low; ++j) {
        found.push_back(a - b_[j]);
      }
    }
    return found;
  }

  std::span<const double> a_;
  std::span<const double> b_;
};

// The interval goes from the difference of this rank, from 1, to the one as far from the largest; 0
// where no rank will do.
struct Ends {
  std::uint64_t rank = 0;
  double confidence = 0;
};

Ends interval_ends(std::size_t n, std::size_t m, double confidence) {
  const double tail = (1 - confidence) / 2;
  if (n < kExactMannWhitney && m < kExactMannWhitney) {
    // The least count of differences below the shift that the test would not reject.
    Ends ends;
    double below = 0;  // P(U < rank)
    for (const double p : mann_whitney_law(n, m)) {
      if (below + p > tail) break;
      below += p;
      ++ends.rank;
    }
    ends.confidence = 1 - 2 * below;
    return ends;
  }
  const double count = static_cast<double>(n) * static_cast<double>(m);
  const double deviation = std::sqrt(count * (static_cast<double>(n + m) + 1) / 12);
  const double z = quantile(boost::math::normal(), 1 - tail);
  const double rank = std::floor(count / 2 - 0.5 - z * deviation) + 1;
  return {rank < 1 ? 0 : static_cast<std::uint64_t>(rank), confidence};
}

}  // namespace

std::optional<Shift> hodges_lehmann(const Sorted& a, const Sorted& b, double confidence) {
  if (a.empty() || b.empty() || !std::isfinite(a.max() - b.min()) ||
      !std::isfinite(a.min() - b.max())) {
    return std::nullopt;
  }
  const Differences differences(a, b);
  const std::uint64_t count = std::uint64_t{a.size()} * b.size();
  Shift shift;
  shift.value = differences.at((count - 1) / 2);
  if (count % 2 == 0) shift.value = std::midpoint(shift.value, differences.at(count / 2));
  const auto [rank, covered] = interval_ends(a.size(), b.size(), confidence);
  if (rank > 0) {
    shift.interval = Interval{differences.at(rank - 1), differences.at(count - rank), covered};
  }
  return shift;
}

std::vector<ShiftPoint> shift_function(const Blocks& a, const Blocks& b,
                                       std::span<const double> shares, BootstrapOptions options,
                                       double confidence) {
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const Blocks* side : {&a, &b}) {
    std::size_t size = 0;
    for (const auto& block : *side) size += block.size();
    fewest = std::min(fewest, size);
  }
  std::vector<ShiftPoint> points;
  for (const double share : shares) {
    BootstrapOptions other = options;
    other.seed = ~options.seed;
    const auto of_a = bootstrap_quantile(a, share, options);
    const auto of_b = bootstrap_quantile(b, share, other);
    if (!of_a || !of_b) return {};
    ShiftPoint point{.share = share, .a = of_a->value, .b = of_b->value, .difference = {}};
    if (share > 0 && share < 1 && fewest >= samples_needed(share, confidence)) {
      point.difference = bootstrap_difference(*of_a, *of_b, confidence);
    }
    points.push_back(point);
  }
  return points;
}

}  // namespace tt::stats
