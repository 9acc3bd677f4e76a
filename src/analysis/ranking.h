// Sides as scores, for those who want one number, and as dimensions of a radar. No verdict rests on
// a score: its weights would decide instead of the data.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/samples.h"
#include "base/error.h"

namespace tt::analysis {

/// What each part of the score counts for; not negative, one above 0. Only their proportion counts.
struct Weights {
  double latency = 0.4;
  double throughput = 0.3;
  double reliability = 0.3;
};

/// "0.4/0.3/0.3": latency, throughput, reliability.
Result<Weights> parse_weights(std::string_view text);

/// From 0 to 100; nullopt where it cannot be known.
struct Score {
  std::optional<double> latency;
  std::optional<double> throughput;
  std::optional<double> reliability;
  std::optional<double> total;  // over the parts that every side has
};

/// One dimension over all sides.
struct RadarAxis {
  std::string name;
  std::string scale;                          // what 100 and 0 stand for
  std::vector<std::optional<double>> values;  // 0 to 100 by side; nullopt: unknown
};

struct Scores {
  Weights weights;
  std::vector<Score> sides;
  std::string formula;
  std::vector<RadarAxis> five;
  std::vector<RadarAxis> eight;
};

/// Scores are of the sides at hand: another side among them changes what 100 is.
Scores score_sides(std::span<const TargetRows* const> sides, const Weights& weights);

}  // namespace tt::analysis
