#include "stats/select.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <ranges>

#include <boost/math/distributions/binomial.hpp>
#include <boost/sort/pdqsort/pdqsort.hpp>

namespace tt::stats {
namespace {

// Sign, exponent and the first bits of the fraction: each bucket is 1.6% of a value wide, and the
// counts of all of them fit a core's cache.
constexpr int kBits = 18;
constexpr std::size_t kBuckets = std::size_t{1} << kBits;

// Samples up to this size are sorted before the tables of the buckets are even cleared.
constexpr std::size_t kSoonSorted = 8192;

// Rises with the value, negative ones included (-0 just below 0).
std::uint64_t order_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

std::uint32_t bucket_of(double value) {
  return static_cast<std::uint32_t>(order_of(value) >> (64 - kBits));
}

template <class Visit>
void for_each(Parts parts, Visit visit) {
  for (const auto part : parts) {
    for (const double value : part) visit(value);
  }
}

std::vector<double> sorted_at_ranks(Parts parts, std::span<const std::size_t> ranks) {
  std::vector<double> all;
  for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
  boost::sort::pdqsort_branchless(all.begin(), all.end());
  std::vector<double> found;
  for (const std::size_t rank : ranks) found.push_back(all[rank]);
  return found;
}

// A bucket that holds wanted ranks, with its values once they are collected.
struct Bucket {
  std::uint32_t number = 0;
  std::size_t first_rank = 0;  // of its least value
  std::vector<double> values;
};

// The buckets of the ranks, which rise, without repetition.
std::vector<Bucket> find_buckets(const std::vector<std::uint32_t>& counts,
                                 std::span<const std::size_t> ranks) {
  std::vector<Bucket> wanted;
  std::size_t before = 0;
  std::size_t next = 0;
  for (std::uint32_t b = 0; b < kBuckets && next < ranks.size(); ++b) {
    const std::size_t past = before + counts[b];
    if (ranks[next] < past) {
      wanted.push_back({b, before, {}});
      wanted.back().values.reserve(counts[b]);
      while (next < ranks.size() && ranks[next] < past) ++next;
    }
    before = past;
  }
  return wanted;
}

}  // namespace

std::vector<double> values_at_ranks(Parts parts, std::span<const std::size_t> ranks) {
  std::size_t n = 0;
  for (const auto part : parts) n += part.size();
  if (n <= kSoonSorted) return sorted_at_ranks(parts, ranks);
  std::vector<std::uint32_t> counts(kBuckets, 0);
  for_each(parts, [&](double value) { ++counts[bucket_of(value)]; });
  std::vector<std::size_t> rising(ranks.begin(), ranks.end());
  std::ranges::sort(rising);
  std::vector<Bucket> wanted = find_buckets(counts, rising);

  constexpr std::uint8_t kUnwanted = 255;
  std::vector<std::uint8_t> place;
  if (wanted.size() < kUnwanted) {
    place.assign(kBuckets, kUnwanted);
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      place[wanted[w].number] = static_cast<std::uint8_t>(w);
    }
    for_each(parts, [&](double value) {
      const std::uint8_t w = place[bucket_of(value)];
      if (w != kUnwanted) wanted[w].values.push_back(value);
    });
  } else {  // so many ranks that a table of bytes cannot name their buckets
    for_each(parts, [&](double value) {
      const auto at = std::ranges::lower_bound(wanted, bucket_of(value), {}, &Bucket::number);
      if (at != wanted.end() && at->number == bucket_of(value)) at->values.push_back(value);
    });
  }

  std::vector<double> found;
  found.reserve(ranks.size());
  for (const std::size_t rank : ranks) {
    auto at = std::ranges::upper_bound(wanted, rank, {}, &Bucket::first_rank);
    auto& values = std::prev(at)->values;
    const auto nth = values.begin() + static_cast<std::ptrdiff_t>(rank - std::prev(at)->first_rank);
    std::ranges::nth_element(values, nth);
    found.push_back(*nth);
  }
  return found;
}

Found select(Parts parts, const Wanted& wanted) {
  std::size_t n = 0;
  for (const auto part : parts) n += part.size();
  if (n == 0) return {};
  std::vector<std::size_t> ranks = wanted.ranks;
  std::vector<double> shares;
  for (const double p : wanted.quantiles) {
    const double at = std::clamp(p, 0.0, 1.0) * static_cast<double>(n - 1);
    const auto below = static_cast<std::size_t>(at);
    ranks.push_back(below);
    ranks.push_back(std::min(below + 1, n - 1));
    shares.push_back(at - std::floor(at));
  }
  Found found{.quantiles = {}, .ranks = values_at_ranks(parts, ranks)};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double low = found.ranks[wanted.ranks.size() + 2 * i];
    const double high = found.ranks[wanted.ranks.size() + 2 * i + 1];
    found.quantiles.push_back(shares[i] == 0 || low == high ? low : low + shares[i] * (high - low));
  }
  found.ranks.resize(wanted.ranks.size());
  return found;
}

std::vector<double> select_quantiles(Parts parts, std::span<const double> ps) {
  return select(parts, {.quantiles = {ps.begin(), ps.end()}, .ranks = {}}).quantiles;
}

std::vector<double> select_quantiles(std::span<const double> sample, std::span<const double> ps) {
  const std::array one = {sample};
  return select_quantiles(Parts(one), ps);
}

std::optional<RankBounds> quantile_ranks(std::size_t n, double p, double confidence) {
  if (n == 0 || p <= 0 || p >= 1 || confidence <= 0 || confidence >= 1) return std::nullopt;
  const double tail = (1 - confidence) / 2;
  // How many draws lie at or below the true quantile. The value of rank r lies above it where at
  // most r draws do not, and below it where more than r do.
  const boost::math::binomial draws(static_cast<double>(n), p);
  const auto lies_above = [&](std::size_t r) { return cdf(draws, static_cast<double>(r)); };
  const auto lies_below = [&](std::size_t r) {
    return cdf(complement(draws, static_cast<double>(r)));
  };
  const auto ranks = std::views::iota(std::size_t{0}, n);
  const auto past_low =
      std::ranges::partition_point(ranks, [&](std::size_t r) { return lies_above(r) <= tail; });
  const auto high =
      std::ranges::partition_point(ranks, [&](std::size_t r) { return lies_below(r) > tail; });
  if (past_low == ranks.begin() || high == ranks.end()) return std::nullopt;
  const std::size_t low = *past_low - 1;
  return RankBounds{low, *high, 1 - lies_above(low) - lies_below(*high)};
}

}  // namespace tt::stats
