#include "analysis/capacity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

namespace tt::analysis {
namespace {

constexpr double kGrowth = 2;       // from load to load until there is a bracket
constexpr double kCellsInHalf = 5;  // cells in half of a tolerable interval
constexpr double kSaturated = 2;    // standard errors
constexpr double kLean = 0.51;
constexpr double kFlank = 0.2;         // of the density: where its flank is asked
constexpr double kLowestShare = 1e-3;  // of the first load: none below is tried

// How far from the capacity, on the log scale, a load must lie for its figure to be one standard
// error away from the limit: not known, so all are weighed.
constexpr std::array kSlopes = {0.002, 0.003, 0.0045, 0.0068, 0.01,  0.015, 0.023,
                                0.034, 0.051, 0.077,  0.115,  0.173, 0.26};

double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal(), std::clamp(p, 1e-9, 1 - 1e-9));
}
double normal_tail(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

// Of a probe's score z where `expected` is what its load should score. A score beyond kSaturated
// says only that: far from the capacity the line need not be straight, and confidence ends at 1.
// One probe in five may err three times as much as its interval says, as another moment would.
double log_likelihood(double z, bool at_least, double expected) {
  constexpr double kWild = 0.2;
  constexpr double kWilder = 3;
  constexpr double kLie = 1e-3;
  const double d = z - expected;
  double chance = 0;
  if (!at_least && z > -kSaturated && z < kSaturated) {
    const auto bell = [](double x) { return std::exp(-x * x / 2) / 2.5066282746310002; };
    chance = (1 - kWild) * bell(d) + kWild * bell(d / kWilder) / kWilder;
  } else {
    const double off =
        z > 0 ? expected - std::min(z, kSaturated) : std::max(z, -kSaturated) - expected;
    chance = (1 - kWild) * normal_tail(off) + kWild * normal_tail(off / kWilder);
  }
  return std::log(chance * (1 - kLie) + kLie);
}

ProbeVerdict verdict_of(double support) {
  if (support >= CapacitySearch::kSure) return ProbeVerdict::kMet;
  if (support <= 1 - CapacitySearch::kSure) return ProbeVerdict::kMissed;
  return ProbeVerdict::kCannotTell;
}

// Of the cell [low, high) the part, on the log scale, that lies at or above `load`.
double part_above(double low, double high, double load) {
  if (load <= low) return 1;
  if (load >= high) return 0;
  return std::log(high / load) / std::log(high / low);
}

}  // namespace

std::string_view probe_verdict_name(ProbeVerdict verdict) {
  switch (verdict) {
    case ProbeVerdict::kMet:
      return "met";
    case ProbeVerdict::kMissed:
      return "missed";
    case ProbeVerdict::kCannotTell:
      return "cannot_tell";
  }
  return "";
}

std::string_view capacity_end_name(CapacityEnd end) {
  switch (end) {
    case CapacityEnd::kSearching:
      return "searching";
    case CapacityEnd::kTight:
      return "tight";
    case CapacityEnd::kAllMet:
      return "all_met";
    case CapacityEnd::kNoneMet:
      return "none_met";
    case CapacityEnd::kProbesSpent:
      return "probes_spent";
  }
  return "";
}

namespace {

// Whether so many requests could not have shown more: none of them was on the wrong side.
bool exhausted(const SloResult& slo) {
  if (slo.method == SloMethod::kScore) return slo.value == 1;
  if (slo.method != SloMethod::kOrderStatistics || !slo.confidence) return false;
  const double p = slo.slo.figure.quantile;
  const double wrong_side = slo.met ? p : 1 - p;
  return *slo.confidence >= 1 - std::pow(wrong_side, slo.effective) - 1e-9;
}

ProbeOutcome outcome_of(const SloResult& slo) {
  if (!slo.value) return {.support = 0, .why = slo.slo.text + ": nothing was measured"};
  // Of few requests even the best sample is no proof; it leans to its side all the same.
  const double sure = std::max(slo.confidence.value_or(0), kLean);
  const std::string value = format_value(metric(slo.slo.figure.metric), *slo.value);
  return {.support = slo.met ? sure : 1 - sure,
          .at_least = exhausted(slo),
          .why = fmt::format("{}: {}", slo.slo.text, value)};
}

}  // namespace

