#include "load/player.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::load {
namespace {

// How often timeouts are looked at: their precision.
constexpr Nanos kTimeoutTick = 20 * kMillisecond;

// Requests of a target given up that are recorded in one tick.
constexpr int kDropsAtOnce = 32;

struct Expiry {
  Status status = Status::kOk;
  Nanos limit = 0;
};

Expiry expiry_of(const Flight& flight, const plan::Timeouts& limits, Nanos now) {
  const record::Row& row = flight.row;
  if (row.sent == kNever) return {};  // still connecting: the wire watches that
  const auto over = [now](Nanos limit, Nanos since) { return limit > 0 && now - since >= limit; };
  if (over(limits.total, row.sent)) return {Status::kTotalTimeout, limits.total};
  if (!flight.first_token_seen()) {
    return over(limits.first_token, row.sent)
               ? Expiry{Status::kFirstTokenTimeout, limits.first_token}
               : Expiry{};
  }
  const Nanos alive = std::max(flight.last_read, row.first_token);
  return over(limits.gap, alive) ? Expiry{Status::kGapTimeout, limits.gap} : Expiry{};
}

// What the worker can tell without reading the stream: enough to give up on a broken target.
bool looks_answered(const Flight& flight) {
  return flight.transport == Status::kOk && flight.row.http_code == 200 &&
         flight.first_token_seen();
}

}  // namespace

Player::Player(std::unique_ptr<Pacer> pacer, MakeFlight make, const plan::Timeouts& timeouts,
               Breaker& breaker, Wire& wire, Outbox& outbox, std::uint32_t block,
               std::uint32_t worker)
    : pacer_(std::move(pacer)),
      make_(std::move(make)),
      timeouts_(timeouts),
      breaker_(breaker),
      wire_(wire),
      outbox_(outbox),
      block_(block),
      worker_(worker) {}

void Player::tick(Nanos now) {
  let_go(now);  // first: whoever goes makes room
  send_due(now);
  if (now >= next_timeout_check_) {
    enforce_timeouts(now);
    next_timeout_check_ = now + kTimeoutTick;
  }
}

void Player::send_due(Nanos now) {
  while (mode_ == StopMode::kPlay) {
    if (breaker_.open()) return give_up(now);
    const auto due = pacer_->take(now);
    if (!due) return;
    next_index_ = due->index + 1;
    if (due->dropped) {
      drop(*due);
    } else {
      launch(*due, now);
    }
  }
}

void Player::launch(const Due& due, Nanos now) {
  auto flight = flight_for(due);
  flight->place = flights_.size();
  flights_.push_back(std::move(flight));
  ++sent_;
  Flight& flying = *flights_.back();
  if (flying.leave_after > 0) {
    flying.leave_at = now + flying.leave_after;
    leaving_.emplace(flying.leave_at, &flying);
  }
  next_timeout_check_ = std::min(next_timeout_check_, now + kTimeoutTick);
  wire_.start(flying);
}

void Player::drop(const Due& due) {
  auto flight = flight_for(due);
  flight->transport = Status::kDropped;
  flight->transport_error =
      due.why.empty() ? "the cap on requests in flight (max_in_flight) was reached" : due.why;
  flight->request = {};
  outbox_.post({.owned = std::move(flight)});
}

// A few at a time: a long list must not hold up the other targets on this loop.
void Player::give_up(Nanos now) {
  giving_up_ = true;
  for (int i = 0; i < kDropsAtOnce; ++i) {
    auto due = pacer_->give_up(now);
    if (!due) {
      mode_ = StopMode::kDrain;
      giving_up_ = false;
      return;
    }
    next_index_ = due->index + 1;
    due->why = "the target was given up after too many failures";
    drop(*due);
  }
}

std::deque<std::unique_ptr<Flight>>::iterator Player::prepared(std::uint64_t index) {
  return std::ranges::find(prepared_, index, [](const auto& flight) { return flight->row.index; });
}

