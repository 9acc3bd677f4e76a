// Opening a connection: TCP connect to each address in turn, TLS handshake.
#include <cerrno>
#include <chrono>
#include <cstring>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection.h"
#include "net/system_error.h"

namespace tt::net {
namespace {

/// std::chrono's steady clock is CLOCK_MONOTONIC, as steady_now() is.
asio::steady_timer::time_point time_point(Nanos instant) {
  return asio::steady_timer::time_point(std::chrono::nanoseconds(instant));
}

/// Ends a connection's waits when its deadline comes.
class DeadlineGuard {
 public:
  DeadlineGuard(const asio::any_io_executor& executor, Connection& connection, Nanos deadline)
      : timer_(executor), state_(std::make_shared<State>(State{&connection, false})) {
    if (deadline == kNever) return;
    timer_.expires_at(time_point(deadline));
    timer_.async_wait([state = state_](const boost::system::error_code& ec) {
      if (ec || state->connection == nullptr) return;
      state->expired = true;
      state->connection->cancel();
    });
  }
  ~DeadlineGuard() { state_->connection = nullptr; }
  DeadlineGuard(const DeadlineGuard&) = delete;
  DeadlineGuard& operator=(const DeadlineGuard&) = delete;
  bool expired() const { return state_->expired; }

 private:
  struct State {
    Connection* connection;
    bool expired;
  };
  asio::steady_timer timer_;
  std::shared_ptr<State> state_;
};

}  // namespace

/// The steps of Connection::open.
class Dialer {
 public:
  Dialer(asio::any_io_executor executor, const Endpoint& endpoint, Nanos deadline)
      : executor_(std::move(executor)), endpoint_(endpoint), deadline_(deadline) {}

  asio::awaitable<NetResult<Connection::Opened>> run();

 private:
  asio::awaitable<NetResult<std::unique_ptr<Connection>>> connect(Address address, Nanos deadline);
  asio::awaitable<NetResult<void>> shake_hands(Connection& connection);
  /// An even share of what is left, so that a dead first address leaves time for the others.
  Nanos share(std::size_t addresses_left) const {
    if (deadline_ == kNever) return kNever;
    const Nanos now = steady_now();
    return now + (deadline_ - now) / static_cast<Nanos>(addresses_left);
  }

  asio::any_io_executor executor_;
  const Endpoint& endpoint_;
  Nanos deadline_;
};

asio::awaitable<NetResult<Connection::Opened>> Dialer::run() {
  Connection::Opened out;
  std::vector<Address> addresses = endpoint_.addresses;
  if (addresses.empty()) {
    const Nanos begin = steady_now();
    auto found = co_await resolve(endpoint_.url.host, endpoint_.url.port, deadline_);
    if (!found) co_return std::unexpected(found.error());
    addresses = std::move(*found);
    if (!Address::numeric(endpoint_.url.host, 0)) out.times.dns = steady_now() - begin;
  }
  const Nanos begin = steady_now();
  NetError last;
  for (std::size_t i = 0; i < addresses.size() && !out.connection; ++i) {
    auto connected = co_await connect(addresses[i], share(addresses.size() - i));
    if (connected) {
      out.connection = std::move(*connected);
    } else {
      const Status status = connected.error().status;
      // An address that cannot be reached from here says less than another that did not answer.
      if (i == 0 || status != Status::kConnectFailed) last = std::move(connected.error());
      if (status == Status::kCancelled || status == Status::kClientLimit) break;
    }
  }
  if (!out.connection) co_return std::unexpected(last);
  const Nanos connected_at = steady_now();
  out.times.connect = connected_at - begin;
  if (endpoint_.url.tls) {
    auto shaken = co_await shake_hands(*out.connection);
    if (!shaken) co_return std::unexpected(shaken.error());
    out.times.tls = steady_now() - connected_at;
  }
  co_return std::move(out);
}

asio::awaitable<NetResult<std::unique_ptr<Connection>>> Dialer::connect(Address address,
                                                                        Nanos deadline) {
  const std::string peer = address.text();
  sockaddr_storage storage{};
  std::memcpy(&storage, address.bytes, sizeof address.bytes);
  const int fd = ::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) co_return std::unexpected(connect_error(address, errno));
  auto connection = Connection::adopt(Loop::of(executor_), fd);
  connection->peer_ = peer;
  int trouble = 0;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&storage), address.size) != 0) {
    trouble = errno;
  }
  if (trouble == EINPROGRESS) {
    DeadlineGuard guard(executor_, *connection, deadline);
    const bool ready = co_await connection->wait_writable();
    if (!ready && guard.expired()) {
      co_return net_fail(
          Status::kConnectTimeout,
          "cannot connect to " + peer +
              ": no answer in time; is the address right, is a firewall in between?");
    }
    if (const int refused = connection->loop().trouble(); !ready && refused != 0) {
      co_return std::unexpected(connect_error(address, refused));
    }
    if (!ready) co_return net_fail(Status::kCancelled, "connecting to " + peer + " was cancelled");
    socklen_t size = sizeof trouble;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &size);
  }
  if (trouble != 0) co_return std::unexpected(connect_error(address, trouble));
  co_return std::move(connection);
}

asio::awaitable<NetResult<void>> Dialer::shake_hands(Connection& connection) {
  if (!endpoint_.tls) {
    co_return net_fail(Status::kTls, "no TLS settings were given for " + endpoint_.url.text());
  }
  connection.tls_ = TlsSession::client(endpoint_.tls, endpoint_.url.host);
  DeadlineGuard guard(executor_, connection, deadline_);
  auto shaken = co_await connection.handshake();
  if (!shaken && guard.expired()) {
    co_return net_fail(Status::kConnectTimeout, connection.peer() +
                                                    ": the TLS handshake did not end in time; does "
                                                    "the server speak TLS on this port?");
  }
  co_return shaken;
}

asio::awaitable<NetResult<Connection::Opened>> Connection::open(const Endpoint& endpoint,
                                                                Nanos deadline) {
  Dialer dialer(co_await asio::this_coro::executor, endpoint, deadline);
  co_return co_await dialer.run();
}

}  // namespace tt::net
