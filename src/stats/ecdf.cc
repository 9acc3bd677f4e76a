#include "stats/ecdf.h"

#include <algorithm>

namespace tt::stats {
namespace {

// How many values are at most `x`.
std::size_t at_most(const Sorted& sample, double x) {
  const auto values = sample.values();
  return static_cast<std::size_t>(std::ranges::upper_bound(values, x) - values.begin());
}

// Of each step the number of values at or below it; one step more than `limit` where there are
// more.
std::vector<std::size_t> all_counts(const Sorted& sample, std::size_t limit) {
  std::vector<std::size_t> counts;
  for (std::size_t count = 0; count < sample.size() && counts.size() <= limit;) {
    count = at_most(sample, sample[count]);
    counts.push_back(count);
  }
  return counts;
}

std::vector<std::size_t> chosen_counts(const Sorted& sample, std::size_t limit) {
  const std::size_t gaps = limit / 2;  // both ends are shared: two times gaps - 1 inner steps
  const double range = sample.max() - sample.min();
  std::vector<std::size_t> counts = {at_most(sample, sample.min()), sample.size()};
  for (std::size_t i = 1; i < gaps; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(gaps);
    const auto rank = static_cast<std::size_t>(part * static_cast<double>(sample.size()));
    counts.push_back(at_most(sample, sample[rank]));
    counts.push_back(at_most(sample, sample.min() + part * range));
  }
  std::ranges::sort(counts);
  const auto repeated = std::ranges::unique(counts);
  counts.erase(repeated.begin(), repeated.end());
  return counts;
}

}  // namespace

double ecdf(const Sorted& sample, double x) {
  if (sample.empty()) return 0;
  return static_cast<double>(at_most(sample, x)) / static_cast<double>(sample.size());
}

std::vector<EcdfStep> ecdf_steps(const Sorted& sample, std::size_t limit) {
  if (sample.empty() || limit < 2) return {};
  std::vector<std::size_t> counts = all_counts(sample, limit);
  if (counts.size() > limit) counts = chosen_counts(sample, limit);

  std::vector<EcdfStep> steps;
  steps.reserve(counts.size());
  for (const std::size_t count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(sample.size());
    steps.push_back({sample[count - 1], share});
  }
  return steps;
}

}  // namespace tt::stats
