#include "plan/load_curve.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace tt::plan {
namespace {

// A working day: how far the level has risen from night to peak, at the hour. Straight lines
// between.
struct Hour {
  double hour;
  double share;
};
constexpr std::array kDay = {Hour{0, 0},    Hour{6, 0},    Hour{9, 0.8}, Hour{11, 1},
                             Hour{12, 1},   Hour{13, 0.7}, Hour{14, 1},  Hour{16, 1},
                             Hour{18, 0.5}, Hour{22, 0.1}, Hour{24, 0}};

Nanos period_of(const Stage& stage, Nanos duration) {
  return stage.period > 0 ? stage.period : duration;
}

Nanos burst_of(const Stage& stage, Nanos period) {
  return std::min(period, stage.burst > 0 ? stage.burst : period / 4);
}

bool repeats(Stage::Curve curve) {
  return curve == Stage::Curve::kWave || curve == Stage::Curve::kBurst ||
         curve == Stage::Curve::kBusinessHours;
}

std::uint32_t users_at(double level) {
  return static_cast<std::uint32_t>(std::floor(std::max(0.0, level) + 0.5));
}

}  // namespace

double LoadCurve::Piece::level(double seconds) const {
  const double share = std::clamp(seconds / to_seconds(span), 0.0, 1.0);
  switch (bend) {
    case Bend::kLine:
      return from + (to - from) * share;
    case Bend::kExponential:
      return from * std::pow(to / from, share);
    case Bend::kCosine:
      return from + (to - from) * (1 - std::cos(std::numbers::pi * share)) / 2;
  }
  return from;
}

double LoadCurve::Piece::area(double seconds) const {
  const double whole = to_seconds(span);
  switch (bend) {
    case Bend::kLine:
      return seconds * (from + (to - from) * seconds / whole / 2);
    case Bend::kExponential: {
      const double pace = std::log(to / from) / whole;
      return from * std::expm1(pace * seconds) / pace;
    }
    case Bend::kCosine:
      return from * seconds + (to - from) / 2 *
                                  (seconds - whole / std::numbers::pi *
                                                 std::sin(std::numbers::pi * seconds / whole));
  }
  return 0;
}

double LoadCurve::Piece::reach(double wanted) const {
  const double whole = to_seconds(span);
  switch (bend) {
    case Bend::kLine: {
      // The root of slope/2 t^2 + from t - wanted in the form that does not cancel.
      const double slope = (to - from) / whole;
      return 2 * wanted / (from + std::sqrt(std::max(0.0, from * from + 2 * slope * wanted)));
    }
    case Bend::kExponential: {
      const double pace = std::log(to / from) / whole;
      return std::log1p(wanted * pace / from) / pace;
    }
    case Bend::kCosine:
      break;
  }
  // Newton's steps, kept within a bracket that each of them narrows.
  double low = 0;
  double high = to_seconds(length);
  double seconds = high * wanted / area(high);
  for (int i = 0; i < 200 && high - low > 1e-10; ++i) {
    const double over = area(seconds) - wanted;
    (over > 0 ? high : low) = seconds;
    const double slope = level(seconds);
    const double next = slope > 0 ? seconds - over / slope : low;
    const double safe = next > low && next < high ? next : (low + high) / 2;
    if (std::fabs(safe - seconds) < 1e-11) return safe;
    seconds = safe;
  }
  return seconds;
}

double LoadCurve::Piece::when(double wanted) const {
  const double whole = to_seconds(span);
  const double share = (wanted - from) / (to - from);
  switch (bend) {
    case Bend::kLine:
      return whole * share;
    case Bend::kExponential:
      return whole * std::log(wanted / from) / std::log(to / from);
    case Bend::kCosine:
      return whole * std::acos(std::clamp(1 - 2 * share, -1.0, 1.0)) / std::numbers::pi;
  }
  return 0;
}

