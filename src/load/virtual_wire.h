// For tests: a server in virtual time behind the Wire interface.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "base/time.h"
#include "load/player.h"

namespace tt::load {

/// A reader that never sees a byte: flights of virtual tests carry their instants in the row.
class SilentReader final : public engine::StreamReader {
 public:
  engine::StreamEvent read(std::string_view) override { return {}; }
  const engine::StreamSummary& summary() const override { return summary_; }
  void keep_text(std::string*) override {}

 private:
  engine::StreamSummary summary_;
};

/// Serves one request after another, each for `service`, but stands still during stalls.
class VirtualServer final : public Wire {
 public:
  struct Answer {
    Nanos end;
    Status transport = Status::kOk;
    std::uint16_t http_code = 200;
  };
  /// Decides each request's end from its arrival and from when the server is free.
  using Serve = std::function<Answer(const Flight& flight, Nanos arrival, Nanos free_at)>;

  VirtualServer(VirtualClock& clock, Serve serve) : clock_(clock), serve_(std::move(serve)) {}

  void start(Flight& flight) override {
    flight.row.sent = clock_.now();
    const Answer answer = serve_(flight, clock_.now(), free_at_);
    free_at_ = std::max(free_at_, answer.end);
    events_.push({answer.end, next_++, &flight, answer});
  }

  void abort(Flight& flight) override {
    gone_.push_back(&flight);
    player->ended(flight, clock_.now());
  }

  /// Plays until nothing is left to do, or until `limit`. While `frozen(now)` the worker does not
  /// run: its ticks wait, as they would in a client that is too slow.
  void play(Nanos limit, const std::function<bool(Nanos)>& frozen = {}) {
    player->tick(clock_.now());
    while (!player->done(clock_.now()) && clock_.now() < limit) {
      const Nanos wake = player->next_wake(clock_.now());
      Nanos next = events_.empty() ? wake : events_.top().at;
      if (wake != kNever) next = std::min(next, wake);
      if (next == kNever) return;  // only the end of the stint is left to wait for
      clock_.set(std::max(next, clock_.now()));
      while (frozen && frozen(clock_.now())) clock_.advance(kMillisecond);
      deliver();
      player->tick(clock_.now());
    }
  }

  Player* player = nullptr;

 private:
  struct Event {
    Nanos at;
    std::uint64_t order;
    Flight* flight;
    Answer answer;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void deliver() {
    while (!events_.empty() && events_.top().at <= clock_.now()) {
      const Event event = events_.top();
      events_.pop();
      const auto gone = std::find(gone_.begin(), gone_.end(), event.flight);
      if (gone != gone_.end()) {
        gone_.erase(gone);
        continue;
      }
      Flight& flight = *event.flight;
      flight.transport = event.answer.transport;
      flight.row.http_code = event.answer.http_code;
      if (flight.transport == Status::kOk && event.answer.http_code == 200) {
        flight.row.first_token = event.at;
        flight.row.last_token = event.at;
      }
      flight.row.end = event.at;
      player->ended(flight, clock_.now());
    }
  }

  VirtualClock& clock_;
  Serve serve_;
  Nanos free_at_ = 0;
  std::uint64_t next_ = 0;
  std::priority_queue<Event> events_;
  std::vector<Flight*> gone_;  // aborted, their event is still queued
};

/// Keeps the rows of what ended.
class RowBox final : public Outbox {
 public:
  void post(Parcel parcel) override {
    if (!parcel.owned) return;
    parcel.owned->row.status = parcel.owned->transport;
    rows.push_back(parcel.owned->row);
    errors.push_back(parcel.owned->transport_error);
  }
  std::vector<record::Row> rows;
  std::vector<std::string> errors;
};

inline std::unique_ptr<Flight> silent_flight(std::uint64_t index) {
  auto flight = std::make_unique<Flight>();
  flight->row.index = index;
  flight->reader = std::make_unique<SilentReader>();
  return flight;
}

}  // namespace tt::load
