#include "analysis/steadiness.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "stats/autocorrelation.h"
#include "stats/change_point.h"
#include "stats/moments.h"
#include "stats/quantile.h"
#include "stats/trend.h"

namespace tt::analysis {
namespace {

// The median of |difference of two neighbours| is this many deviations of one value, where the
// values are normal.
constexpr double kDifferenceOfNeighbours = 0.6745 * 1.41421356;
constexpr double kQuarter = 0.6745;  // deviations from the median to a quartile

double median_of(std::vector<double> values) { return *stats::quantile_in_place(values, 0.5); }

std::vector<Window> windows_of(const std::vector<double>& values,
                               const std::vector<double>& sent_s) {
  const std::size_t n = values.size();
  const std::size_t count = std::min(kMostWindows, n / kFewestInWindow);
  std::vector<Window> windows;
  if (count < kFewestWindows) return windows;
  for (std::size_t w = 0; w < count; ++w) {
    const std::size_t first = w * n / count;
    const std::size_t past = (w + 1) * n / count;
    std::vector<double> part(values.begin() + static_cast<std::ptrdiff_t>(first),
                             values.begin() + static_cast<std::ptrdiff_t>(past));
    Window window{.requests = past - first, .mean = *stats::mean(part)};
    window.error =
        *stats::standard_deviation(part, 1) / std::sqrt(static_cast<double>(part.size()));
    if (!std::isnan(sent_s[first])) window.from_s = sent_s[first];
    if (!std::isnan(sent_s[past - 1])) window.to_s = sent_s[past - 1];
    window.median = median_of(std::move(part));
    windows.push_back(window);
  }
  return windows;
}

// How much the mean of a window scatters though the level stays: as from one window to the next,
// which a lasting change of level hardly moves, but at least as the requests within the windows
// say.
double noise_of(const std::vector<Window>& windows) {
  std::vector<double> differences;
  std::vector<double> within;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (i > 0) differences.push_back(std::fabs(windows[i].mean - windows[i - 1].mean));
    within.push_back(windows[i].error);
  }
  return std::max(median_of(std::move(differences)) / kDifferenceOfNeighbours,
                  median_of(std::move(within)));
}

// Over the baseline by kDegradation, and by more than noise alone does now and then: half of all
// windows lie over the level, and four in a row are no rarity if the limit lies within the noise.
double degradation_limit(double baseline, double noise) {
  return std::max(baseline * (1 + kDegradation), baseline + kNoiseTimes * noise);
}

Severity severity_of(double excess) {
  if (excess >= kSevereFrom) return Severity::kSevere;
  return excess >= kModerateFrom ? Severity::kModerate : Severity::kMinor;
}

void find_degradations(Steadiness& s) {
  std::size_t degraded = 0;
  for (std::size_t first = 0; first < s.windows.size();) {
    std::size_t past = first;
    double sum = 0;
    double worst = 0;
    while (past < s.windows.size() && s.windows[past].mean > s.limit) {
      sum += s.windows[past].mean;
      worst = std::max(worst, s.windows[past].mean);
      ++past;
    }
    if (past - first > kHeldFor) {
      Degradation d{.first = first, .past = past};
      d.from_s = s.windows[first].from_s;
      d.to_s = s.windows[past - 1].to_s;
      d.excess = sum / static_cast<double>(past - first) / s.baseline - 1;
      d.worst = worst / s.baseline - 1;
      d.severity = severity_of(d.excess);
      s.degradations.push_back(d);
      degraded += past - first;
    }
    first = std::max(past, first + 1);
  }
  s.degraded_share = static_cast<double>(degraded) / static_cast<double>(s.windows.size());
}

// How many times longer a series of independent values is that tells as little.
double dependence_of(const std::vector<double>& series) {
  const auto effective = stats::effective_sample_size(series);
  if (!effective || *effective <= 0) return 1;
  return std::max(1.0, static_cast<double>(series.size()) / *effective);
}

// The logarithms of the medians cut into segments; again with the penalty raised by how much what
// the segments leave unexplained depends on itself, so that wandering is not read as changes.
std::vector<stats::Segment> segments_of(const std::vector<double>& series) {
  stats::ChangePointOptions options{.min_segment = kHeldFor + 1};
  const auto first = stats::find_segments(series, options);
  if (!first || first->size() < 2) return first.value_or(std::vector<stats::Segment>());
  std::vector<double> left;
  for (const auto& segment : *first) {
    for (std::size_t i = segment.begin; i < segment.end; ++i) {
      left.push_back(series[i] - segment.mean);
    }
  }
  options.penalty = stats::bic_penalty(series.size(), options.change) * dependence_of(left);
  return stats::find_segments(series, options).value_or(*first);
}

void find_changes(Steadiness& s) {
  std::vector<double> logs;
  for (const Window& w : s.windows) {
    if (w.median <= 0) return;
    logs.push_back(std::log(w.median));
  }
  const auto segments = segments_of(logs);
  const auto level = [&](const stats::Segment& segment) {
    std::vector<double> medians;
    for (std::size_t i = segment.begin; i < segment.end; ++i) {
      medians.push_back(s.windows[i].median);
    }
    return median_of(std::move(medians));
  };
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const ChangeOfLevel change{.at_s = s.windows[segments[i].begin].from_s,
                               .window = segments[i].begin,
                               .before = level(segments[i - 1]),
                               .after = level(segments[i])};
    const double ratio = change.after / change.before;
    if (ratio >= 1 + kDegradation || ratio <= 1 / (1 + kDegradation)) s.changes.push_back(change);
  }
}

