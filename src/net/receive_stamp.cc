#include "net/receive_stamp.h"

#include <cstring>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

namespace tt::net {
namespace {

constexpr int kTries = 50;  // each waits at most twice
constexpr int kTryMs = 1;

/// A datagram socket that talks to itself over loopback; false where the system refuses.
bool talk_to_itself(int fd) {
  sockaddr_in self{};
  self.sin_family = AF_INET;
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* address = reinterpret_cast<sockaddr*>(&self);
  socklen_t size = sizeof self;
  return ::bind(fd, address, size) == 0 && ::getsockname(fd, address, &size) == 0 &&
         ::connect(fd, address, size) == 0;
}

/// Sends one byte and says whether it came back with a stamp.
bool stamped_round(int fd) {
  char byte = 0;
  if (::send(fd, &byte, 1, 0) != 1) return false;
  pollfd readable{fd, POLLIN, 0};
  if (::poll(&readable, 1, kTryMs) != 1) return false;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(scm_timestamping))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  return ::recvmsg(fd, &message, MSG_DONTWAIT) >= 0 && receive_stamp(message) != kNever;
}

}  // namespace

void ask_for_receive_stamps(int fd) {
  const int stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof stamps);
}

Nanos receive_stamp(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPING) continue;
    scm_timestamping stamps;
    std::memcpy(&stamps, CMSG_DATA(c), sizeof stamps);
    const timespec& t = stamps.ts[0];
    if (t.tv_sec == 0 && t.tv_nsec == 0) return kNever;
    return static_cast<Nanos>(t.tv_sec) * kSecond + t.tv_nsec;
  }
  return kNever;
}

StampKeeper::StampKeeper() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) return;
  ask_for_receive_stamps(fd_);
  if (!talk_to_itself(fd_)) return;
  for (int i = 0; i < kTries && !stamping_; ++i) {
    stamping_ = stamped_round(fd_);
    if (!stamping_) ::poll(nullptr, 0, kTryMs);
  }
}

StampKeeper::~StampKeeper() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace tt::net
