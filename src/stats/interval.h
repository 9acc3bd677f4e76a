// What an interval is, for every function that makes one.
#pragma once

namespace tt::stats {

/// The confidence that is meant where nobody says otherwise.
inline constexpr double kConfidence = 0.95;

/// Whether an interval can be made for it; functions answer nullopt where not.
inline bool is_confidence(double confidence) { return confidence > 0 && confidence < 1; }

/// A two-sided confidence interval, both ends included.
struct Interval {
  double low = 0;
  double high = 0;
  /// The coverage it is made for. Where the exact coverage is known (order statistics) it is that,
  /// and so at least what was asked for.
  double confidence = kConfidence;

  bool contains(double x) const { return low <= x && x <= high; }
  bool operator==(const Interval&) const = default;
};

}  // namespace tt::stats
