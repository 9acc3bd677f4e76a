// How an attempt to talk to a server failed: the status its row gets, and words for the user.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/outcome.h"

namespace tt::net {

/// Status is one of kConnectRefused, kConnectFailed, kDns, kTls, kConnectTimeout, kCancelled,
/// kClientLimit, kTruncated (the peer went away in mid-talk) or kMalformed.
struct NetError {
  Status status = Status::kConnectFailed;
  /// A sentence for the user: what happened, to which address, and what to try.
  std::string message;
};

template <class T>
using NetResult = std::expected<T, NetError>;

inline std::unexpected<NetError> net_fail(Status status, std::string message) {
  return std::unexpected(NetError{status, std::move(message)});
}

}  // namespace tt::net
