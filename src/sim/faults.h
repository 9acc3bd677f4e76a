// What shall go wrong, by seed, so that clients can be tested against it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace tt::sim {

/// Rates are shares of all requests, 0 to 1. Of error, overload, stream_error, stall, cut and
/// garbage a request meets one at most, so they may add up to 1; slow_header and odd_chunks come on
/// top of any.
struct Faults {
  double error = 0;         // HTTP 500 before anything is done
  double overload = 0;      // refused as this engine refuses (mostly 429)
  double stream_error = 0;  // an error in the middle of a good stream, as this engine tells it
  double stall = 0;         // the stream falls silent for stall_for, then goes on
  double cut = 0;           // the connection is reset in mid-stream
  double garbage = 0;       // an event in mid-stream is not JSON
  double slow_header = 0;   // the response header waits for slow_header_for
  double odd_chunks = 0;    // HTTP chunks and TCP segments end at odd places
  Nanos stall_for = 2 * kSecond;
  Nanos slow_header_for = kSecond;

  bool any() const;
};

/// "error=0.01,overload=0.02,stall=0.01,stall_for=2s,...": the names of the members above.
Result<Faults> parse_faults(std::string_view text);

/// What happens to one request.
struct Fate {
  enum class Kind : std::uint8_t {
    kNone,
    kError,
    kOverload,
    kStreamError,
    kStall,
    kCut,
    kGarbage,
  };
  Kind kind = Kind::kNone;
  double where = 0;  // share of the answer before a fault in mid-stream, [0, 1)
  bool slow_header = false;
  bool odd_chunks = false;
};

/// A pure function of its arguments: the same request of the same server always fares the same.
Fate fate_of(const Faults& faults, std::uint64_t seed, std::uint64_t request_number);

}  // namespace tt::sim
