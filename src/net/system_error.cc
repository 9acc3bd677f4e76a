#include "net/system_error.h"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

namespace tt::net {
namespace {

/// Whether this machine has an address to reach `peer` from, as a datagram socket tells without
/// sending anything.
bool has_way_to(const Address& peer) {
  sockaddr_storage to{};
  std::memcpy(&to, peer.bytes, sizeof peer.bytes);
  const int fd = ::socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;  // it does not tell
  const bool way = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), peer.size) == 0;
  ::close(fd);
  return way;
}

}  // namespace

bool is_client_limit(int error_number) {
  switch (error_number) {
    case EMFILE:
    case ENFILE:
    case EADDRNOTAVAIL:
    case ENOBUFS:
    case ENOMEM:
    case ENOSPC:  // of epoll: max_user_watches
      return true;
    default:
      return false;
  }
}

NetError connect_error(const Address& peer, int error_number) {
  const std::string to = "cannot connect to " + peer.text() + ": ";
  switch (error_number) {
    case ECONNREFUSED:
      return {Status::kConnectRefused,
              to + "connection refused; is the server running, and is the port right?"};
    case ETIMEDOUT:
      return {Status::kConnectTimeout,
              to + "the system gave up waiting; is a firewall in between?"};
    case EMFILE:
    case ENFILE:
      return {Status::kClientLimit, to + "too many open files; raise the limit with ulimit -n"};
    case EADDRNOTAVAIL:
      if (!has_way_to(peer)) {
        return {Status::kConnectFailed,
                to + "this machine has no address of that kind; name the server by another"};
      }
      return {Status::kClientLimit, to + "no local port is free; reuse connections, or widen "
                                         "net.ipv4.ip_local_port_range"};
    default:
      return {is_client_limit(error_number) ? Status::kClientLimit : Status::kConnectFailed,
              to + std::strerror(error_number)};
  }
}

}  // namespace tt::net
