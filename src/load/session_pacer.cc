#include "load/session_pacer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace tt::load {

using workload::Turn;

SessionPacer::SessionPacer(const Stint& stint, WorkerShare share, const SessionLoad& load,
                           std::uint64_t first, Nanos start)
    : warmup_(stint.warmup),
      warm_left_(share_of(stint.warmup.requests, share)),
      quota_(stint.count > 0 ? std::optional(share_of(stint.count, share)) : std::nullopt),
      duration_(stint.duration),
      origin_(stint.origin),
      share_(share),
      schedule_(load.schedule),
      conversations_(load.conversations),
      users_(load.users),
      cap_(load.max_in_flight),
      next_(own_index(first, share)),
      last_(stint.last),
      past_(first),
      start_(start),
      no_answers_(load.conversations.most_turns()) {
  for (std::uint32_t i = 0; i < users_; ++i) {
    free_.push_back({start, i * share.count + share.index + 1});
  }
  if (open() && duration_ > 0) end_ = start_ + duration_;
}

void SessionPacer::shift(Nanos by) {
  start_ += by;
  if (end_ != kNever) end_ += by;
  for (Place& place : free_) place.since += by;
}

Nanos SessionPacer::begin_of(std::uint64_t ahead) const {
  const std::uint64_t session = next_ + ahead * share_.count;
  if (last_ > 0 && session >= last_) return kNever;
  if (!open()) return ahead < free_.size() ? free_[ahead].since : kNever;
  return schedule_.sessions[session].at - origin_ + start_;
}

void SessionPacer::begin_due(Nanos now) {
  for (;;) {
    const Nanos at = begin_of(0);
    if (at == kNever || at > now) return;
    begin_next(at);
  }
}

void SessionPacer::begin_next(Nanos at) {
  const std::uint64_t session = next_;
  Live live;
  live.turns = workload::turns_to_play(schedule_, conversations_, session);
  live.states.assign(live.turns.size(), State::kWaiting);
  live.answers.resize(live.turns.size());
  live.ends.assign(live.turns.size(), 0);
  live.first = workload::first_index(schedule_, conversations_.most_turns(), session);
  live.unsettled = live.turns.size();
  live.last_end = at;
  if (!open() && !free_.empty()) {
    live.user = free_.front().user;
    free_.pop_front();
  }
  next_ += share_.count;
  past_ = session + 1;
  Live& begun = live_.emplace(session, std::move(live)).first->second;
  for (std::uint32_t turn = 0; turn < begun.turns.size(); ++turn) {
    if (begun.turns[turn].after.empty()) make_ready(session, begun, turn);
  }
}

// From the last of the ends that it waited for; of first turns, from the session's begin.
void SessionPacer::make_ready(std::uint64_t session, Live& live, std::uint32_t turn) {
  const Turn& planned = live.turns[turn];
  Nanos from = planned.after.empty() ? live.last_end : INT64_MIN;
  for (const std::uint32_t parent : planned.after) from = std::max(from, live.ends[parent]);
  live.states[turn] = State::kReady;
  ready_.insert({from + planned.delay, session, turn});
}

Due SessionPacer::due_of(const Ready& turn, const Live& live) const {
  return {.index = live.first + turn.turn, .planned = turn.due, .user = live.user};
}

bool SessionPacer::warms(Nanos now, Nanos planned) const {
  const Nanos at = open() ? planned - start_ + origin_ : now - start_;
  return warm_left_ > 0 || at < warmup_.duration;
}

// A dropped turn was one of those that were asked for, too.
void SessionPacer::count(const Due& due) {
  if (quota_ && !due.warmup) --*quota_;
}

std::optional<Due> SessionPacer::take_drop() {
  if (dropping_.empty()) return std::nullopt;
  const Drop drop = std::move(dropping_.front());
  dropping_.pop_front();
  const auto session = live_.find(drop.turn.session);
  Due due = due_of(drop.turn, session->second);
  due.warmup = warms(drop.turn.due, drop.turn.due);
  due.dropped = true;
  due.why = drop.why;
  count(due);
  --session->second.unsettled;
  settle(session);
  return due;
}

std::optional<Due> SessionPacer::take(Nanos now) {
  if (exhausted(now)) return std::nullopt;
  begin_due(now);
  if (auto drop = take_drop()) return drop;
  if (ready_.empty() || ready_.begin()->due > now) return std::nullopt;
  const Ready turn = *ready_.begin();
  if (end_ != kNever && turn.due >= end_) return std::nullopt;
  ready_.erase(ready_.begin());
  Live& live = live_.at(turn.session);
  Due due = due_of(turn, live);
  due.warmup = warms(now, turn.due);
  count(due);
  if (cap_ > 0 && in_flight_ >= cap_) {
    due.dropped = true;
    live.states[turn.turn] = State::kEnded;
    --live.unsettled;
    fail(turn.session, live,
         fmt::format("turn {} of its session was dropped (max_in_flight)", turn.turn + 1), now);
    settle(live_.find(turn.session));
    return due;
  }
  if (warm_left_ > 0) --warm_left_;
  if (!due.warmup && end_ == kNever && duration_ > 0) end_ = now + duration_;
  live.states[turn.turn] = State::kSent;
  ++in_flight_;
  return due;
}

