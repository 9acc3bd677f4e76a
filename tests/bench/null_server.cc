#include "null_server.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unordered_map>

#include "bench_kit.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_server.h"

namespace tt::bench {
namespace {

constexpr std::string_view kEvent =
    "data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\",\"created\":"
    "1700000000,\"model\":\"null\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},"
    "\"logprobs\":null,\"finish_reason\":null}]}\n\n";
constexpr std::string_view kFinish =
    "data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\",\"created\":"
    "1700000000,\"model\":\"null\",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
    "\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n";

struct Stream {
  int fd = -1;
  std::string request;
  std::string pending;  // what the socket would not take
  int writes_left = 0;
  bool answering = false;
};

bool whole_request(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  const auto field = bytes.find("Content-Length: ");
  const std::size_t length =
      field == std::string_view::npos ? 0 : std::strtoul(bytes.data() + field + 16, nullptr, 10);
  return bytes.size() >= end + 4 + length;
}

// False where the connection is gone.
bool flush(Stream& stream) {
  while (!stream.pending.empty()) {
    const ssize_t n = ::send(stream.fd, stream.pending.data(), stream.pending.size(),
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN;
    stream.pending.erase(0, static_cast<std::size_t>(n));
  }
  return true;
}

class Loop {
 public:
  explicit Loop(const NullServer& server)
      : head_(server.head()),
        chunk_(server.chunk()),
        tail_(server.tail()),
        writes_(server.writes) {}

  void run(int ready_fd) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(listening_, generic, size) != 0 || ::listen(listening_, 4096) != 0 ||
        ::getsockname(listening_, generic, &size) != 0) {
      give_up("the null server cannot listen");
    }
    epoll_ = ::epoll_create1(0);
    watch(listening_);
    dprintf(ready_fd, "%u\n", ntohs(address.sin_port));
    close(ready_fd);
    std::vector<epoll_event> events(1024);
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), 1024, answering_ > 0 ? 0 : -1);
      for (int i = 0; i < count; ++i) take(events[static_cast<std::size_t>(i)].data.fd);
      write_round();
    }
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void take(int fd) {
    if (fd == listening_) {
      for (int client = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK); client >= 0;
           client = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK)) {
        const int on = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        streams_[client].fd = client;
        watch(client);
      }
      return;
    }
    Stream& stream = streams_[fd];
    char buffer[16384];
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) {
      if (n < 0 && errno == EAGAIN) return;
      drop(fd);
      return;
    }
    stream.request.append(buffer, static_cast<std::size_t>(n));
    if (stream.answering || !whole_request(stream.request)) return;
    stream.request.clear();
    stream.answering = true;
    ++answering_;
    stream.writes_left = writes_;
    stream.pending = head_;
  }

  void drop(int fd) {
    if (streams_[fd].answering) --answering_;
    streams_.erase(fd);
    ::close(fd);
  }

  // One write to every stream that can take it.
  void write_round() {
    if (answering_ == 0) return;
    std::vector<int> gone;
    for (auto& [fd, stream] : streams_) {
      if (!stream.answering) continue;
      if (stream.pending.empty()) {
        if (stream.writes_left > 0) {
          stream.pending = chunk_;
          --stream.writes_left;
        } else {
          stream.pending = tail_;
          stream.answering = false;
          --answering_;
        }
      }
      if (!flush(stream)) gone.push_back(fd);
    }
    for (const int fd : gone) drop(fd);
  }

  std::string head_, chunk_, tail_;
  int writes_;
  int listening_ = -1;
  int epoll_ = -1;
  std::size_t answering_ = 0;
  std::unordered_map<int, Stream> streams_;
};

}  // namespace

std::string NullServer::head() const {
  std::string out;
  net::append_response_head(out, 200, "text/event-stream", net::BodyFraming::chunked());
  return out;
}

std::string NullServer::chunk() const {
  std::string events;
  for (int i = 0; i < events_per_write; ++i) events += kEvent;
  std::string out;
  net::append_chunk(out, events);
  return out;
}

std::string NullServer::tail() const {
  std::string out;
  net::append_chunk(out, kFinish);
  out += net::kLastChunk;
  return out;
}

std::size_t NullServer::bytes_a_stream() const {
  return head().size() + chunk().size() * static_cast<std::size_t>(writes) + tail().size();
}

void NullServer::serve(int ready_fd) const {
  pin_to_core(core, "null-server");
  Loop(*this).run(ready_fd);
}

}  // namespace tt::bench
