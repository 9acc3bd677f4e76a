// Opening a connection: name lookup, TCP connect to each address in turn, TLS handshake.
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection.h"

namespace tt::net {
namespace {

using asio::ip::tcp;

/// std::chrono's steady clock is CLOCK_MONOTONIC, as steady_now() is.
asio::steady_timer::time_point time_point(Nanos instant) {
  return asio::steady_timer::time_point(std::chrono::nanoseconds(instant));
}

std::optional<Address> numeric_address(const std::string& host, std::uint16_t port) {
  Address out;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    out.size = sizeof v4;
    std::memcpy(out.bytes, &v4, sizeof v4);
    return out;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    out.size = sizeof v6;
    std::memcpy(out.bytes, &v6, sizeof v6);
    return out;
  }
  return std::nullopt;
}

Address address_of(const tcp::endpoint& endpoint) {
  Address out;
  out.size = static_cast<std::uint32_t>(endpoint.size());
  std::memcpy(out.bytes, endpoint.data(), std::min(sizeof out.bytes, endpoint.size()));
  return out;
}

/// A name lookup under way. The resolver's thread may outlive the coroutine that asked.
struct Lookup {
  Lookup(const asio::any_io_executor& executor, Nanos deadline)
      : resolver(executor),
        done(executor,
             deadline == kNever ? asio::steady_timer::time_point::max() : time_point(deadline)) {}
  tcp::resolver resolver;
  asio::steady_timer done;  // expires at the deadline, is cancelled by the answer
  bool answered = false;
  boost::system::error_code failure;
  std::vector<Address> addresses;
};

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

NetError connect_error(const std::string& peer, int error_number) {
  const std::string to = "cannot connect to " + peer + ": ";
  switch (error_number) {
    case ECONNREFUSED:
      return {Status::kConnectRefused,
              to + "connection refused; is the server running, and is the port right?"};
    case ETIMEDOUT:
      return {Status::kConnectTimeout,
              to + "the system gave up waiting; is a firewall in between?"};
    case EMFILE:
    case ENFILE:
      return {Status::kConnectFailed, to + "too many open files; raise the limit with ulimit -n"};
    case EADDRNOTAVAIL:
      return {
          Status::kConnectFailed,
          to + "no local port is free; reuse connections, or widen net.ipv4.ip_local_port_range"};
    default:
      return {Status::kConnectFailed, to + std::strerror(error_number)};
  }
}

}  // namespace

asio::awaitable<NetResult<std::vector<Address>>> resolve(std::string host, std::uint16_t port,
                                                         Nanos deadline) {
  if (auto numeric = numeric_address(host, port)) {
    std::vector<Address> only(1, *numeric);
    co_return only;
  }
  auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor, deadline);
  lookup->resolver.async_resolve(
      host, std::to_string(port), tcp::resolver::numeric_service,
      [lookup](const boost::system::error_code& ec, const tcp::resolver::results_type& found) {
        lookup->answered = true;
        lookup->failure = ec;
        for (const auto& entry : found) lookup->addresses.push_back(address_of(entry.endpoint()));
        lookup->done.cancel();
      });
  boost::system::error_code woken;
  co_await lookup->done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (!lookup->answered) {
    lookup->resolver.cancel();
    if (woken) co_return net_fail(Status::kCancelled, "the lookup of '" + host + "' was cancelled");
    co_return net_fail(Status::kConnectTimeout,
                       "the name '" + host + "' was not resolved in time; check the DNS set-up");
  }
  if (lookup->failure || lookup->addresses.empty()) {
    co_return net_fail(Status::kDns, "the name '" + host + "' does not resolve (" +
                                         lookup->failure.message() +
                                         "); check its spelling and the DNS set-up");
  }
  co_return std::move(lookup->addresses);
}

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
    if (!numeric_address(endpoint_.url.host, 0)) out.times.dns = steady_now() - begin;
  }
  const Nanos begin = steady_now();
  NetError last;
  for (std::size_t i = 0; i < addresses.size() && !out.connection; ++i) {
    auto connected = co_await connect(addresses[i], share(addresses.size() - i));
    if (connected) {
      out.connection = std::move(*connected);
    } else {
      last = std::move(connected.error());
      if (last.status == Status::kCancelled) break;
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
  if (fd < 0) co_return std::unexpected(connect_error(peer, errno));
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
    if (!ready) co_return net_fail(Status::kCancelled, "connecting to " + peer + " was cancelled");
    socklen_t size = sizeof trouble;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &size);
  }
  if (trouble != 0) co_return std::unexpected(connect_error(peer, trouble));
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