void SessionPacer::ended(Nanos) { --in_flight_; }

void SessionPacer::told(TurnEnd end) {
  const auto session = live_.find(end.session - 1);
  const std::uint32_t turn = end.turn - 1;
  if (session == live_.end() || session->second.states[turn] != State::kSent) return;
  Live& live = session->second;
  live.states[turn] = State::kEnded;
  live.ends[turn] = end.end;
  live.last_end = std::max(live.last_end, end.end);
  --live.unsettled;
  if (end.status != Status::kOk) {
    fail(session->first, live,
         fmt::format("turn {} of its session failed ({})", end.turn, status_name(end.status)),
         end.end);
  } else if (!live.failed) {
    live.answers[turn] = std::move(end.answer);
    for (std::uint32_t next = turn + 1; next < live.turns.size(); ++next) {
      const auto& after = live.turns[next].after;
      const auto done = [&](std::uint32_t t) { return live.states[t] == State::kEnded; };
      if (std::ranges::find(after, turn) != after.end() && std::ranges::all_of(after, done)) {
        make_ready(session->first, live, next);
      }
    }
  }
  settle(session);
}

// What has not left will not leave.
void SessionPacer::fail(std::uint64_t session, Live& live, const std::string& why, Nanos at) {
  live.failed = true;
  live.last_end = std::max(live.last_end, at);
  for (std::uint32_t turn = 0; turn < live.turns.size(); ++turn) {
    if (live.states[turn] != State::kWaiting && live.states[turn] != State::kReady) continue;
    live.states[turn] = State::kEnded;
    dropping_.push_back({{at, session, turn}, why});
  }
  std::erase_if(ready_, [&](const Ready& ready) { return ready.session == session; });
}

// A session without open turns is over, and its user begins another.
void SessionPacer::settle(std::map<std::uint64_t, Live>::iterator session) {
  if (session->second.unsettled > 0) return;
  if (!open()) {
    const Place place{session->second.last_end, session->second.user};
    free_.insert(std::ranges::upper_bound(free_, place.since, {}, &Place::since), place);
  }
  live_.erase(session);
}

Nanos SessionPacer::next_due() const {
  Nanos next = begin_of(0);
  if (!ready_.empty()) next = std::min(next == kNever ? INT64_MAX : next, ready_.begin()->due);
  return dropping_.empty() ? next : start_;
}

bool SessionPacer::exhausted(Nanos now) const {
  if (quota_ == 0U) return true;
  if (end_ != kNever && now >= end_) {
    // What was due before the end leaves, even late; in closed loop nothing is due before it is.
    const bool late = open() && ((!ready_.empty() && ready_.begin()->due < end_) ||
                                 begin_of(0) != kNever || !dropping_.empty());
    return !late;
  }
  return !more_sessions() && live_.empty();
}

std::optional<std::uint64_t> SessionPacer::upcoming(std::size_t ahead) const {
  if (quota_ && *quota_ <= ahead) return std::nullopt;
  auto ready = ready_.begin();
  std::uint64_t begun = 0;
  for (;; --ahead) {
    const bool more = last_ == 0 || next_ + begun * share_.count < last_;
    const Nanos begin = begin_of(begun);
    const bool from_ready = ready != ready_.end() && (begin == kNever || ready->due <= begin);
    if (!from_ready && !more) return std::nullopt;
    if (ahead == 0) {
      if (from_ready) return live_.at(ready->session).first + ready->turn;
      return workload::first_index(schedule_, conversations_.most_turns(),
                                   next_ + begun * share_.count);
    }
    if (from_ready) {
      ++ready;
    } else {
      ++begun;
    }
  }
}

std::optional<Due> SessionPacer::give_up(Nanos now) {
  if (quota_ == 0U) return std::nullopt;
  const std::string why = "the target was given up";
  for (auto& [session, live] : live_) {
    if (!live.failed) fail(session, live, why, now);
  }
  // Without an end nobody knows what was planned.
  if (dropping_.empty() && last_ > 0 && more_sessions()) {
    const std::uint64_t session = next_;
    begin_next(now);
    fail(session, live_.at(session), why, now);
  }
  return take_drop();
}

SessionTurn SessionPacer::turn(std::uint64_t index) const {
  const auto place = workload::place_of(schedule_, conversations_.most_turns(), index);
  SessionTurn turn{.place = place};
  const auto live = live_.find(place.number);
  if (live == live_.end()) {  // it has not begun, or its last turn was dropped just now
    turn.answers = no_answers_;
    const Turn planned = conversations_.turns(place.number)[place.turn];
    turn.input_tokens = planned.input_tokens;
    turn.output_tokens = planned.output_tokens;
    return turn;
  }
  turn.input_tokens = live->second.turns[place.turn].input_tokens;
  turn.output_tokens = live->second.turns[place.turn].output_tokens;
  turn.answers = live->second.answers;
  return turn;
}

}  // namespace tt::load
