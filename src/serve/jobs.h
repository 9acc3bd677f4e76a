// What takes its time: runs, imports, replays. One after the other, as two loads at once would
// measure each other. A page that is closed changes nothing.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::serve {

enum class JobState : std::uint8_t { kWaiting, kRunning, kDone, kFailed, kStopped };
std::string_view job_state_name(JobState state);  // "waiting", ...

/// Where a job stands, as the API tells it.
struct JobStatus {
  std::uint64_t id = 0;  // from 1
  std::string kind;      // "run", "import", "replay"
  std::string title;     // for people
  JobState state = JobState::kWaiting;
  std::string phase;              // of what is under way
  std::optional<double> share;    // 0 to 1; nullopt: not known
  std::vector<std::string> runs;  // ids of those that it made, or plays
  std::string problem;            // of one that failed
  std::string result_json;        // what came of it; empty: nothing but runs
  Nanos queued = 0;               // wall clock; 0: not yet
  Nanos started = 0;
  Nanos ended = 0;
};

/// A job under way changes what is told of it.
using JobReport = std::function<void(const std::function<void(JobStatus&)>& change)>;

class Job {
 public:
  virtual ~Job() = default;
  virtual std::string kind() const = 0;
  virtual std::string title() const = 0;
  /// On the queue's thread. kCancelled where stop() ended it.
  virtual Result<void> play(std::uint64_t id, const JobReport& report) = 0;
  /// From any thread, also before or after play(). The first time gracefully.
  virtual void stop(bool at_once) = 0;
};

/// All from any thread.
class JobQueue {
 public:
  static constexpr std::size_t kMostWaiting = 50;
  static constexpr std::size_t kMostEnded = 200;  // of older ones only their runs remain

  /// `changed` hears of each change, from any thread, without a lock held.
  explicit JobQueue(std::function<void(const JobStatus&)> changed = {},
                    std::function<Nanos()> wall_clock = realtime_now);
  /// close().
  ~JobQueue();
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  /// kUnavailable where too many wait, or the program ends.
  Result<std::uint64_t> add(std::unique_ptr<Job> job);
  /// One that waits never begins; one under way ends soon. kNotFound; kUnavailable where it has
  /// ended.
  Result<void> stop(std::uint64_t id, bool at_once);
  /// One that waits is played before the waiting job `before`; 0: after all. kNotFound;
  /// kUnavailable where one of them does not wait.
  Result<void> move(std::uint64_t id, std::uint64_t before);
  /// The newest first; those that wait in the order that is the reverse of their playing.
  std::vector<JobStatus> list() const;
  std::optional<JobStatus> find(std::uint64_t id) const;
  std::size_t waiting() const;
  bool running() const;
  /// Takes no more, drops those that wait, stops the one under way.
  void stop_all(bool at_once);
  /// The same, and waits for its end.
  void close();

 private:
  struct Entry {
    JobStatus status;
    std::unique_ptr<Job> job;
  };

  void work();
  void play(Entry& entry);
  void drop(Entry& entry);
  void change(Entry& entry, const std::function<void(JobStatus&)>& how);

  const std::function<void(const JobStatus&)> changed_;
  const std::function<Nanos()> wall_clock_;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::deque<std::shared_ptr<Entry>> entries_;  // in the order of playing
  std::uint64_t next_id_ = 1;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace tt::serve
