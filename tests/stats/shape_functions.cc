#include "driver.h"

#include "stats/ecdf.h"
#include "stats/histogram_bins.h"
#include "stats/kde.h"

namespace tt::stats {
namespace {

template <class Rule>
Answer bandwidth(const Arguments& a, Rule rule) {
  const auto sample = Sorted::of(a[0]);
  if (!sample) return std::nullopt;
  return answer(rule(*sample));
}

// Sample; options; then the density at the places of the curve.
Answer curve(const Arguments& a, const KdeOptions& options) {
  const auto sample = Sorted::of(a[0]);
  const auto density = sample ? kde(*sample, options) : std::nullopt;
  if (!density) return std::nullopt;
  return density->density;
}

// Sample; bandwidth, points, from and to.
KdeOptions options_of(const std::vector<double>& words) {
  return {.bandwidth = words[0],
          .points = static_cast<std::size_t>(words[1]),
          .from = words[2],
          .to = words[3]};
}

Answer bins(const Arguments& a) {
  const auto sample = Sorted::of(a[0]);
  if (!sample || sample->empty()) return std::nullopt;
  std::vector<double> result = bin_edges(*sample, {.max_bins = 100'000});
  for (const auto count : count_in_bins(*sample, result)) {
    result.push_back(static_cast<double>(count));
  }
  return result;
}

}  // namespace

Table shape_functions() {
  return {
      {"bandwidth_silverman", [](const Arguments& a) { return bandwidth(a, silverman_bandwidth); }},
      {"bandwidth_sheather_jones",
       [](const Arguments& a) { return bandwidth(a, sheather_jones_bandwidth); }},
      {"kde", [](const Arguments& a) { return curve(a, options_of(a[1])); }},
      {"kde_log",
       [](const Arguments& a) {
         KdeOptions options = options_of(a[1]);
         options.log_scale = true;
         return curve(a, options);
       }},
      {"kde_bounded",  // below, at the curve's beginning
       [](const Arguments& a) {
         KdeOptions options = options_of(a[1]);
         options.lower = *options.from;
         return curve(a, options);
       }},
      {"ecdf",
       [](const Arguments& a) -> Answer {
         const auto sample = Sorted::of(a[0]);
         if (!sample) return std::nullopt;
         std::vector<double> shares;
         for (const double x : a[1]) shares.push_back(ecdf(*sample, x));
         return shares;
       }},
      {"bins", bins},
  };
}

}  // namespace tt::stats
