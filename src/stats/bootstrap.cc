// The block bootstrap of stats/ratio.h.
#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "stats/moments.h"
#include "stats/quantile.h"
#include "stats/ratio.h"

namespace tt::stats {
namespace {

std::vector<double> join_blocks(const Blocks& blocks) {
  std::vector<double> all;
  for (const auto& block : blocks) all.insert(all.end(), block.begin(), block.end());
  return all;
}

Blocks thin(const Blocks& blocks, std::size_t stride) {
  if (stride == 1) return blocks;
  Blocks thinned;
  for (const auto& block : blocks) {
    auto& kept = thinned.emplace_back();
    for (std::size_t i = 0; i < block.size(); i += stride) kept.push_back(block[i]);
  }
  return thinned;
}

// What makes a quantile vary is which samples lie below it, so the dependence that counts is that
// of being below.
std::size_t block_length_for(std::span<const double> block, double threshold) {
  std::vector<double> is_below(block.size());
  std::ranges::transform(block, is_below.begin(), [&](double x) { return x <= threshold ? 1 : 0; });
  return automatic_block_length(is_below);
}

// Fills `out` with stretches of `block` that begin anywhere and wrap around its end.
void resample(std::span<const double> block, std::size_t length, Rng& rng, std::span<double> out) {
  for (std::size_t filled = 0; filled < out.size();) {
    std::size_t from = rng.below(block.size());
    const std::size_t stop = std::min(out.size(), filled + length);
    for (; filled < stop; ++filled) {
      out[filled] = block[from];
      if (++from == block.size()) from = 0;
    }
  }
}

// Autocovariances and whether each autocorrelation is small, for lags from 0.
struct Correlogram {
  std::vector<double> covariance;
  std::vector<bool> negligible;
};

Correlogram correlogram(std::span<const double> series, std::size_t lags) {
  const std::size_t n = series.size();
  const double centre = *mean(series);
  const double small = 2 * std::sqrt(std::log10(static_cast<double>(n)) / static_cast<double>(n));
  Correlogram result;
  for (std::size_t lag = 0; lag <= lags; ++lag) {
    double products = 0;
    for (std::size_t i = lag; i < n; ++i) {
      products += (series[i] - centre) * (series[i - lag] - centre);
    }
    result.covariance.push_back(products / static_cast<double>(n));
    result.negligible.push_back(std::fabs(result.covariance[lag]) < small * result.covariance[0]);
  }
  return result;
}

}  // namespace

std::size_t automatic_block_length(std::span<const double> series) {
  constexpr std::size_t kShortest = 10;
  const std::size_t n = series.size();
  if (n < kShortest) return 1;
  const auto count = static_cast<double>(n);
  const std::size_t quiet = 5;  // so many small autocorrelations in a row end the dependence
  const std::size_t longest = static_cast<std::size_t>(std::ceil(std::sqrt(count))) + quiet;
  const std::size_t lags = std::min(longest + quiet, n - 1);
  const auto [covariance, negligible] = correlogram(series, lags);
  if (covariance[0] <= 0) return 1;

  std::size_t last = longest;  // the last lag that matters
  for (std::size_t lag = 0; lag + quiet <= lags; ++lag) {
    const auto next = negligible.begin() + static_cast<std::ptrdiff_t>(lag) + 1;
    if (std::all_of(next, next + quiet, [](bool b) { return b; })) {
      last = lag;
      break;
    }
  }
  const std::size_t window = std::min({2 * std::max<std::size_t>(last, 1), longest, lags});

  double spread = covariance[0];  // long-run variance
  double slope = 0;               // G of the paper
  for (std::size_t k = 1; k <= window; ++k) {
    const double at = static_cast<double>(k) / static_cast<double>(window);
    const double weight = at <= 0.5 ? 1 : 2 * (1 - at);  // flat-top lag window
    spread += 2 * weight * covariance[k];
    slope += 2 * weight * static_cast<double>(k) * covariance[k];
  }
  const double d = 4.0 / 3 * spread * spread;
  if (d <= 0) return 1;
  const double length = std::cbrt(2 * slope * slope / d * count);
  const double cap = std::ceil(std::min(3 * std::sqrt(count), count / 3));
  return static_cast<std::size_t>(std::clamp(std::ceil(length), 1.0, cap));
}

std::optional<BootstrapQuantile> bootstrap_quantile(const Blocks& blocks, double p,
                                                    const BootstrapOptions& options) {
  std::vector<double> all = join_blocks(blocks);
  const auto value = quantile_in_place(all, p);
  if (!value) return std::nullopt;

  const std::size_t limit = std::max<std::size_t>(options.max_samples, 1);
  const std::size_t stride = (all.size() + limit - 1) / limit;
  const Blocks kept = thin(blocks, stride);
  std::vector<double> scratch = join_blocks(kept);
  const double centre = *quantile_in_place(scratch, p);

  BootstrapQuantile result{.value = *value, .replicates = {}, .block_length = 1};
  std::vector<std::size_t> lengths;
  for (const auto& block : kept) {
    lengths.push_back(options.block_length > 0 ? options.block_length
                                               : block_length_for(block, centre));
    result.block_length = std::max(result.block_length, lengths.back());
  }

  // A generator a replicate: their order of work, and so the number of threads, changes nothing.
  Rng seeds = Rng::stream(options.seed, "bootstrap");
  result.replicates.reserve(options.replicates);
  for (std::size_t r = 0; r < options.replicates; ++r) {
    Rng rng(seeds.next());
    std::size_t from = 0;
    for (std::size_t b = 0; b < kept.size(); ++b) {
      if (kept[b].empty()) continue;
      resample(kept[b], lengths[b], rng, std::span(scratch).subspan(from, kept[b].size()));
      from += kept[b].size();
    }
    const double replicate = *quantile_in_place(scratch, p);
    result.replicates.push_back(centre == *value || centre <= 0 ? replicate
                                                                : replicate * (*value / centre));
  }
  return result;
}

std::optional<Ratio> bootstrap_ratio(const BootstrapQuantile& a, const BootstrapQuantile& b,
                                     double confidence) {
  const std::size_t count = a.replicates.size();
  const auto above_zero = [](double x) { return x > 0; };
  if (count == 0 || count != b.replicates.size() || a.value <= 0 || b.value <= 0 ||
      !std::ranges::all_of(a.replicates, above_zero) ||
      !std::ranges::all_of(b.replicates, above_zero)) {
    return std::nullopt;
  }
  // On the log scale, where exchanging the sides only changes the sign.
  std::vector<double> logs(count);
  std::ranges::transform(a.replicates, b.replicates, logs.begin(),
                         [](double x, double y) { return std::log(x) - std::log(y); });
  const auto not_above = std::ranges::count_if(logs, [](double x) { return x <= 0; });
  const auto not_below = std::ranges::count_if(logs, [](double x) { return x >= 0; });
  const auto fewer = static_cast<double>(std::min(not_above, not_below));

  const Sorted sorted(std::move(logs));
  const double tail = (1 - confidence) / 2;
  return Ratio{.value = a.value / b.value,
               .interval = {std::exp(*quantile(sorted, tail)),
                            std::exp(*quantile(sorted, 1 - tail)), confidence},
               .p_value = std::min(1.0, 2 * (fewer + 1) / (static_cast<double>(count) + 1))};
}

}  // namespace tt::stats
