#include "analysis/ranking.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/metrics.h"
#include "analysis/volume.h"
#include "base/text.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

using Values = std::vector<std::optional<double>>;
using Sides = std::span<const TargetRows* const>;

bool all_there(const Values& values) {
  return std::ranges::all_of(values, [](const auto& v) { return v && *v > 0; });
}

Values quantiles(Sides sides, MetricId metric, double p) {
  Values values;
  for (const TargetRows* rows : sides) {
    auto all = pooled(samples(*rows, metric));
    values.push_back(stats::quantile_in_place(all, p));
  }
  return values;
}

// 100 for the best side; for the others how near they come to it. All unknown unless every side has
// the figure, as 100 would stand for something else then.
Values against_best(const Values& values, Better better) {
  if (!all_there(values)) return Values(values.size());
  double best = *values.front();
  for (const auto& v : values) {
    best = better == Better::kLower ? std::min(best, *v) : std::max(best, *v);
  }
  Values scores;
  for (const auto& v : values) {
    scores.emplace_back(100 * (better == Better::kLower ? best / *v : *v / best));
  }
  return scores;
}

Values rates(Sides sides) {
  Values values;
  for (const TargetRows* rows : sides) {
    values.push_back(volume(*rows, {}).per_second(MetricId::kOutputRate));
  }
  return values;
}

Values success(Sides sides) {
  Values values;
  for (const TargetRows* rows : sides) {
    double ok = 0;
    double n = 0;
    for (const auto& block : rows->blocks) {
      for (const record::Row* row : block) {
        n += ended_by_client(row->status) ? 0 : 1;
        ok += row->ok() ? 1 : 0;
      }
    }
    values.push_back(n > 0 ? std::optional(100 * ok / n) : std::nullopt);
  }
  return values;
}

// The geometric mean of the latencies' scores, so that no unit and no size weighs more.
Values latency(Sides sides) {
  std::vector<Values> parts;
  for (const auto& [metric, p] : {std::pair(MetricId::kTtft, 0.5),
                                  {MetricId::kTtft, 0.99},
                                  {MetricId::kTpot, 0.5},
                                  {MetricId::kE2e, 0.5}}) {
    const Values values = quantiles(sides, metric, p);
    if (all_there(values)) parts.push_back(against_best(values, Better::kLower));
  }
  Values scores(sides.size());
  if (parts.empty()) return scores;
  for (std::size_t side = 0; side < sides.size(); ++side) {
    double sum = 0;
    for (const Values& part : parts) sum += std::log(*part[side]);
    scores[side] = std::exp(sum / static_cast<double>(parts.size()));
  }
  return scores;
}

Values consistency(Sides sides) {
  MetricId metric = MetricId::kTpot;
  if (!all_there(quantiles(sides, metric, 0.5))) metric = MetricId::kE2e;
  const Values middle = quantiles(sides, metric, 0.5);
  const Values tail = quantiles(sides, metric, 0.95);
  Values scores(sides.size());
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (middle[i] && tail[i] && *tail[i] > 0) scores[i] = 100 * *middle[i] / *tail[i];
  }
  return scores;
}

bool known(const Values& values) {
  return std::ranges::all_of(values, [](const auto& v) { return v.has_value(); });
}

struct Part {
  std::string_view name;
  double weight;
  Values values;
};

std::string formula_of(std::span<const Part> parts, const Weights& weights) {
  std::string text = fmt::format(
      "{:g} x latency + {:g} x throughput + {:g} x reliability, over the sum of the weights. "
      "Latency: the geometric mean of best/own over TTFT p50, TTFT p99, TPOT p50 and E2E p50; "
      "throughput: own/best output tokens/s; reliability: success rate; each of 100",
      weights.latency, weights.throughput, weights.reliability);
  for (const Part& part : parts) {
    if (!known(part.values)) {
      text += fmt::format(". Left out as not every side has it: {}", part.name);
    }
  }
  return text;
}

constexpr std::string_view kRelative = "100: the best side here; half as good is 50";
constexpr std::string_view kNotMeasured = "unknown: these runs do not measure it";

void add_axes(Scores& scores, Sides sides, const Values& throughput, const Values& reliability) {
  const std::string relative(kRelative);
  const RadarAxis ttft{"TTFT", relative + " (TTFT p50)",
                       against_best(quantiles(sides, MetricId::kTtft, 0.5), Better::kLower)};
  const RadarAxis pace{"token pace", relative + " (TPOT p50)",
                       against_best(quantiles(sides, MetricId::kTpot, 0.5), Better::kLower)};
  const RadarAxis work{"throughput", relative + " (output tokens/s)", throughput};
  const RadarAxis even{"consistency",
                       "100: the slowest 5% take as long as the median; twice as long is 50 "
                       "(p50/p95 of TPOT, of E2E without it)",
                       consistency(sides)};
  const RadarAxis answers{"reliability", "success rate in percent", reliability};
  const auto unknown = [&](std::string name) {
    return RadarAxis{std::move(name), std::string(kNotMeasured), Values(sides.size())};
  };
  scores.five = {ttft, pace, work, even, answers};
  RadarAxis errors = answers;
  errors.name = "error handling";
  scores.eight = {ttft,
                  work,
                  even,
                  unknown("resource efficiency"),
                  errors,
                  unknown("scalability"),
                  unknown("memory"),
                  unknown("GPU")};
}

}  // namespace

Result<Weights> parse_weights(std::string_view text) {
  const auto parts = split(text, '/');
  double values[3] = {};
  bool good = parts.size() == 3;
  for (std::size_t i = 0; good && i < 3; ++i) {
    const std::string part(trim(parts[i]));
    char* end = nullptr;
    values[i] = std::strtod(part.c_str(), &end);
    good = !part.empty() && *end == '\0' && std::isfinite(values[i]) && values[i] >= 0;
  }
  if (!good || values[0] + values[1] + values[2] <= 0) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no set of weights; write latency/throughput/reliability, such "
                            "as 0.4/0.3/0.3: none negative, one above 0",
                            text));
  }
  return Weights{values[0], values[1], values[2]};
}

Scores score_sides(Sides sides, const Weights& weights) {
  Scores scores;
  scores.weights = weights;
  const Part parts[] = {
      {"latency", weights.latency, latency(sides)},
      {"throughput", weights.throughput, against_best(rates(sides), Better::kHigher)},
      {"reliability", weights.reliability, success(sides)}};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    Score& score = scores.sides.emplace_back(Score{.latency = parts[0].values[i],
                                                   .throughput = parts[1].values[i],
                                                   .reliability = parts[2].values[i],
                                                   .total = {}});
    double sum = 0;
    double weight = 0;
    for (const Part& part : parts) {
      if (!known(part.values)) continue;
      sum += part.weight * *part.values[i];
      weight += part.weight;
    }
    if (weight > 0) score.total = sum / weight;
  }
  scores.formula = formula_of(parts, weights);
  add_axes(scores, sides, parts[1].values, parts[2].values);
  return scores;
}

}  // namespace tt::analysis
