#include "net/connection.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/receive_stamp.h"
#include "net/system_error.h"

namespace tt::net {
namespace {

constexpr std::size_t kCipherBuffer = 32u << 10;
constexpr std::size_t kTlsWrite = 64u << 10;  // plain text turned into cipher text at a time

/// TCP_NODELAY: a request is one small write. Stamps: without them user-space instants serve.
void set_options(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ask_for_receive_stamps(fd);
}

Address peer_address(int fd) {
  Address peer;
  socklen_t size = sizeof peer.bytes;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(peer.bytes), &size) == 0) peer.size = size;
  return peer;
}

}  // namespace

std::string Address::text() const {
  char name[INET6_ADDRSTRLEN] = {};
  sockaddr_storage storage{};
  std::memcpy(&storage, bytes, sizeof bytes);
  if (storage.ss_family == AF_INET && size >= sizeof(sockaddr_in)) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&storage);
    ::inet_ntop(AF_INET, &in->sin_addr, name, sizeof name);
    return std::string(name) + ":" + std::to_string(ntohs(in->sin_port));
  }
  if (storage.ss_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&storage);
    ::inet_ntop(AF_INET6, &in->sin6_addr, name, sizeof name);
    return "[" + std::string(name) + "]:" + std::to_string(ntohs(in->sin6_port));
  }
  return "unknown address";
}

