#include "load/collector.h"

#include <chrono>
#include <utility>

#include "load/decode.h"

namespace tt::load {
namespace {

// How long the collector rests when nothing came: it adds to what kill -9 can lose.
constexpr std::chrono::milliseconds kRest{5};

}  // namespace

void Lane::post(Parcel parcel) {
  if (!overflow_.empty() || !outgoing_.push(parcel)) overflow_.push_back(std::move(parcel));
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
  for (std::size_t i = 0; i < workers; ++i) lanes_.push_back(std::make_unique<Lane>());
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
    if (!worked) std::this_thread::sleep_for(kRest);
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
  return taken > 0;
}

void Collector::take(Lane& lane, Parcel& parcel) {
  if (parcel.tape) play_back(lane, *parcel.flight, std::move(parcel.tape));
  if (!parcel.owned) return;
  const std::unique_ptr<Flight> flight = std::move(parcel.owned);
  if (flight->tape) play_back(lane, *flight, std::move(flight->tape));
  finish_row(*flight);
  sink_.on_row(flight->row, flight->prompt, flight->answer);
}

void Collector::play_back(Lane& lane, Flight& flight, std::unique_ptr<Tape> tape) {
  const std::uint64_t tokens = read_tape(flight, *tape);
  counters_[flight.row.target].tokens.fetch_add(tokens, std::memory_order_relaxed);
  tape->clear();
  lane.returned_.push(tape);  // where there is no room, it is freed
}

}  // namespace tt::load