LoadCurve::LoadCurve(std::span<const Stage> stages, Nanos whole) {
  for (const Stage& stage : stages) {
    const Nanos duration = stage.duration > 0 ? stage.duration : whole;
    limit_ = length_ + duration;
    if (whole > 0) limit_ = std::min(limit_, whole);
    if (limit_ > length_) add_stage(stage, duration);
  }
}

// Cut where the stage or the load ends.
void LoadCurve::add(Nanos length, double from, double to, Bend bend) {
  const Nanos kept = std::min(length, limit_ - length_);
  if (kept <= 0) return;
  // Equal, or so near that the logarithm of their ratio is 0.
  if (from == to || to / from == 1) bend = Bend::kLine;
  const Piece piece{.begin = length_,
                    .length = kept,
                    .span = length,
                    .from = from,
                    .to = to,
                    .bend = bend,
                    .before = area_};
  area_ += piece.area(to_seconds(kept));
  length_ += kept;
  pieces_.push_back(piece);
}

void LoadCurve::add_period(const Stage& stage, Nanos period) {
  const double rise = stage.to - stage.from;
  if (stage.curve == Stage::Curve::kWave) {
    add(period / 2, stage.from, stage.to, Bend::kCosine);
    add(period - period / 2, stage.to, stage.from, Bend::kCosine);
    return;
  }
  if (stage.curve == Stage::Curve::kBurst) {
    const Nanos burst = burst_of(stage, period);
    add(period - burst, stage.from, stage.from);
    add(burst, stage.to, stage.to);
    return;
  }
  const auto at = [&](double hour) {
    return static_cast<Nanos>(static_cast<double>(period) * hour / kDay.back().hour);
  };
  for (std::size_t i = 1; i < kDay.size(); ++i) {
    add(at(kDay[i].hour) - at(kDay[i - 1].hour), stage.from + rise * kDay[i - 1].share,
        stage.from + rise * kDay[i].share);
  }
}

void LoadCurve::add_stage(const Stage& stage, Nanos duration) {
  if (repeats(stage.curve)) {
    const Nanos period = std::max<Nanos>(1, period_of(stage, duration));
    while (length_ < limit_ && pieces_.size() < kMostPieces) add_period(stage, period);
    return;
  }
  if (stage.curve == Stage::Curve::kStep) {
    const auto steps = static_cast<Nanos>(std::max(2U, stage.steps));
    for (Nanos i = 0; i < steps; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(steps - 1);
      const double level = stage.from + (stage.to - stage.from) * share;
      add(duration / steps + (i < duration % steps ? 1 : 0), level, level);
    }
    return;
  }
  add(duration, stage.from, stage.to,
      stage.curve == Stage::Curve::kExponential ? Bend::kExponential : Bend::kLine);
}

const LoadCurve::Piece* LoadCurve::piece_at(Nanos at) const {
  if (pieces_.empty()) return nullptr;
  const auto after = std::ranges::upper_bound(pieces_, at, {}, &Piece::begin);
  return after == pieces_.begin() ? &pieces_.front() : &*(after - 1);
}

double LoadCurve::level(Nanos at) const {
  const Piece* piece = piece_at(at);
  if (piece == nullptr) return 0;
  return piece->level(to_seconds(std::min(at - piece->begin, piece->length)));
}

double LoadCurve::peak() const {
  double peak = 0;
  for (const Piece& piece : pieces_) peak = std::max({peak, piece.from, piece.end_level()});
  return peak;
}

double LoadCurve::area_until(Nanos at) const {
  if (at >= length_) return area_;
  const Piece* piece = piece_at(at);
  return piece == nullptr ? 0 : piece->before + piece->area(to_seconds(at - piece->begin));
}

