// The dashboard's sockets: HTTP/1.1 and WebSocket over Boost.Beast, which stays in server.cc,
// connection.cc and live_socket.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "serve/guard.h"
#include "serve/hub.h"
#include "serve/meter.h"
#include "serve/router.h"

namespace tt::serve {

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address
  std::uint16_t port = 0;             // 0: any that is free
  std::size_t sockets = 200;          // more are refused with 503
  std::size_t live_sockets = 50;      // of them WebSockets
  std::size_t waiting = 100;          // requests that wait for the pool; more are refused with 503
  std::size_t header_bytes = 16 << 10;
  std::size_t body_bytes = 1 << 20;  // of what is no upload
  std::uint64_t upload_bytes = 500'000'000;
  std::size_t reply_bytes = 256 << 20;  // of all answers on their way; beyond it 503
  // How long a caller may take, each for the whole of it; where bytes are many, for the next piece.
  Nanos header_time = 10 * kSecond;  // also how long a kept connection may be silent
  Nanos body_time = 30 * kSecond;
  Nanos write_time = 30 * kSecond;
  unsigned pool_threads = 2;
};

/// Which of two forms a WebSocket speaks: docs/dashboard.md.
enum class Dialect : std::uint8_t { kNumbered, kPlain };

/// What is served. All of it must outlive the server.
struct Site {
  const Router& router;
  const Guard& guard;
  Hub& hub;
  Meter& meter;
  /// The path of a WebSocket; nullptr: it has none.
  const Dialect* (*live_path)(const Target& target);
  /// A message that came over a WebSocket, on a thread of the pool; its answer as JSON, empty:
  /// none.
  std::function<std::string(std::string_view)> command;
};

class Server {
 public:
  /// Takes the port. kUnavailable where another program has it.
  static Result<std::unique_ptr<Server>> bind(const ServerOptions& options);
  /// stop().
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// Begins to answer, on threads of its own. Once.
  void start(const Site& site);
  /// Takes no more calls, lets those under way end for at most two seconds, says goodbye to
  /// WebSockets, and waits for its threads.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::serve
