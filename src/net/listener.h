// A listening TCP socket.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "net/connection.h"

namespace tt::net {

/// Waits for connections.
class Listener {
 public:
  /// `address`: "127.0.0.1", "::1", "0.0.0.0". Port 0: the system chooses; see port().
  static Result<std::unique_ptr<Listener>> open(asio::execution_context& context,
                                                const std::string& address, std::uint16_t port);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The next connection. Fails with kCancelled after close().
  asio::awaitable<NetResult<std::unique_ptr<Connection>>> accept();
  std::uint16_t port() const { return port_; }
  void close();

 private:
  Listener(Loop& loop, int fd, std::uint16_t port);
  Loop* loop_;
  int fd_;
  Loop::Watch watch_;
  std::uint16_t port_;
};

}  // namespace tt::net
