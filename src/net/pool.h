// Kept-alive connections to one endpoint, within one loop.
#pragma once

#include <memory>
#include <vector>

#include "net/connection.h"

namespace tt::net {

struct PoolOptions {
  bool reuse = true;  // false: every request opens its own connection
  /// More idle connections than this are closed. 0: none is kept.
  std::size_t max_idle = 65'536;
};

/// One a target and loop; not thread-safe. Idle connections are taken newest first, so that the
/// rest can age out at the server.
class Pool {
 public:
  explicit Pool(Endpoint endpoint, PoolOptions options = {})
      : endpoint_(std::move(endpoint)), options_(options) {}

  struct Lease {
    std::unique_ptr<Connection> connection;
    ConnectTimes times;  // all -1 where reused
    bool reused = false;
  };
  /// An idle connection that is still usable, or a new one.
  asio::awaitable<NetResult<Lease>> acquire(Nanos deadline = kNever);
  /// An idle connection that is still usable; nullptr: none.
  std::unique_ptr<Connection> take();
  /// After a whole answer on a connection that may carry another request; else just destroy it.
  void give_back(std::unique_ptr<Connection> connection);

  void clear() { idle_.clear(); }
  std::size_t idle() const { return idle_.size(); }
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  Endpoint endpoint_;
  PoolOptions options_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace tt::net