Nanos LoadCurve::reach(double area) const {
  // The last piece that begins with no more than this; those of level 0 after it begin with the
  // same, and are passed.
  auto after = std::ranges::upper_bound(pieces_, area, {}, &Piece::before);
  if (area >= area_ || after == pieces_.begin()) return area >= area_ ? length_ : 0;
  const Piece& piece = *(after - 1);
  const Nanos within = from_seconds(piece.reach(area - piece.before));
  return piece.begin + std::clamp<Nanos>(within, 0, piece.length);
}

void LoadCurve::add_changes(const Piece& piece, std::vector<UserChange>& changes) const {
  const std::uint32_t first = users_at(piece.from);
  const std::uint32_t last = users_at(piece.end_level());
  if (changes.empty() || changes.back().users != first) changes.push_back({piece.begin, first});
  const auto change = [&](std::uint32_t users, double level) {
    const Nanos within = std::clamp<Nanos>(from_seconds(piece.when(level)), 0, piece.length);
    changes.push_back({piece.begin + within, users});
  };
  for (std::uint32_t n = first; n < last; ++n) change(n + 1, n + 0.5);
  for (std::uint32_t n = first; n > last; --n) change(n - 1, n - 0.5);
}

std::vector<UserChange> LoadCurve::users() const {
  std::vector<UserChange> changes;
  for (const Piece& piece : pieces_) add_changes(piece, changes);
  return changes;
}

double pieces_of(const Stage& stage, Nanos duration) {
  if (stage.curve == Stage::Curve::kStep) return stage.steps;
  if (!repeats(stage.curve)) return 1;
  const double each = stage.curve == Stage::Curve::kBusinessHours ? kDay.size() - 1 : 2;
  const auto period = static_cast<double>(std::max<Nanos>(1, period_of(stage, duration)));
  return each * (static_cast<double>(duration) / period + 1);
}

double travel_of(const Stage& stage, Nanos duration) {
  const double rise = std::fabs(stage.to - stage.from);
  // A working day goes down and up again at noon.
  return repeats(stage.curve) ? rise * 1.3 * pieces_of(stage, duration) : rise;
}

double end_of(const Stage& stage) { return repeats(stage.curve) ? stage.from : stage.to; }

bool is_open_loop(const LoadShape& load) { return !std::holds_alternative<Concurrency>(load); }

std::span<const Stage> stages_of(const LoadShape& load) {
  if (const auto* closed = std::get_if<Concurrency>(&load)) return closed->stages;
  if (const auto* rate = std::get_if<Rate>(&load)) return rate->stages;
  return {};
}

bool varies(const LoadShape& load) {
  return std::holds_alternative<TraceReplay>(load) || !stages_of(load).empty();
}

bool ends_by_itself(const LoadShape& load) {
  if (std::holds_alternative<TraceReplay>(load)) return true;
  const auto stages = stages_of(load);
  return !stages.empty() && stages.front().duration > 0;
}

std::uint32_t most_in_flight(const LoadShape& load) {
  if (std::holds_alternative<Concurrency>(load)) return users_at(peak_level(load));
  if (const auto* rate = std::get_if<Rate>(&load)) return rate->max_in_flight;
  return std::get<TraceReplay>(load).max_in_flight;
}

double peak_level(const LoadShape& load) {
  double peak = 0;
  for (const Stage& stage : stages_of(load)) peak = std::max({peak, stage.from, stage.to});
  if (peak > 0 || varies(load)) return peak;
  if (const auto* closed = std::get_if<Concurrency>(&load)) return closed->users;
  return std::get<Rate>(load).per_second;
}

std::optional<Nanos> load_length(const Plan& plan) {
  Nanos sum = 0;
  for (const Stage& stage : stages_of(plan.load)) {
    if (stage.duration == 0) return plan.stop.duration;
    sum += stage.duration;
  }
  if (sum == 0) return plan.stop.duration;
  return std::min(sum, plan.stop.duration.value_or(sum));
}

std::uint32_t playings_of(const Plan& plan) {
  return varies(plan.load) && plan.order == Order::kInterleaved ? std::max(plan.blocks, 1U) : 1;
}

}  // namespace tt::plan
