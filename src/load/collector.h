// The collector's thread: takes what the workers hand over, reads the JSON off their loops,
// finishes rows and gives them to the sink. Workers never wait for it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
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

/// Wakes the collector before its rest is over.
class Bell {
 public:
  void ring();
  /// Waits for a ring, but no longer than `rest`. A ring since the last wait counts.
  void wait(std::chrono::milliseconds rest);

 private:
  std::mutex mutex_;
  std::condition_variable rung_;
  bool ringing_ = false;
};

/// One worker's way to the collector and back. post(), fresh_tape() and next_end() belong to the
/// worker's thread.
class Lane final : public Outbox {
 public:
  explicit Lane(Bell& bell) : outgoing_(4096), returned_(1024), ends_(1024), bell_(bell) {}

  void post(Parcel parcel) override;
  /// Recycled where the collector has given one back.
  std::unique_ptr<Tape> fresh_tape() override;
  /// Tries again to pass on what did not fit. To be called on every tick.
  void flush();
  /// The next end of a session's turn that the collector has read; false: none.
  bool next_end(TurnEnd& end) { return ends_.pop(end); }
  /// Called on the collector's thread when ends wait to be taken. To be set before the worker's
  /// first post().
  std::function<void()> wake;
  /// True where nothing waits for room.
  bool flushed() const { return overflow_.empty(); }

 private:
  friend class Collector;
  SpscQueue<Parcel> outgoing_;
  SpscQueue<std::unique_ptr<Tape>> returned_;
  std::deque<Parcel> overflow_;  // the worker's, while the collector lags
  // The way back: turns of sessions, whose next ones wait for them.
  SpscQueue<TurnEnd> ends_;
  std::deque<TurnEnd> late_ends_;  // the collector's, while the worker lags
  Bell& bell_;
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
  static void report(Lane& lane, Flight& flight);
  static void send_ends(Lane& lane);
  void play_back(Lane& lane, Flight& flight, std::unique_ptr<Tape> tape);

  RowSink& sink_;
  std::vector<LiveCounters>& counters_;
  Bell bell_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tt::load
