#include "plan/lengths.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "plan/keywords.h"

namespace tt::plan {

std::uint32_t draw_length(const Lengths& lengths, Rng& rng) {
  double value = lengths.mean;
  switch (lengths.kind) {
    case Lengths::Kind::kFixed:
      break;
    case Lengths::Kind::kUniform:
      return static_cast<std::uint32_t>(rng.between(lengths.min, lengths.max));
    case Lengths::Kind::kNormal:
      value += lengths.stddev * rng.normal();
      break;
    case Lengths::Kind::kLognormal:
      value = rng.lognormal(lengths.mean, lengths.stddev);
      break;
  }
  return static_cast<std::uint32_t>(std::clamp(std::round(value), static_cast<double>(lengths.min),
                                               static_cast<double>(lengths.max)));
}

double mean_length(const Lengths& lengths) {
  if (lengths.kind == Lengths::Kind::kUniform) {
    return (static_cast<double>(lengths.min) + static_cast<double>(lengths.max)) / 2;
  }
  return lengths.mean;
}

std::string format_lengths(const Lengths& lengths) {
  const Lengths defaults;
  const auto word = word_of(kLengthWords, lengths.kind);
  switch (lengths.kind) {
    case Lengths::Kind::kFixed:
      return fmt::format("{}", lengths.mean);
    case Lengths::Kind::kUniform:
      return fmt::format("{}({},{})", word, lengths.min, lengths.max);
    default:
      break;
  }
  if (lengths.min == defaults.min && lengths.max == defaults.max) {
    return fmt::format("{}({},{})", word, lengths.mean, lengths.stddev);
  }
  return fmt::format("{}({},{},{},{})", word, lengths.mean, lengths.stddev, lengths.min,
                     lengths.max);
}

}  // namespace tt::plan
