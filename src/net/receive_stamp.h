// The kernel's receive stamps: asking for them, reading them, keeping them on.
#pragma once

#include <sys/socket.h>

#include "base/time.h"

namespace tt::net {

/// Asks the kernel to stamp what the socket receives (SO_TIMESTAMPING, in software). A kernel that
/// does not know how leaves reads without a stamp.
void ask_for_receive_stamps(int fd);

/// The stamp in a message's control data, in nanoseconds of the realtime clock; kNever where there
/// is none.
Nanos receive_stamp(msghdr& message);

/// The kernel stamps packets only while some socket asks for it, and begins up to some milliseconds
/// after the first one did, so the first reads of a load would lack stamps. Whoever is about to
/// measure holds a keeper from before the load until its end. The constructor returns when the
/// kernel has begun, seen on a datagram to itself, or after 100 ms.
class StampKeeper {
 public:
  StampKeeper();
  ~StampKeeper();
  StampKeeper(const StampKeeper&) = delete;
  StampKeeper& operator=(const StampKeeper&) = delete;

  /// Whether this kernel stamps: false where it does not know how, or gives no socket.
  bool stamping() const { return stamping_; }

 private:
  int fd_;
  bool stamping_ = false;
};

}  // namespace tt::net
