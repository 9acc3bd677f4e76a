// The live channel: numbered messages in a ring. Who reads has a position in it and pulls; nobody
// is waited for, so that a slow tab costs nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tt::serve {

/// One message. Texts are JSON: `members` of an object, without braces; `items` whole objects, of a
/// message that tells several of one kind at once.
struct Message {
  std::uint64_t number = 0;  // from 1; the hub gives it
  std::string type;          // "phase", "gpu_sample", "request_complete", "log", "summary", "error"
  std::string run_id;        // empty: none yet
  std::string members;       // all but type and run_id
  std::vector<std::string> items = {};
  bool begins = false;  // the first of a run
};

/// {"seq": 7, "type": ..., "run_id": ..., members} with "data": [items] where there are some.
std::string numbered_json(const Message& message);
/// The same without its number, for who reads the older form: one text an item, each with "data".
std::vector<std::string> plain_json(const Message& message);

struct HubLimits {
  std::size_t messages = 200'000;
  std::size_t bytes = 64 << 20;
};

/// All from any thread.
class Hub {
 public:
  /// `stream` names this ring: numbers of another one mean nothing here.
  explicit Hub(std::string stream, HubLimits limits = {})
      : stream_(std::move(stream)), limits_(limits) {}

  void publish(Message message);

  struct Pulled {
    std::vector<std::shared_ptr<const Message>> messages;  // at most as many as asked for
    std::uint64_t missed = 0;                              // that came after `seen` and are gone
    std::uint64_t seen = 0;                                // to ask with the next time
  };
  Pulled after(std::uint64_t seen, std::size_t most) const;
  /// Number of the last message; 0: none yet.
  std::uint64_t last() const;
  /// What to have seen to get all of the run that was begun last.
  std::uint64_t before_newest_run() const;
  const std::string& stream() const { return stream_; }

  /// Calls `wake` after each message, on the thread that publishes it, until it is dropped. It must
  /// return at once and not call back.
  std::uint64_t listen(std::function<void()> wake);
  void drop(std::uint64_t listener);
  std::size_t listeners() const;
  /// No more messages, as the server ends: readers are woken and shall leave.
  void close();
  bool closed() const;

 private:
  void wake_all();

  const std::string stream_;
  const HubLimits limits_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const Message>> ring_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t before_newest_ = 0;
  std::map<std::uint64_t, std::function<void()>> listeners_;
  std::uint64_t next_listener_ = 1;
  bool closed_ = false;
};

}  // namespace tt::serve
