// Paces sessions: which session begins when, and which of its turns are due. Pure, as every pacer;
// it is told how turns ended and what was answered.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "load/pacer.h"
#include "workload/conversation.h"
#include "workload/session_schedule.h"

namespace tt::load {

struct SessionLoad {
  const workload::Schedule& schedule;  // both must outlive the pacer
  const workload::Conversations& conversations;
  std::uint32_t users = 0;          // closed loop: sessions under way on this worker
  std::uint32_t max_in_flight = 0;  // open loop: requests in flight on this worker; 0: no cap
};

/// What a turn needs beside its number to be written down.
struct SessionTurn {
  workload::SessionPlace place;
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  /// So far, one a turn, empty where none came; live until the pacer is next called.
  std::span<const std::string> answers = {};
};

/// A session stays on one worker. Its first turn is planned for the instant at which it begins
/// (closed loop: when a place came free; open loop: its arrival), each other one for the end of the
/// last turn that it waits for, plus its delay. Where a turn fails, the rest of its session is
/// dropped. Warm-up by count: the first ones to leave. When the stint's time is over, or its count
/// of measured requests, nothing more leaves, in mid-session too.
class SessionPacer final : public Pacer {
 public:
  /// Plays the sessions [first, stint.last) that are the worker's; stint.last 0: without end.
  SessionPacer(const Stint& stint, WorkerShare share, const SessionLoad& load, std::uint64_t first,
               Nanos start);

  void shift(Nanos by) override;
  std::optional<Due> take(Nanos now) override;
  void ended(Nanos now) override;
  void told(TurnEnd end) override;
  Nanos next_due() const override;
  bool exhausted(Nanos now) const override;
  std::optional<std::uint64_t> upcoming(std::size_t ahead) const override;
  std::optional<Due> give_up(Nanos now) override;
  std::optional<std::uint64_t> next_session() const override { return past_; }

  /// The turn that a request's index stands for.
  SessionTurn turn(std::uint64_t index) const;

 private:
  enum class State : std::uint8_t { kWaiting, kReady, kSent, kEnded };

  // A session under way.
  struct Live {
    std::vector<workload::Turn> turns;
    std::vector<State> states;
    std::vector<std::string> answers;
    std::vector<Nanos> ends;
    std::uint64_t first = 0;    // index of its first request
    std::uint32_t user = 0;     // closed loop
    std::size_t unsettled = 0;  // turns not yet ended or dropped
    Nanos last_end = 0;
    bool failed = false;
  };
  // A turn and when it is due. Ordered by instant.
  struct Ready {
    Nanos due = 0;
    std::uint64_t session = 0;
    std::uint32_t turn = 0;
    auto operator<=>(const Ready&) const = default;
  };
  struct Drop {
    Ready turn;
    std::string why;
  };
  struct Place {
    Nanos since = 0;
    std::uint32_t user = 0;
  };

  bool open() const { return schedule_.open_loop; }
  bool more_sessions() const { return last_ == 0 || next_ < last_; }
  /// When session next_ + `ahead` of this worker's begins; kNever: nobody knows yet.
  Nanos begin_of(std::uint64_t ahead) const;
  void begin_due(Nanos now);
  void begin_next(Nanos at);
  void make_ready(std::uint64_t session, Live& live, std::uint32_t turn);
  Due due_of(const Ready& turn, const Live& live) const;
  std::optional<Due> take_drop();
  void fail(std::uint64_t session, Live& live, const std::string& why, Nanos at);
  void settle(std::map<std::uint64_t, Live>::iterator session);
  bool warms(Nanos now, Nanos planned) const;
  void count(const Due& due);

  plan::Warmup warmup_;
  std::uint64_t warm_left_;
  std::optional<std::uint64_t> quota_;  // measured requests still to send; none: no such limit
  Nanos duration_;
  Nanos origin_;
  WorkerShare share_;
  const workload::Schedule& schedule_;
  const workload::Conversations& conversations_;
  std::uint32_t users_;
  std::uint32_t cap_;
  std::uint64_t next_;  // session to begin next
  std::uint64_t last_;  // 0: without end
  std::uint64_t past_;  // after the last one begun
  Nanos start_;
  Nanos end_ = kNever;  // nothing leaves from here on
  std::uint32_t in_flight_ = 0;
  std::deque<Place> free_;  // closed loop, by instant
  std::map<std::uint64_t, Live> live_;
  std::set<Ready> ready_;
  std::deque<Drop> dropping_;
  std::vector<std::string> no_answers_;  // as many as a session can have turns
};

}  // namespace tt::load