ProbeOutcome outcome_of(std::span<const SloResult> slos) {
  // What could not have shown more speaks only where nothing else does.
  const auto rank = [](const ProbeOutcome& o) {
    return std::pair(o.at_least && o.support > 0.5, o.support);
  };
  std::optional<ProbeOutcome> weakest;
  for (const SloResult& slo : slos) {
    ProbeOutcome one = outcome_of(slo);
    if (!weakest || rank(one) < rank(*weakest)) weakest = std::move(one);
  }
  return weakest.value_or(ProbeOutcome{});
}

CapacitySearch::CapacitySearch(const CapacityOptions& options) : options_(options) {}

double CapacitySearch::lowest() const { return options_.whole ? 1 : options_.from * kLowestShare; }

double CapacitySearch::fitting(double load) const {
  load = std::clamp(load, lowest(), options_.at_most);
  if (options_.whole) return std::round(load);
  const double scale = std::pow(10, 4 - std::floor(std::log10(load)));  // five digits will do
  return std::round(load * scale) / scale;
}

bool CapacitySearch::bracketed() const {
  const auto leans = [&](bool met) {
    return std::ranges::any_of(probes_, [&](const Probe& p) {
      return met ? p.outcome.support > 0.5 : p.outcome.support < 0.5;
    });
  };
  return leans(true) && leans(false);
}

Ask CapacitySearch::bracketing() const {
  if (probes_.empty()) return {.load = fitting(options_.from)};
  // Before a bracket stands, the last probe is the farthest.
  const Probe& last = probes_.back();
  const bool up = last.outcome.support > 0.5;
  const double load = fitting(up ? last.ask.load * kGrowth : last.ask.load / kGrowth);
  const bool again = last.outcome.support == 0.5 || load == last.ask.load;
  if (!again) return {.load = load};
  return {.load = last.ask.load, .effort = std::min(kMostEffort, last.ask.effort * 2)};
}

std::optional<Ask> CapacitySearch::next() const {
  if (end() != CapacityEnd::kSearching) return std::nullopt;
  if (!bracketed()) return bracketing();
  // The nearer to the capacity, the rarer and longer the jams that decide, and the longer it takes
  // to see what is usual. Where the last ones could not tell, the middle is too near to say
  // anything: then the flanks are asked in turn, and longer still.
  std::size_t undecided = 0;
  for (auto it = probes_.rbegin(); it != probes_.rend(); ++it, ++undecided) {
    if (it->verdict != ProbeVerdict::kCannotTell || it->outcome.at_least) break;
  }
  const double off = half_width() / options_.tolerance;
  Ask ask;
  ask.effort = off > 4 ? 1 : off > 2 ? 2 : 4;
  if (undecided >= 2) ask.effort *= 2;
  ask.effort = std::min(ask.effort, kMostEffort);
  const double p = undecided == 0 ? 0.5 : probes_.size() % 2 == 0 ? kFlank : 1 - kFlank;
  ask.load = fitting(quantile(p));
  // Of whole loads the one that cuts the density nearer to p.
  const auto miss = [&](double load) { return std::fabs(probability_met(load) - (1 - p)); };
  if (options_.whole && miss(ask.load + 1) < miss(ask.load)) ask.load = fitting(ask.load + 1);
  return ask;
}

void CapacitySearch::tell(const Ask& ask, const ProbeOutcome& outcome) {
  probes_.push_back({ask, outcome, verdict_of(outcome.support)});
  weigh();
}

// The span over which the capacity may lie: twice what was tried, since what lies further has been
// ruled out by none or by all of the probes. True where it grew.
bool CapacitySearch::widen() {
  const double load = probes_.back().ask.load;
  const bool inside = probes_.size() > 1 && load >= lowest_tried_ && load <= highest_tried_;
  if (inside) return false;
  lowest_tried_ = probes_.size() > 1 ? std::min(lowest_tried_, load) : load;
  highest_tried_ = probes_.size() > 1 ? std::max(highest_tried_, load) : load;
  const double low = std::max(lowest_tried_ / kGrowth, lowest() / kGrowth);
  const double high = std::min(highest_tried_ * kGrowth, options_.at_most * kGrowth);
  const double ratio = 1 + options_.tolerance / kCellsInHalf;
  edges_.clear();
  for (double edge = options_.whole ? std::floor(low) : low;;) {
    edges_.push_back(edge);
    if (edge >= high) return true;
    edge = options_.whole ? std::max(std::floor(edge * ratio), edge + 1) : edge * ratio;
  }
}

