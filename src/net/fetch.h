// One whole request and answer, for probes: health, models, tokenize. Not for the load.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "net/connection.h"
#include "net/http_message.h"

namespace tt::net {

struct FetchRequest {
  std::string_view method = "GET";
  std::string_view path = "/";
  std::span<const Header> headers;
  std::string_view body;
  Nanos timeout = 10 * kSecond;      // over all; 0: none
  std::size_t max_body = 16u << 20;  // a longer answer is an error
};

struct FetchReply {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  ConnectTimes connect;
  Nanos first_byte = -1;  // from the send to the first byte of the answer
  Nanos total = -1;       // from the call to the end of the answer
};

/// Asks once, on a connection of its own. The status may be any; an error means that there was no
/// whole answer.
asio::awaitable<NetResult<FetchReply>> fetch(const Endpoint& endpoint, FetchRequest request);

/// The same, blocking, on a loop of its own. Not for threads that run a loop. `stopped` is asked
/// before the start and every 20 ms from then on; once it is true the answer is kCancelled. Empty:
/// nobody stops it.
NetResult<FetchReply> fetch_now(const Endpoint& endpoint, const FetchRequest& request,
                                const std::function<bool()>& stopped = {});

}  // namespace tt::net
