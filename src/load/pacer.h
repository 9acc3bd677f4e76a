// Decides which request leaves when: the load shape at work on one worker for one stint. Pure: told
// the time, never asks for it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/outcome.h"
#include "base/time.h"
#include "load/stint.h"
#include "plan/load_curve.h"
#include "workload/schedule.h"

namespace tt::load {

/// A request that should leave now.
struct Due {
  std::uint64_t index = 0;
  Nanos planned = 0;       // on the run's clock
  std::uint32_t user = 0;  // whose it is, from 1; 0: nobody's
  bool warmup = false;     // sent and recorded, but left out of every figure
  bool dropped = false;    // must not leave: record it, do not send
  std::string why = {};    // it is dropped; empty: the cap on requests in flight forbids it
};

/// How a turn of a session ended, as the collector has read it.
struct TurnEnd {
  std::uint32_t target = 0;
  std::uint32_t block = 0;
  std::uint64_t session = 0;  // from 1, as in rows
  std::uint32_t turn = 0;     // likewise
  Nanos end = 0;
  Status status = Status::kOk;
  std::string answer = {};  // where the next turns are to send it
};

/// The share of one worker among `count`. Requests are dealt out round robin, so workers need not
/// talk: worker `index` plays the requests index, index + count, ...
struct WorkerShare {
  std::uint32_t index = 0;
  std::uint32_t count = 1;
};

class Pacer {
 public:
  virtual ~Pacer() = default;
  /// The start is put off by so much. To be called before the first take().
  virtual void shift(Nanos by) = 0;
  /// The next request that is due at `now`, or nothing. To be called until it returns nothing.
  virtual std::optional<Due> take(Nanos now) = 0;
  /// One request that take() gave (and did not drop) has ended at `now`.
  virtual void ended(Nanos now) = 0;
  /// What became of a turn of a session: it comes after ended(), once its answer is read.
  virtual void told(TurnEnd) {}
  /// When take() may have something next; kNever: not before a request ends (or never again).
  virtual Nanos next_due() const = 0;
  /// True once take() will never give anything again.
  virtual bool exhausted(Nanos now) const = 0;
  /// The index that take() gives after `ahead` others: lets the worker build requests ahead of
  /// their time. nullopt: none. With sessions the order may change whenever something ends.
  virtual std::optional<std::uint64_t> upcoming(std::size_t ahead) const = 0;
  /// Requests that were planned for this worker and stint but will not be sent, when the target is
  /// given up: one index a call, for the record of drops. Without a fixed list: nothing.
  virtual std::optional<Due> give_up(Nanos now) = 0;
  /// With sessions: the number after the last one begun. nullopt: single requests.
  virtual std::optional<std::uint64_t> next_session() const { return std::nullopt; }
};

/// Closed loop: `users` in flight on this worker. A request's planned instant is when its slot came
/// free. `first` is the target's next unused index; this worker starts at the first of its own.
std::unique_ptr<Pacer> make_closed_pacer(const Stint& stint, WorkerShare share, std::uint32_t users,
                                         std::uint64_t first, Nanos start);

/// Closed loop of a number of users that changes with time: `users` are those of all workers, its
/// instants count from the stint's start, or from the first measured request where there is a
/// warm-up. A user who is added asks at once; where the number falls, a user leaves at the end of
/// his request. `users` must outlive the pacer.
std::unique_ptr<Pacer> make_shaped_pacer(const Stint& stint, WorkerShare share,
                                         std::span<const plan::UserChange> users,
                                         std::uint64_t first, Nanos start);

/// Open loop: requests leave at start + (at - stint.origin), never later because of answers.
/// `max_in_flight` is this worker's share of the cap; 0: none. `schedule` must outlive the pacer.
std::unique_ptr<Pacer> make_open_pacer(const Stint& stint, WorkerShare share,
                                       std::span<const workload::PlannedRequest> schedule,
                                       std::uint32_t max_in_flight, Nanos start);

/// The smallest index (or session) >= first that belongs to this worker.
std::uint64_t own_index(std::uint64_t first, WorkerShare share);

/// Splits `total` users (or a cap, or requests) over workers: the first ones get the remainder.
template <class T>
T share_of(T total, WorkerShare share) {
  return total / share.count + (share.index < total % share.count ? 1 : 0);
}

}  // namespace tt::load
