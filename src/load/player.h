// Plays one stint on one worker: sends what the pacer says, watches timeouts, hands over what
// ended. Has no clock and no sockets of its own, so tests drive it in virtual time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "load/breaker.h"
#include "load/flight.h"
#include "load/pacer.h"
#include "plan/plan.h"

namespace tt::load {

/// Puts requests onto the wire. For each start() the player's ended() is called exactly once, maybe
/// before start() returns. Instants are on the run's clock.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void start(Flight& flight) = 0;
  /// Ends the flight soon: ended() follows, maybe before abort() returns. The player has already
  /// noted why in flight.transport.
  virtual void abort(Flight& flight) = 0;
};

/// Takes what is to be recorded. Called on the worker's thread; must not block.
class Outbox {
 public:
  virtual ~Outbox() = default;
  virtual void post(Parcel parcel) = 0;
  /// An empty tape.
  virtual std::unique_ptr<Tape> fresh_tape() { return std::make_unique<Tape>(); }
};

enum class StopMode : int {
  kPlay = 0,   // go on
  kDrain = 1,  // send nothing more, let the requests in flight end
  kAbort = 2,  // end the requests in flight as well
};

class Player {
 public:
  /// Requests built ahead while there is time: enough for a burst, little enough for the cache.
  static constexpr std::size_t kPreparedAhead = 16;

  using MakeFlight = std::function<std::unique_ptr<Flight>(std::uint64_t index)>;

  /// `timeouts`, `breaker`, `wire` and `outbox` must outlive the player. `block` and `worker` are
  /// noted in each row.
  Player(std::unique_ptr<Pacer> pacer, MakeFlight make, const plan::Timeouts& timeouts,
         Breaker& breaker, Wire& wire, Outbox& outbox, std::uint32_t block, std::uint32_t worker);

  /// Sends what is due and ends what has timed out.
  void tick(Nanos now);
  /// When tick() should be called again; kNever: not before something ends.
  Nanos next_wake(Nanos now) const;
  /// The wire's report that `flight` has ended.
  void ended(Flight& flight, Nanos now);
  /// The collector's report of a turn that this player sent.
  void told(TurnEnd end) { pacer_->told(std::move(end)); }
  /// The start is put off by so much. To be called before the first tick().
  void shift(Nanos by) { pacer_->shift(by); }
  /// Builds one request ahead of its time. False where nothing was left to do, or `ahead` are
  /// built.
  bool prepare_one(std::size_t ahead = kPreparedAhead);
  void stop(StopMode mode);

  bool done(Nanos now) const;
  std::size_t in_flight() const { return flights_.size(); }
  std::uint64_t sent() const { return sent_; }
  /// The index (with sessions: the session) after the last one used: where the target's next stint
  /// may begin.
  std::uint64_t next_index() const { return pacer_->next_session().value_or(next_index_); }
  std::uint32_t block() const { return block_; }

 private:
  void send_due(Nanos now);
  void launch(const Due& due, Nanos now);
  void drop(const Due& due);
  void give_up(Nanos now);
  void enforce_timeouts(Nanos now);
  void let_go(Nanos now);
  std::unique_ptr<Flight> flight_for(const Due& due);
  std::deque<std::unique_ptr<Flight>>::iterator prepared(std::uint64_t index);

  std::unique_ptr<Pacer> pacer_;
  MakeFlight make_;
  const plan::Timeouts& timeouts_;
  Breaker& breaker_;
  Wire& wire_;
  Outbox& outbox_;
  std::uint32_t block_;
  std::uint32_t worker_;
  StopMode mode_ = StopMode::kPlay;
  bool giving_up_ = false;  // the breaker is open, and some planned requests are yet to be recorded
  Nanos next_timeout_check_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t next_index_ = 0;
  std::vector<std::unique_ptr<Flight>> flights_;
  std::set<std::pair<Nanos, Flight*>> leaving_;   // clients that will go away, the next one first
  std::deque<std::unique_ptr<Flight>> prepared_;  // about in the order in which they leave
};

}  // namespace tt::load