std::unique_ptr<Flight> Player::flight_for(const Due& due) {
  std::unique_ptr<Flight> flight;
  if (const auto ready = prepared(due.index); ready != prepared_.end()) {
    flight = std::move(*ready);
    prepared_.erase(ready);
  } else {
    flight = make_(due.index);
  }
  flight->row.planned = due.planned;
  flight->row.warmup = due.warmup;
  if (due.user > 0) flight->row.user = std::to_string(due.user);
  flight->row.block = block_;
  flight->row.worker = worker_;
  return flight;
}

bool Player::prepare_one(std::size_t ahead) {
  if (mode_ != StopMode::kPlay || prepared_.size() >= ahead) return false;
  auto index = pacer_->upcoming(prepared_.size());
  // Sessions change the order as they go on, so the next one to build may stand before.
  const bool sessions = pacer_->next_session().has_value();
  for (std::size_t i = 0; sessions && index && prepared(*index) != prepared_.end(); ++i) {
    if (i == ahead) return false;
    index = pacer_->upcoming(i);
  }
  if (!index) return false;
  prepared_.push_back(make_(*index));
  return true;
}

void Player::let_go(Nanos now) {
  while (!leaving_.empty() && leaving_.begin()->first <= now) {
    Flight& flight = *leaving_.begin()->second;
    leaving_.erase(leaving_.begin());
    if (flight.transport != Status::kOk) continue;  // already ending
    flight.transport = Status::kLeft;
    flight.transport_error =
        fmt::format("went away after {}, as planned", format_duration(flight.leave_after));
    wire_.abort(flight);
  }
}

void Player::enforce_timeouts(Nanos now) {
  // abort() may end flights at once, which reorders the list: go from the back.
  for (std::size_t i = flights_.size(); i-- > 0;) {
    if (i >= flights_.size()) continue;
    Flight& flight = *flights_[i];
    if (flight.transport != Status::kOk) continue;  // already ending
    const Expiry expiry = expiry_of(flight, timeouts_, now);
    if (expiry.status == Status::kOk) continue;
    flight.transport = expiry.status;
    flight.transport_error =
        fmt::format("{} after {}", status_name(expiry.status), format_duration(expiry.limit));
    wire_.abort(flight);
  }
}

Nanos Player::next_wake(Nanos now) const {
  if (giving_up_ && mode_ == StopMode::kPlay) return now;
  Nanos wake = kNever;
  if (mode_ == StopMode::kPlay && !pacer_->exhausted(now)) wake = pacer_->next_due();
  if (!flights_.empty() && (wake == kNever || next_timeout_check_ < wake)) {
    wake = next_timeout_check_;
  }
  if (!leaving_.empty() && (wake == kNever || leaving_.begin()->first < wake)) {
    wake = leaving_.begin()->first;
  }
  return wake;
}

void Player::ended(Flight& flight, Nanos now) {
  if (flight.row.end == kNever) flight.row.end = now;
  if (flight.leave_at != kNever) leaving_.erase({flight.leave_at, &flight});
  // What the client could not send says nothing of the target, nor does a client's impatience.
  const bool unheard = flight.transport == Status::kLeft && !flight.first_token_seen();
  if (flight.transport != Status::kClientLimit && !unheard) {
    breaker_.note(looks_answered(flight) || ended_by_client(flight.transport));
  }
  const std::size_t place = flight.place;
  std::unique_ptr<Flight> owned = std::move(flights_[place]);
  if (place + 1 != flights_.size()) {
    flights_[place] = std::move(flights_.back());
    flights_[place]->place = place;
  }
  flights_.pop_back();
  outbox_.post({.owned = std::move(owned)});
  pacer_->ended(now);
}

void Player::stop(StopMode mode) {
  if (mode > mode_) mode_ = mode;
  if (mode_ != StopMode::kAbort) return;
  for (std::size_t i = flights_.size(); i-- > 0;) {
    if (i >= flights_.size() || flights_[i]->transport != Status::kOk) continue;
    flights_[i]->transport = Status::kCancelled;
    flights_[i]->transport_error = "stopped by the user";
    wire_.abort(*flights_[i]);
  }
}

bool Player::done(Nanos now) const {
  return flights_.empty() && (mode_ != StopMode::kPlay || pacer_->exhausted(now));
}

}  // namespace tt::load
