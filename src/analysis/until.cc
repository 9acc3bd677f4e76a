#include "analysis/until.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <boost/math/distributions/normal.hpp>

#include "analysis/samples.h"
#include "stats/autocorrelation.h"
#include "stats/means.h"
#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

constexpr std::size_t kFirstLook = 100;
constexpr double kGrowth = 1.5;
constexpr double kError = 1 - stats::kConfidence;  // of all looks together
constexpr std::size_t kWindows = 4096;  // of a long series: dependence is read from their means
constexpr std::size_t kStretchesOfAll = 20;  // batch means: 10 to 30 (Schmeiser 1982)

// How many independent requests tell as much of the share that lies at or below `level`: the
// variance of one over that of the mean, which comes from means of windows where there are many.
double effective_size(const std::vector<double>& series, double level, double share) {
  const std::size_t width = (series.size() + kWindows - 1) / kWindows;
  std::vector<double> means;
  for (std::size_t i = 0; i + width <= series.size(); i += width) {
    double sum = 0;
    for (std::size_t j = i; j < i + width; ++j) sum += series[j] <= level ? 1 : 0;
    means.push_back(sum / static_cast<double>(width));
  }
  const auto n = static_cast<double>(series.size());
  const auto independent = stats::effective_sample_size(means);
  const auto variance = stats::variance(means, 0);
  if (!independent || !variance || *variance <= 0) return n;
  return std::min(n, share * (1 - share) * *independent / *variance);
}

// Between -z and z a standard normal lies with this confidence.
double normal_quantile(double confidence) {
  return boost::math::quantile(boost::math::normal(), (1 + confidence) / 2);
}

bool is_latency(const Figure& figure) { return metric(figure.metric).grain == Grain::kRequest; }

}  // namespace

PrecisionRule::PrecisionRule(const Figure& figure, double half_width)
    : figure_(figure), half_width_(half_width), due_at_(kFirstLook) {
  if (!is_latency(figure)) return;
  // Fewer would not bound the quantile on both sides, even if they were independent.
  const double z = normal_quantile(confidence_of(1));
  const double p = figure.quantile;
  const double fewest = 1.2 * z * z * std::max(p / (1 - p), (1 - p) / p);
  due_at_ = std::max(due_at_, static_cast<std::size_t>(fewest));
}

double PrecisionRule::confidence_of(unsigned number) {
  return 1 - kError / (static_cast<double>(number) * (number + 1.0));
}

void PrecisionRule::add(const record::Row& row) {
  if (row.warmup || !row.ok()) return;
  const double value = is_latency(figure_) ? request_value(facts_of(row), figure_.metric) : 0;
  if (std::isnan(value)) return;
  samples_.push_back({.block = row.block,
                      .sent = row.sent,
                      .first = row.first_token,
                      .last = row.last_token,
                      .end = row.end,
                      .value = value,
                      .tokens = static_cast<double>(row.output_tokens)});
}

bool PrecisionRule::look() {
  if (last_ && last_->reached) return true;
  if (samples_.size() < due_at_) return false;
  due_at_ = static_cast<std::size_t>(static_cast<double>(samples_.size()) * kGrowth);
  PrecisionLook now{.number = last_ ? last_->number + 1 : 1, .n = samples_.size(), .interval = {}};
  std::ranges::stable_sort(samples_, {},
                           [](const Sample& s) { return std::pair(s.block, s.sent); });
  if (is_latency(figure_)) {
    quantile(now, confidence_of(now.number));
  } else {
    rate(now, confidence_of(now.number));
  }
  if (now.interval && now.value > 0) {
    now.half_width = (now.interval->high - now.interval->low) / 2 / now.value;
    now.reached = now.half_width <= half_width_;
  }
  last_ = now;
  return now.reached;
}

// The order statistics at the shares p -+ z sqrt(p (1 - p) / n'), n' the effective size (Serfling
// 1980, 2.6.1).
void PrecisionRule::quantile(PrecisionLook& look, double confidence) {
  std::vector<double> series;
  for (const Sample& s : samples_) series.push_back(s.value);
  const double p = figure_.quantile;
  const stats::Sorted sorted(series);
  look.value = *stats::quantile(sorted, p);
  const double n = effective_size(series, look.value, p);
  const double z = normal_quantile(confidence);
  const double reach = z * std::sqrt(p * (1 - p) / n);
  if (p - reach <= 0 || p + reach >= 1 - 0.5 / n) return;
  look.interval = {*stats::quantile(sorted, p - reach), *stats::quantile(sorted, p + reach),
                   confidence};
}

// The figure over about kStretchesOfAll stretches of the target's time, as batch means.
void PrecisionRule::rate(PrecisionLook& look, double confidence) {
  const auto sections = stretches();
  const auto mean = stats::mean(sections);
  if (!mean) return;
  look.value = *mean;
  look.interval = stats::mean_interval(sections, confidence);
}

std::vector<double> PrecisionRule::stretches() const {
  struct Span {
    Nanos from = INT64_MAX;
    Nanos to = INT64_MIN;
    Nanos longest = 0;
  };
  // Of a block the part at full load: from its first end on, and up to where the slowest request
  // that is still under way may have begun.
  std::map<std::uint32_t, Span> blocks;
  for (const Sample& s : samples_) {
    Span& span = blocks[s.block];
    span.from = std::min(span.from, s.end);
    span.to = std::max(span.to, s.end);
    span.longest = std::max(span.longest, s.end - s.sent);
  }
  const std::size_t each = std::max<std::size_t>(1, kStretchesOfAll / blocks.size());
  std::vector<double> rates;
  for (const auto& [block, span] : blocks) {
    const Nanos length = span.to - span.longest - span.from;
    if (length <= 0) continue;
    std::vector<double> amounts(each, 0);
    const double width = static_cast<double>(length) / static_cast<double>(each);
    for (const Sample& s : samples_) {
      if (s.block != block) continue;
      const double from = static_cast<double>(s.first - span.from) / width;
      const double to = std::max(static_cast<double>(s.last - span.from) / width, from + 1e-9);
      const double end = static_cast<double>(s.end - span.from) / width;
      for (std::size_t i = 0; i < each; ++i) {
        const auto low = static_cast<double>(i);
        if (figure_.metric == MetricId::kRequestRate) {
          amounts[i] += low < end && end <= low + 1 ? 1 : 0;
        } else {
          const double shared = std::min(to, low + 1) - std::max(from, low);
          amounts[i] += shared > 0 ? s.tokens * shared / (to - from) : 0;
        }
      }
    }
    for (const double amount : amounts) rates.push_back(amount / (width / 1e9));
  }
  return rates;
}

}  // namespace tt::analysis
