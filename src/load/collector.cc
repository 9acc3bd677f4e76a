#include "load/collector.h"

#include <chrono>
#include <utility>

#include "load/decode.h"

namespace tt::load {
namespace {

// How long the collector rests when nothing came: it adds to what kill -9 can lose.
constexpr std::chrono::milliseconds kRest{5};

}  // namespace

void Bell::ring() {
  {
    const std::lock_guard lock(mutex_);
    ringing_ = true;
  }
  rung_.notify_one();
}

void Bell::wait(std::chrono::milliseconds rest) {
  std::unique_lock lock(mutex_);
  rung_.wait_for(lock, rest, [this] { return ringing_; });
  ringing_ = false;
}

void Lane::post(Parcel parcel) {
  // The next turn waits for this one's answer: the collector must not rest now.
  const bool awaited = parcel.owned && parcel.owned->row.session > 0;
  if (!overflow_.empty() || !outgoing_.push(parcel)) overflow_.push_back(std::move(parcel));
  if (awaited) bell_.ring();
}

std::unique_ptr<Tape> Lane::fresh_tape() {
  std::unique_ptr<Tape> tape;
  if (!returned_.pop(tape)) tape = std::make_unique<Tape>();
  return tape;
}

void Lane::flush() {
  while (!overflow_.empty() && outgoing_.push(overflow_.front())) overflow_.pop_front();
}

Collector::Collector(std::size_t workers, RowSink& sink, std::vector<LiveCounters>& counters)
    : sink_(sink), counters_(counters) {
  for (std::size_t i = 0; i < workers; ++i) lanes_.push_back(std::make_unique<Lane>(bell_));
  thread_ = std::thread([this] { run(); });
}

Collector::~Collector() {
  stopping_.store(true, std::memory_order_release);
  thread_.join();
}

void Collector::run() {
  while (!stopping_.load(std::memory_order_acquire)) {
    bool worked = false;
    for (auto& lane : lanes_) worked |= drain(*lane);
    sink_.on_pass();
    if (!worked) bell_.wait(kRest);
  }
  for (auto& lane : lanes_) {
    while (drain(*lane)) continue;
    // The workers have stopped, so what they could not pass on is ours to take.
    for (Parcel& parcel : lane->overflow_) take(*lane, parcel);
    lane->overflow_.clear();
  }
  sink_.on_pass();
}

bool Collector::drain(Lane& lane) {
  // Bounded, so that on_pass() comes in time even when the workers outrun us.
  constexpr int kBatch = 512;
  Parcel parcel;
  int taken = 0;
  while (taken < kBatch && lane.outgoing_.pop(parcel)) {
    take(lane, parcel);
    ++taken;
  }
  send_ends(lane);
  return taken > 0;
}

// A worker that rests is woken; one that lags gets the rest in a later pass.
void Collector::send_ends(Lane& lane) {
  if (lane.late_ends_.empty()) return;
  while (!lane.late_ends_.empty() && lane.ends_.push(lane.late_ends_.front())) {
    lane.late_ends_.pop_front();
  }
  if (lane.wake) lane.wake();
}

void Collector::report(Lane& lane, Flight& flight) {
  const record::Row& row = flight.row;
  if (row.session == 0 || row.status == Status::kDropped) return;
  const bool keeps_texts = !flight.prompt.empty();
  lane.late_ends_.push_back({.target = row.target,
                             .block = row.block,
                             .session = row.session,
                             .turn = row.turn,
                             .end = row.end,
                             .status = row.status,
                             .answer = keeps_texts ? flight.answer : std::move(flight.answer)});
  if (!keeps_texts) flight.answer.clear();
}

void Collector::take(Lane& lane, Parcel& parcel) {
  if (parcel.tape) play_back(lane, *parcel.flight, std::move(parcel.tape));
  if (!parcel.owned) return;
  const std::unique_ptr<Flight> flight = std::move(parcel.owned);
  if (flight->tape) play_back(lane, *flight, std::move(flight->tape));
  finish_row(*flight);
  report(lane, *flight);
  // An answer that was kept only to be counted or answered is no text to keep.
  if (flight->prompt.empty()) flight->answer.clear();
  sink_.on_row(flight->row, flight->prompt, flight->answer);
}

void Collector::play_back(Lane& lane, Flight& flight, std::unique_ptr<Tape> tape) {
  const std::uint64_t tokens = read_tape(flight, *tape);
  counters_[flight.row.target].tokens.fetch_add(tokens, std::memory_order_relaxed);
  tape->clear();
  lane.returned_.push(tape);  // where there is no room, it is freed
}

}  // namespace tt::load
