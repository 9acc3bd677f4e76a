#include "net/listener.h"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tt::net {
namespace {

constexpr int kBacklog = 4096;  // the kernel cuts this to net.core.somaxconn

struct Bound {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

bool fill(Bound& out, const std::string& address, std::uint16_t port) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    out.size = sizeof *v4;
    return true;
  }
  out = Bound{};
  if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    out.size = sizeof *v6;
    return true;
  }
  return false;
}

std::uint16_t local_port(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  // sin_port and sin6_port stand at the same place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(asio::execution_context& context,
                                                 const std::string& address, std::uint16_t port) {
  const std::string place = address + ":" + std::to_string(port);
  Bound bound;
  if (!fill(bound, address, port)) {
    return fail(ErrorCode::kInvalidInput, "not an IP address to listen on; try 127.0.0.1", address);
  }
  const int fd = ::socket(bound.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(ErrorCode::kIo, std::strerror(errno), place);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&bound.storage), bound.size) != 0 ||
      ::listen(fd, kBacklog) != 0) {
    const int trouble = errno;
    ::close(fd);
    const std::string advice =
        trouble == EADDRINUSE ? "; another program listens there: stop it, or choose another port"
        : trouble == EACCES   ? "; ports below 1024 are the administrator's"
                              : "";
    return fail(ErrorCode::kIo, "cannot listen: " + std::string(std::strerror(trouble)) + advice,
                place);
  }
  return std::unique_ptr<Listener>(new Listener(Loop::of(context), fd, local_port(fd)));
}

Listener::Listener(Loop& loop, int fd, std::uint16_t port)
    : loop_(&loop), fd_(fd), watch_(loop.add(fd)), port_(port) {}

Listener::~Listener() { close(); }

void Listener::close() {
  if (fd_ < 0) return;
  loop_->remove(watch_);
  ::close(fd_);
  fd_ = -1;
}

asio::awaitable<NetResult<std::unique_ptr<Connection>>> Listener::accept() {
  Loop& loop = *loop_;
  for (;;) {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) co_return Connection::adopt(loop, fd);
    const int trouble = errno;
    if (trouble == ECONNABORTED || trouble == EINTR) continue;
    if (trouble != EAGAIN && trouble != EWOULDBLOCK) {
      co_return net_fail(fd_ < 0 ? Status::kCancelled : Status::kConnectFailed,
                         std::string("cannot accept: ") + std::strerror(trouble));
    }
    if (!co_await loop.wait(watch_, Loop::Direction::kRead)) {
      co_return net_fail(Status::kCancelled, "no longer listening");
    }
  }
}

}  // namespace tt::net
