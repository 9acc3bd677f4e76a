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

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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
  Differences(std::span<const double> a, std::span<const double> b) : a_(a), b_(b) {}

  std::uint64_t count() const { return std::uint64_t{a_.size()} * b_.size(); }

  // The difference of rank `rank`, from 0.
  double at(std::uint64_t rank) const {
    Range range{.low = order_of(a_.front() - b_.back()) - 1,
                .high = order_of(a_.back() - b_.front()),
                .up_to_low = 0,
                .up_to_high = count()};
    for (const std::int64_t guess : guesses(rank)) narrow(range, guess, rank);
    const std::uint64_t few = 4 * (a_.size() + b_.size());
    while (range.up_to_high - range.up_to_low > few && range.width() > 1) {
      narrow(range, range.low + static_cast<std::int64_t>(range.width() / 2), rank);
    }
    if (range.width() <= 1) return of_order(range.high);
    std::vector<double> left = within(range);
    const auto nth = left.begin() + static_cast<std::ptrdiff_t>(rank - range.up_to_low);
    std::nth_element(left.begin(), nth, left.end());
    return *nth;
  }

  double median() const {
    const std::uint64_t rank = (count() - 1) / 2;
    const double low = at(rank);
    const Cut cut = cut_at(low);
    return count() % 2 == 1 || cut.up_to > rank + 1 ? low : std::midpoint(low, cut.next);
  }

 private:
  // How many differences are not above some x, the last of them, and the next one.
  struct Cut {
    std::uint64_t up_to;
    double last;
    double next;
  };

  // The wanted difference lies above `low` and not above `high`; how many are not above either.
  struct Range {
    std::int64_t low;
    std::int64_t high;
    std::uint64_t up_to_low;
    std::uint64_t up_to_high;

    std::uint64_t width() const {
      return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    }
  };

  // To the side of `at` on which the wanted one lies, and there to the next difference, so that
  // ties end the search early.
  void narrow(Range& range, std::int64_t at, std::uint64_t rank) const {
    if (at <= range.low || at >= range.high) return;
    const Cut cut = cut_at(of_order(at));
    if (cut.up_to > rank) {
      range.high = order_of(cut.last);
      range.up_to_high = cut.up_to;
    } else {
      range.low = order_of(cut.next) - 1;
      range.up_to_low = cut.up_to;
    }
  }

  // Where two differences lie that are likely to be close around the wanted one, from a few of the
  // values of either side; just below and at it, where many seem to tie. They save passes and
  // decide nothing. None for small samples.
  std::vector<std::int64_t> guesses(std::uint64_t rank) const {
    static constexpr std::size_t kFew = 1000;
    if (a_.size() + b_.size() <= 8 * kFew) return {};
    const auto thinned = [](std::span<const double> values) {
      const std::size_t size = std::min(values.size(), kFew);
      std::vector<double> some(size);
      for (std::size_t i = 0; i < size; ++i)
        some[i] = values[(2 * i + 1) * values.size() / (2 * size)];
      return some;
    };
    const std::vector<double> a = thinned(a_);
    const std::vector<double> b = thinned(b_);
    const Differences few(a, b);
    const double share = static_cast<double>(rank) / static_cast<double>(count());
    const auto guess = [&](double at) {
      const double place = std::clamp(at, 0.0, 1.0) * static_cast<double>(few.count() - 1);
      return order_of(few.at(static_cast<std::uint64_t>(place)));
    };
    constexpr double kMargin = 0.002;
    const std::int64_t low = guess(share - kMargin);
    const std::int64_t high = guess(share + kMargin);
    return {low == high ? low - 1 : low, high};
  }

  Cut cut_at(double x) const {
    Cut cut{.up_to = 0, .last = -kInfinity, .next = kInfinity};
    std::size_t j = 0;  // a[i] - b[...j] are above x, the others not
    for (const double a : a_) {
      while (j < b_.size() && a - b_[j] > x) ++j;
      if (j > 0) cut.next = std::min(cut.next, a - b_[j - 1]);
      if (j == b_.size()) break;
      cut.up_to += b_.size() - j;
      cut.last = std::max(cut.last, a - b_[j]);
    }
    return cut;
  }

  std::vector<double> within(const Range& range) const {
    const double low = of_order(range.low);
    const double high = of_order(range.high);
    std::vector<double> found;
    found.reserve(range.up_to_high - range.up_to_low);
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
  if (a.empty() || b.empty() || !is_confidence(confidence) || !std::isfinite(a.max() - b.min()) ||
      !std::isfinite(a.min() - b.max())) {
    return std::nullopt;
  }
  const Differences differences(a.values(), b.values());
  const std::uint64_t count = differences.count();
  Shift shift{.value = differences.median(), .interval = {}};
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