std::optional<Drift> drift_of(const std::vector<Window>& windows) {
  std::vector<double> order;
  std::vector<double> medians;
  for (const Window& w : windows) {
    order.push_back(static_cast<double>(order.size()));
    medians.push_back(w.median);
  }
  const auto line = stats::theil_sen(order, medians);
  if (!line) return std::nullopt;
  // The dependence is that of what the trend leaves (Yue and Wang 2004).
  std::vector<double> left;
  for (std::size_t i = 0; i < medians.size(); ++i) {
    left.push_back(medians[i] - line->slope * order[i]);
  }
  Drift drift{.change = {}, .change_interval = {}, .dependence = dependence_of(left)};
  const stats::TrendOptions options{.variance_inflation = drift.dependence};
  if (const auto test = stats::mann_kendall(medians, options)) {
    drift.tau = test->tau;
    drift.p_value = test->p_value;
  }
  const auto allowed = stats::theil_sen(order, medians, options);
  const double steps = static_cast<double>(windows.size() - 1);
  const double middle = line->intercept + line->slope * steps / 2;
  if (!allowed || middle <= 0) return drift;
  const double scale = steps / middle;
  drift.change = allowed->slope * scale;
  if (allowed->interval) {
    drift.change_interval = stats::Interval{.low = allowed->interval->low * scale,
                                            .high = allowed->interval->high * scale,
                                            .confidence = allowed->interval->confidence};
  }
  return drift;
}

}  // namespace

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kMinor:
      return "minor";
    case Severity::kModerate:
      return "moderate";
    case Severity::kSevere:
      return "severe";
  }
  return "";
}

Steadiness steadiness(const Slice& slice, MetricId metric) {
  const auto& all = values(slice, metric);
  const auto& sent = values(slice, Quantity::kSentAt);
  std::vector<double> there;
  std::vector<double> there_at;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::isnan(all[i])) continue;
    there.push_back(all[i]);
    there_at.push_back(sent[i]);
  }
  return steadiness_of(metric, there, there_at);
}

Steadiness steadiness_of(MetricId metric, const std::vector<double>& values,
                         const std::vector<double>& sent_s) {
  Steadiness s{.metric = metric,
               .n = values.size(),
               .windows = windows_of(values, sent_s),
               .degradations = {},
               .changes = {},
               .drift = {},
               .cv = {}};
  if (s.windows.empty()) return s;
  std::vector<double> means;
  for (const Window& w : s.windows) means.push_back(w.mean);
  s.noise = noise_of(s.windows);
  const stats::Sorted sorted(means);
  // Of noise alone the first quartile lies below the level by so much.
  s.baseline = *stats::quantile(sorted, 0.25) + kQuarter * s.noise;
  s.limit = degradation_limit(s.baseline, s.noise);
  if (s.baseline > 0) find_degradations(s);
  find_changes(s);
  s.drift = drift_of(s.windows);
  const double mean = *stats::mean(means);
  if (mean > 0) s.cv = *stats::standard_deviation(means, 1) / mean;
  return s;
}

}  // namespace tt::analysis
