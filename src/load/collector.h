// The collector's thread: takes what the workers hand over, reads the JSON off their loops,
// finishes rows and gives them to the sink. Workers never wait for it.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "load/player.h"
#include "load/spsc_queue.h"
#include "record/row.h"

namespace tt::load {

/// Takes finished rows, on the collector's thread.
class RowSink {
 public:
  virtual ~RowSink() = default;
  /// `prompt` and `answer` are empty unless the plan keeps texts.
  virtual void on_row(const record::Row& row, const std::string& prompt,
                      const std::string& answer) = 0;
  /// Called at least every 20 ms while the collector runs, after the rows of that pass: flush here.
  virtual void on_pass() = 0;
};

/// What the display reads while the load runs. Written by one thread each, read by any.
struct LiveCounters {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> in_flight{0};
  std::atomic<std::uint64_t> tokens{0};  // of rows ended and of tapes read so far
};

/// One worker's way to the collector. post() and fresh_tape() belong to the worker's thread.
class Lane final : public Outbox {
 public:
  Lane() : outgoing_(4096), returned_(1024) {}

  void post(Parcel parcel) override;
  /// Recycled where the collector has given one back.
  std::unique_ptr<Tape> fresh_tape() override;
  /// Tries again to pass on what did not fit. To be called on every tick.
  void flush();
  /// True where nothing waits for room.
  bool flushed() const { return overflow_.empty(); }

 private:
  friend class Collector;
  SpscQueue<Parcel> outgoing_;
  SpscQueue<std::unique_ptr<Tape>> returned_;
  std::deque<Parcel> overflow_;  // the worker's, while the collector lags
};

class Collector {
 public:
  /// `sink` and `counters` (one a target) must outlive the collector. Starts the thread.
  Collector(std::size_t workers, RowSink& sink, std::vector<LiveCounters>& counters);
  /// Takes what is left, then ends the thread. The workers must have stopped.
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  Lane& lane(std::size_t worker) { return *lanes_[worker]; }

 private:
  void run();
  bool drain(Lane& lane);
  void take(Lane& lane, Parcel& parcel);
  void play_back(Lane& lane, Flight& flight, std::unique_ptr<Tape> tape);

  RowSink& sink_;
  std::vector<LiveCounters>& counters_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tt::load
