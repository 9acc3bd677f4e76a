// One TCP or TLS connection whose every read carries the instant at which the kernel received the
// bytes. Belongs to one loop; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/time.h"
#include "net/loop.h"
#include "net/net_error.h"
#include "net/tls.h"
#include "net/url.h"

namespace tt::net {

/// A numeric address with its port, as the system writes it.
struct Address {
  alignas(8) unsigned char bytes[28] = {};  // sockaddr_in or sockaddr_in6
  std::uint32_t size = 0;
  /// "127.0.0.1:8000", "[::1]:8000".
  std::string text() const;
  /// Of a host that is written as numbers; empty where it is a name.
  static std::optional<Address> numeric(const std::string& host, std::uint16_t port);
};

/// Where to connect to.
struct Endpoint {
  Url url;
  std::shared_ptr<const TlsContext> tls;  // needed where url.tls
  std::vector<Address> addresses;         // empty: the host is resolved at each open
};

/// What opening cost. Nanoseconds; -1 where that step was not done (a numeric address or a resolved
/// endpoint needs no DNS, plain TCP no TLS).
struct ConnectTimes {
  Nanos dns = -1;
  Nanos connect = -1;
  Nanos tls = -1;
};

/// One read. Instants are on the monotonic clock (steady_now).
struct Read {
  enum class Kind : std::uint8_t {
    kData,
    kWouldBlock,  // nothing there: await wait_readable() before the next try_read()
    kClosed,      // the peer has ended its stream in order
    kError,       // see Connection::error()
  };
  Kind kind = Kind::kWouldBlock;
  std::size_t size = 0;  // bytes in the buffer; over 0 only with kData
  Nanos stamp = kNever;  // when the kernel received the last of these bytes; kNever: it did not say
  Nanos read_at = kNever;  // when user space had them; set with every kind but kWouldBlock
  /// The best known instant of arrival.
  Nanos arrived() const { return stamp != kNever ? stamp : read_at; }
};

class Connection {
 public:
  struct Opened;

  /// Resolves, connects (each address in turn) and shakes hands, all before `deadline` on
  /// steady_now()'s clock (kNever: no limit). Runs on the calling coroutine's executor.
  static asio::awaitable<NetResult<Opened>> open(const Endpoint& endpoint, Nanos deadline = kNever);
  /// Wraps a connected socket, a server's side for example, and owns it. A TLS session has still to
  /// shake hands.
  static std::unique_ptr<Connection> adopt(Loop& loop, int fd,
                                           std::unique_ptr<TlsSession> tls = nullptr);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Reads without blocking; plain text where this is TLS. After a read
  /// that emptied the socket the next call says kWouldBlock without asking the system, so the plain
  /// loop "try_read; on kWouldBlock await wait_readable" costs one recvmsg an arrival.
  Read try_read(std::span<char> buffer);
  /// True: try_read() has something to say. False: cancelled or closed.
  asio::awaitable<bool> wait_readable();

  /// Takes what the system takes at once: the number of bytes, 0 where it would block (then await
  /// wait_writable()), -1 on an error.
  std::ptrdiff_t try_write(std::string_view bytes);
  asio::awaitable<bool> wait_writable();
  /// Writes all. `bytes` must outlive the wait. Sends at once and waits only where that would
  /// block.
  asio::awaitable<NetResult<void>> write(std::string_view bytes);

  /// Finishes the TLS handshake, where there is one to do.
  asio::awaitable<NetResult<void>> handshake();

  /// Ends waits with false; the connection stays open.
  void cancel();
  /// Closes; waits end with false, later calls with an error. Safe at any time on the loop's
  /// thread, from a timer for example. `reset`: with RST instead of an orderly end.
  void close(bool reset = false);
  bool is_open() const { return fd_ >= 0; }
  /// False where an idle connection was closed by the peer or holds bytes nobody asked for.
  bool usable();

  /// Why the last read, write or wait failed.
  const NetError& error() const { return error_; }
  /// The peer, for messages: "127.0.0.1:8000".
  const std::string& peer() const { return peer_; }
  bool is_tls() const { return tls_ != nullptr; }
  int native_handle() const { return fd_; }
  Loop& loop() { return *loop_; }

 private:
  friend class Dialer;
  struct Received {
    std::ptrdiff_t size = 0;  // -1: see errno
    Nanos stamp = kNever;
    Nanos read_at = kNever;
  };

  Connection(Loop& loop, int fd, Loop::Watch watch, std::unique_ptr<TlsSession> tls);
  Received receive(std::span<char> buffer);
  Read read_plain(std::span<char> buffer);
  Read read_tls(std::span<char> buffer);
  Read failed_read(int error_number);
  NetResult<bool> feed_handshake();
  bool flush_cipher();
  void set_error(std::string_view doing, int error_number);

  Loop* loop_;
  int fd_ = -1;
  Loop::Watch watch_ = Loop::kNoWatch;
  bool drained_ = false;  // the last read emptied the socket
  std::unique_ptr<TlsSession> tls_;
  std::string cipher_out_;  // cipher text the system has not taken yet
  Received cipher_at_;      // the newest cipher text, for the stamps of its plain text
  std::string peer_;
  NetError error_;
};

struct Connection::Opened {
  std::unique_ptr<Connection> connection;
  ConnectTimes times;
};

/// The addresses of a host, in the system's order of preference. Numeric hosts need no lookup.
/// Status kDns, kConnectTimeout, kCancelled or kClientLimit on failure. The system cannot be told
/// to stop a lookup: one that is given up goes on in the background, and nobody waits for it.
asio::awaitable<NetResult<std::vector<Address>>> resolve(std::string host, std::uint16_t port,
                                                         Nanos deadline = kNever);

}  // namespace tt::net
