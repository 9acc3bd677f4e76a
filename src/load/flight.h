// One request in flight: what the hot path writes, and how it travels to the collector.
//
// Until the first token the worker's loop reads each event itself (a live TTFT and the first-token
// timeout need it). From then on it only stamps and appends to a tape; full tapes and, at last, the
// flight itself go to the collector, which reads the JSON off the loop. So `reader` and the chunk
// lists of `row` belong to the worker before the first token, and to the collector after it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "engine/protocol.h"
#include "record/row.h"
#include "tokenizer/tokenizer.h"

namespace tt::load {

/// Stamped events, not yet read: payloads back to back. Recycled between worker and collector.
class Tape {
 public:
  /// A tape is handed over when its payloads pass this: small enough that 10,000 streams fit into
  /// memory, large enough that handing over is rare.
  static constexpr std::size_t kFull = 4096;

  struct Entry {
    Nanos at;
    std::uint32_t size;
  };

  void append(Nanos at, std::string_view payload) {
    entries_.push_back({at, static_cast<std::uint32_t>(payload.size())});
    bytes_.append(payload);
  }
  bool full() const { return bytes_.size() >= kFull; }
  bool empty() const { return entries_.empty(); }
  void clear() {
    entries_.clear();
    bytes_.clear();
  }

  /// Calls visit(at, payload) for each event in order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::string_view rest = bytes_;
    for (const Entry& entry : entries_) {
      visit(entry.at, rest.substr(0, entry.size));
      rest.remove_prefix(entry.size);
    }
  }

 private:
  std::vector<Entry> entries_;
  std::string bytes_;
};

/// The client's delay over some reads: user-space read minus kernel receive stamp.
struct LagSum {
  Nanos total = 0;
  Nanos max = 0;
  std::uint32_t stamped = 0;
  std::uint32_t reads = 0;

  /// `kernel_at` is kNever where the kernel gave no stamp.
  void add(Nanos kernel_at, Nanos read_at) {
    ++reads;
    if (kernel_at == kNever) return;
    const Nanos lag = read_at - kernel_at;
    ++stamped;
    total += lag;
    if (lag > max) max = lag;
  }
};

struct Ride;

struct Flight {
  record::Row row;
  std::string request;  // the bytes to send
  std::unique_ptr<engine::StreamReader> reader;
  std::unique_ptr<Tape> tape;      // unread events after the first token; null: none yet
  std::string error_body;          // of an answer other than 200, cut to kErrorBodyLimit
  Nanos leave_after = 0;           // the client goes away so long after it asked; 0: it stays
  std::uint32_t leave_tokens = 0;  // or once it has so many tokens; 0: likewise
  LagSum lag;
  Nanos last_read = kNever;  // last sign of life, for the gap timeout
  /// Why the transport ended it; kOk: the HTTP answer came whole.
  Status transport = Status::kOk;
  std::string transport_error;
  std::string answer;  // the text, where the plan keeps texts
  std::string prompt;  // likewise
  /// Counts the answer where the engine does not tell; nullptr: chunks are counted. `answer` is
  /// kept for it, but only for it where `prompt` is empty.
  const tokenizer::Tokenizer* tokenizer = nullptr;
  bool input_counted = false;  // the planned input tokens are by it
  Nanos leave_at = kNever;     // the player's: when it goes away
  std::size_t place = 0;       // the player's: where in its list of flights this one stands
  Ride* ride = nullptr;        // the wire's: what carries it while it is under way

  static constexpr std::size_t kErrorBodyLimit = 64 * 1024;
  bool first_token_seen() const { return row.first_token != kNever; }
};

/// What a worker hands to the collector: a full tape of a flight that goes on, or (owned set) a
/// flight that ended. Parcels of one flight arrive in order.
struct Parcel {
  Flight* flight = nullptr;
  std::unique_ptr<Tape> tape;
  std::unique_ptr<Flight> owned;
};

}  // namespace tt::load