double CapacitySearch::log_width(std::size_t cell) const {
  return std::log(edges_[cell + 1] / (options_.whole ? std::max(edges_[cell], 0.5) : edges_[cell]));
}

// Of a cell; of a whole load halfway to the next one, which is missed.
double CapacitySearch::log_middle(std::size_t cell) const {
  return std::log(edges_[cell + 1]) - log_width(cell) / 2;
}

void CapacitySearch::weigh() {
  const bool anew = widen();
  const std::size_t cells = edges_.size() - 1;
  if (anew) fit_.assign(kSlopes.size(), std::vector<double>(cells, 0));
  for (std::size_t k = anew ? 0 : probes_.size() - 1; k < probes_.size(); ++k) {
    const double z = normal_quantile(probes_[k].outcome.support);
    const double log_load = std::log(probes_[k].ask.load);
    const double longer = std::sqrt(probes_[k].ask.effort);
    for (std::size_t j = 0; j < kSlopes.size(); ++j) {
      for (std::size_t i = 0; i < cells; ++i) {
        fit_[j][i] += log_likelihood(z, probes_[k].outcome.at_least,
                                     (log_middle(i) - log_load) * longer / kSlopes[j]);
      }
    }
  }
  double top = fit_[0][0];
  for (const auto& slope : fit_) top = std::max(top, *std::ranges::max_element(slope));
  weights_.assign(cells, 0);
  for (std::size_t i = 0; i < cells; ++i) {
    for (const auto& slope : fit_) weights_[i] += std::exp(slope[i] - top) * log_width(i);
  }
  const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) weight /= sum;
}

double CapacitySearch::probability_met(double load) const {
  if (weights_.empty()) return 0.5;
  if (load >= edges_.back()) return 0;
  double above = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    above += weights_[i] * part_above(edges_[i], edges_[i + 1], load);
  }
  return above;
}

// Within a cell on the log scale; of whole loads the cell's first.
double CapacitySearch::quantile(double p) const {
  double below = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (below + weights_[i] < p) {
      below += weights_[i];
      continue;
    }
    if (options_.whole) return edges_[i];
    const double share = weights_[i] > 0 ? (p - below) / weights_[i] : 0;
    return edges_[i] * std::pow(edges_[i + 1] / edges_[i], share);
  }
  return edges_.back();
}

stats::Interval CapacitySearch::interval() const {
  constexpr double kEach = (1 - stats::kConfidence) / 2;
  return {quantile(kEach), quantile(1 - kEach), stats::kConfidence};
}

double CapacitySearch::half_width() const {
  const auto [low, high, confidence] = interval();
  return (high - low) / 2 / std::max(quantile(0.5), lowest());
}

double CapacitySearch::certainty() const {
  const double middle = quantile(0.5);
  const double low = middle * (1 - options_.tolerance);
  const double high = middle * (1 + options_.tolerance);
  if (!options_.whole) return probability_met(low) - probability_met(high);
  return probability_met(std::ceil(low)) - probability_met(std::floor(high) + 1);
}

CapacityEnd CapacitySearch::end() const {
  if (probes_.empty()) return CapacityEnd::kSearching;
  const Probe& last = probes_.back();
  if (bracketed()) {
    if (certainty() >= kCertain) return CapacityEnd::kTight;
  } else if (last.ask.load >= fitting(options_.at_most) && last.outcome.support > 0.5 &&
             (last.verdict == ProbeVerdict::kMet || last.ask.effort >= kMostEffort)) {
    return CapacityEnd::kAllMet;
  } else if (last.ask.load <= fitting(lowest()) && last.outcome.support < 0.5 &&
             (last.verdict == ProbeVerdict::kMissed || last.ask.effort >= kMostEffort)) {
    return CapacityEnd::kNoneMet;
  }
  return probes_.size() >= options_.probes ? CapacityEnd::kProbesSpent : CapacityEnd::kSearching;
}

CapacityAnswer CapacitySearch::answer() const {
  CapacityAnswer answer;
  answer.end = end();
  if (bracketed()) {
    answer.load = fitting(quantile(0.5));
    answer.interval = interval();
    answer.half_width = half_width();
  }
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    for (std::size_t j = 0; j < probes_.size(); ++j) {
      if (probes_[i].verdict == ProbeVerdict::kMissed && probes_[j].verdict == ProbeVerdict::kMet &&
          probes_[i].ask.load < probes_[j].ask.load) {
        answer.violations.push_back({i, j});
      }
    }
  }
  return answer;
}

}  // namespace tt::analysis