std::optional<Address> Address::numeric(const std::string& host, std::uint16_t port) {
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

Connection::Connection(Loop& loop, int fd, Loop::Watch watch, std::unique_ptr<TlsSession> tls)
    : loop_(&loop), fd_(fd), watch_(watch), tls_(std::move(tls)) {
  set_options(fd);
}

Connection::~Connection() { close(); }

std::unique_ptr<Connection> Connection::adopt(Loop& loop, int fd, std::unique_ptr<TlsSession> tls) {
  std::unique_ptr<Connection> connection(new Connection(loop, fd, loop.add(fd), std::move(tls)));
  connection->peer_ = peer_address(fd).text();
  return connection;
}

// --- Reading -------------------------------------------------------------------------------------

Connection::Received Connection::receive(std::span<char> buffer) {
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(scm_timestamping))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got;
  do {
    got = ::recvmsg(fd_, &message, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return {got, kNever, kNever};
  // Epoll is level-triggered: what comes after a short read wakes the next wait.
  drained_ = got > 0 && static_cast<std::size_t>(got) < buffer.size();
  Received out{got, kNever, steady_now()};
  if (got > 0) {
    const Nanos stamp = receive_stamp(message);
    if (stamp != kNever) out.stamp = loop_->stamps().to_monotonic(stamp, out.read_at);
  }
  return out;
}

Read Connection::try_read(std::span<char> buffer) {
  if (fd_ < 0) return Read{Read::Kind::kError, 0, kNever, steady_now()};
  if (buffer.empty()) return Read{};
  return tls_ ? read_tls(buffer) : read_plain(buffer);
}

Read Connection::read_plain(std::span<char> buffer) {
  if (drained_) return Read{};
  const Received r = receive(buffer);
  if (r.size < 0) return failed_read(errno);
  if (r.size == 0) return Read{Read::Kind::kClosed, 0, kNever, r.read_at};
  return Read{Read::Kind::kData, static_cast<std::size_t>(r.size), r.stamp, r.read_at};
}

Read Connection::read_tls(std::span<char> buffer) {
  for (;;) {
    std::size_t size = 0;
    switch (tls_->read(buffer.data(), buffer.size(), size)) {
      case TlsSession::Step::kDone:
        return Read{Read::Kind::kData, size, cipher_at_.stamp, cipher_at_.read_at};
      case TlsSession::Step::kClosed:
        return Read{Read::Kind::kClosed, 0, kNever, steady_now()};
      case TlsSession::Step::kError:
        error_ = NetError{Status::kTls, peer_ + ": " + tls_->error()};
        return Read{Read::Kind::kError, 0, kNever, steady_now()};
      case TlsSession::Step::kWantBytes:
        break;
    }
    if (drained_) return Read{};
    char cipher[kCipherBuffer];
    const Received r = receive(cipher);
    if (r.size < 0) return failed_read(errno);
    if (r.size == 0) return Read{Read::Kind::kClosed, 0, kNever, r.read_at};
    cipher_at_ = r;
    tls_->feed({cipher, static_cast<std::size_t>(r.size)});
  }
}

Read Connection::failed_read(int error_number) {
  if (error_number == EAGAIN || error_number == EWOULDBLOCK) {
    drained_ = true;
    return Read{};
  }
  set_error("reading", error_number);
  return Read{Read::Kind::kError, 0, kNever, steady_now()};
}

namespace {
asio::awaitable<bool> at_once(bool value) { co_return value; }
}  // namespace

asio::awaitable<bool> Connection::wait_readable() {
  if (fd_ < 0) return at_once(false);
  if (tls_ && tls_->pending()) return at_once(true);
  drained_ = false;
  return loop_->wait(watch_, Loop::Direction::kRead);
}

// --- Writing -------------------------------------------------------------------------------------

namespace {

/// As send(), without a signal; 0 where it would block.
std::ptrdiff_t send_some(int fd, std::string_view bytes) {
  ssize_t sent;
  do {
    sent = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : sent;
}

}  // namespace

bool Connection::flush_cipher() {
  tls_->drain(cipher_out_);
  if (cipher_out_.empty()) return true;
  const std::ptrdiff_t sent = send_some(fd_, cipher_out_);
  if (sent < 0) {
    set_error("writing", errno);
    return false;
  }
  cipher_out_.erase(0, static_cast<std::size_t>(sent));
  return true;
}

std::ptrdiff_t Connection::try_write(std::string_view bytes) {
  if (fd_ < 0) return -1;
  if (!tls_) {
    if (bytes.empty()) return 0;
    const std::ptrdiff_t sent = send_some(fd_, bytes);
    if (sent < 0) set_error("writing", errno);
    return sent;
  }
  if (!flush_cipher()) return -1;
  if (bytes.empty() || !cipher_out_.empty()) return 0;
  bytes = bytes.substr(0, kTlsWrite);
  if (tls_->write(bytes) != TlsSession::Step::kDone) {
    error_ = NetError{Status::kTls, peer_ + ": " + tls_->error()};
    return -1;
  }
  return flush_cipher() ? static_cast<std::ptrdiff_t>(bytes.size()) : -1;
}

asio::awaitable<bool> Connection::wait_writable() {
  if (fd_ < 0) return at_once(false);
  return loop_->wait(watch_, Loop::Direction::kWrite);
}

asio::awaitable<NetResult<void>> Connection::write(std::string_view bytes) {
  for (;;) {
    const std::ptrdiff_t taken = try_write(bytes);
    if (taken < 0) co_return std::unexpected(error_);
    bytes.remove_prefix(static_cast<std::size_t>(taken));
    if (bytes.empty() && cipher_out_.empty()) co_return NetResult<void>{};
    if (taken > 0) continue;
    if (!co_await wait_writable()) {
      if (is_open()) error_ = NetError{Status::kCancelled, peer_ + ": the write was cancelled"};
      co_return std::unexpected(error_);
    }
  }
}

asio::awaitable<NetResult<void>> Connection::handshake() {
  if (!tls_) co_return NetResult<void>{};
  for (;;) {
    const TlsSession::Step step = tls_->handshake();
    const std::string trouble = step == TlsSession::Step::kError ? tls_->error() : "";
    const bool flushed = flush_cipher();  // an alert, too, is worth sending
    if (step == TlsSession::Step::kError || step == TlsSession::Step::kClosed) {
      error_ = NetError{Status::kTls, peer_ + ": " + trouble};
      co_return std::unexpected(error_);
    }
    if (!flushed) co_return std::unexpected(error_);
    if (step == TlsSession::Step::kDone) co_return co_await write({});
    if (auto fed = feed_handshake(); !fed)
      co_return std::unexpected(fed.error());
    else if (*fed)
      continue;
    const bool ready = cipher_out_.empty() ? co_await wait_readable() : co_await wait_writable();
    if (!ready) {
      if (is_open()) error_ = NetError{Status::kCancelled, peer_ + ": the handshake was cancelled"};
      co_return std::unexpected(error_);
    }
  }
}

NetResult<bool> Connection::feed_handshake() {
  if (drained_) return false;
  char cipher[kCipherBuffer];
  const Received r = receive(cipher);
  if (r.size > 0) {
    tls_->feed({cipher, static_cast<std::size_t>(r.size)});
    return true;
  }
  if (r.size < 0 && failed_read(errno).kind == Read::Kind::kWouldBlock) return false;
  if (r.size == 0) {
    error_.message = peer_ +
                     ": the server closed the connection during the TLS handshake; does it "
                     "speak TLS on this port?";
  }
  error_.status = Status::kTls;
  return std::unexpected(error_);
}

// --- Ending --------------------------------------------------------------------------------------

void Connection::cancel() { loop_->cancel(watch_); }

void Connection::close(bool reset) {
  if (fd_ < 0) return;
  if (tls_ && !reset) {
    tls_->shutdown();
    flush_cipher();
  }
  if (reset) {
    const linger at_once_with_rst{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once_with_rst, sizeof at_once_with_rst);
  }
  error_ = NetError{Status::kCancelled, peer_ + ": the connection was closed on this side"};
  loop_->remove(watch_);
  ::close(fd_);
  fd_ = -1;
  watch_ = Loop::kNoWatch;
}

bool Connection::usable() {
  if (fd_ < 0) return false;
  char byte;
  const ssize_t got = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  if (got == 0 || !tls_) return false;
  // A server may send new session tickets at any time; only plain text is unexpected.
  drained_ = false;
  return read_tls({&byte, 1}).kind == Read::Kind::kWouldBlock;
}

void Connection::set_error(std::string_view doing, int error_number) {
  const bool gone = error_number == ECONNRESET || error_number == EPIPE;
  error_.status = gone                            ? Status::kTruncated
                  : is_client_limit(error_number) ? Status::kClientLimit
                                                  : Status::kConnectFailed;
  error_.message = peer_ + ": " + std::string(doing) + " failed: " + std::strerror(error_number);
}

}  // namespace tt::net
