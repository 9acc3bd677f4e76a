// How much of a bare epoll reader's speed is left once reads are stamped, parsed as HTTP and cut
// into events. 1,000 loopback connections; a writer thread sends one chunk to each in rounds and
// lets at most one round run ahead, so that a read finds one write: the hardest case. Prints events
// per CPU-second of the reading thread. `--json` for machines; `--rounds N` for longer runs.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection.h"
#include "net/framing.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace tt::net {
namespace {

constexpr int kConnections = 1000;
constexpr std::string_view kEvent =
    "data: {\"id\":\"chatcmpl-1234567890abcdef\",\"object\":\"chat.completion.chunk\",\"created\":"
    "1700000000,\"model\":\"model\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},"
    "\"logprobs\":null,\"finish_reason\":null}]}\n\n";

void require(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

Nanos thread_cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<Nanos>(t.tv_sec) * kSecond + t.tv_nsec;
}

void pin(unsigned core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core % std::thread::hardware_concurrency(), &set);
  sched_setaffinity(0, sizeof set, &set);
}

/// Connected loopback sockets: [i] reads what peers[i] writes.
struct Sockets {
  std::vector<int> readers;
  std::vector<int> writers;

  Sockets() {
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    require(::bind(listening, generic, size) == 0 && ::listen(listening, kConnections) == 0 &&
                ::getsockname(listening, generic, &size) == 0,
            "listen");
    for (int i = 0; i < kConnections; ++i) {
      const int reader = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      (void)::connect(reader, generic, size);  // accept waits for it
      const int writer = ::accept(listening, nullptr, nullptr);
      require(reader >= 0 && writer >= 0, "connect (is ulimit -n above 2100?)");
      const int on = 1;
      ::setsockopt(writer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      readers.push_back(reader);
      writers.push_back(writer);
    }
    ::close(listening);
  }
  ~Sockets() {
    for (const int fd : readers) ::close(fd);
    for (const int fd : writers) ::close(fd);
  }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;
};

struct Load {
  int events_per_write = 1;
  int rounds = 0;
  std::string head;
  std::string chunk;
  std::int64_t total_events() const {
    return std::int64_t{kConnections} * rounds * events_per_write;
  }
};

Load make_load(int events_per_write, int rounds) {
  Load load{events_per_write, rounds, {}, {}};
  append_response_head(load.head, 200, "text/event-stream", BodyFraming::chunked());
  std::string events;
  for (int i = 0; i < events_per_write; ++i) events += kEvent;
  append_chunk(load.chunk, events);
  return load;
}

void write_rounds(const Sockets& sockets, const Load& load, const std::atomic<std::int64_t>& read) {
  pin(1);
  const auto send_all = [](int fd, const std::string& bytes) {
    require(
        ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()),
        "send");
  };
  for (const int fd : sockets.writers) send_all(fd, load.head);
  const std::int64_t round = std::int64_t{kConnections} * load.events_per_write;
  for (int i = 0; i < load.rounds; ++i) {
    while (read.load(std::memory_order_relaxed) < (i - 1) * round) sched_yield();
    for (const int fd : sockets.writers) send_all(fd, load.chunk);
  }
}

/// The baseline: nothing but the system calls.
void read_bare(const Sockets& sockets, const Load& load, bool stamped,
               std::atomic<std::int64_t>& read) {
  const int epoll = ::epoll_create1(0);
  for (const int fd : sockets.readers) {
    if (stamped) {  // as Connection asks for it
      const int flags = (1 << 3) | (1 << 4);
      ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags);
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
  std::vector<char> buffer(64u << 10);
  std::vector<epoll_event> events(256);
  const auto chunk = static_cast<std::int64_t>(load.chunk.size());
  const std::int64_t heads =
      std::int64_t{kConnections} * static_cast<std::int64_t>(load.head.size());
  std::int64_t bytes = 0;
  while (bytes < heads + chunk * kConnections * load.rounds) {
    const int count = ::epoll_wait(epoll, events.data(), 256, -1);
    for (int i = 0; i < count; ++i) {
      iovec part{buffer.data(), buffer.size()};
      alignas(8) char control[128];
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = stamped ? control : nullptr;
      message.msg_controllen = stamped ? sizeof control : 0;
      const ssize_t got =
          ::recvmsg(events[static_cast<std::size_t>(i)].data.fd, &message, MSG_DONTWAIT);
      if (got > 0) bytes += got;
    }
    read.store(std::max<std::int64_t>(0, bytes - heads) / chunk * load.events_per_write,
               std::memory_order_relaxed);
  }
  ::close(epoll);
}

/// What a request keeps of its stream.
struct Stream : ResponseSink {
  explicit Stream(std::int64_t& c) : count(c) { instants.reserve(4096); }
  void on_head(const ResponseHead&) override {}
  void on_body(std::string_view piece) override {
    framer.feed(piece, [this](std::string_view) {
      ++count;
      if (instants.size() == instants.capacity()) instants.clear();
      instants.push_back(arrived);
    });
  }
  std::int64_t& count;
  SseFramer framer;
  Nanos arrived = 0;
  std::vector<Nanos> instants;
};

void read_ours(const Sockets& sockets, const Load& load, std::atomic<std::int64_t>& read) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  std::vector<char> buffer(64u << 10);
  std::int64_t count = 0;
  const std::int64_t total = load.total_events();
  for (const int fd : sockets.readers) {
    asio::co_spawn(
        io,
        [&, fd]() -> asio::awaitable<void> {
          auto connection = Connection::adopt(loop, ::dup(fd));
          ResponseParser parser;
          Stream stream(count);
          while (count < total) {
            const Read r = connection->try_read(buffer);
            if (r.kind == Read::Kind::kWouldBlock) {
              if (!co_await connection->wait_readable()) co_return;
              continue;
            }
            if (r.kind != Read::Kind::kData) co_return;
            stream.arrived = r.arrived();
            if (parser.feed({buffer.data(), r.size}, stream) == ParseState::kError) co_return;
            read.store(count, std::memory_order_relaxed);
          }
          io.stop();
        },
        asio::detached);
  }
  io.run();
}

struct Figure {
  const char* name;
  double events_per_cpu_second;
};

template <class Reader>
Figure measure(const char* name, const Load& load, Reader reader) {
  const Sockets sockets;
  std::atomic<std::int64_t> read{0};
  Nanos cpu = 0;
  std::thread reading([&] {
    pin(0);
    const Nanos begin = thread_cpu();
    reader(sockets, read);
    cpu = thread_cpu() - begin;
  });
  write_rounds(sockets, load, read);
  reading.join();
  return {name, static_cast<double>(load.total_events()) / to_seconds(cpu)};
}

void run(int events_per_write, int rounds, bool json) {
  const Load load = make_load(events_per_write, rounds);
  const Figure figures[] = {
      measure("epoll + recvmsg", load,
              [&](const Sockets& s, auto& read) { read_bare(s, load, false, read); }),
      measure("epoll + recvmsg with stamps", load,
              [&](const Sockets& s, auto& read) { read_bare(s, load, true, read); }),
      measure("Connection + HTTP + SSE", load,
              [&](const Sockets& s, auto& read) { read_ours(s, load, read); }),
  };
  for (const Figure& f : figures) {
    const double ratio = f.events_per_cpu_second / figures[0].events_per_cpu_second;
    if (json) {
      std::printf(
          "{\"bench\":\"net_read\",\"connections\":%d,\"events_per_write\":%d,\"reader\":"
          "\"%s\",\"events_per_cpu_second\":%.0f,\"ratio\":%.3f}\n",
          kConnections, events_per_write, f.name, f.events_per_cpu_second, ratio);
    } else {
      std::printf("%8d  %-28s %14.0f %8.2f\n", events_per_write, f.name, f.events_per_cpu_second,
                  ratio);
    }
  }
}

}  // namespace
}  // namespace tt::net

int main(int argc, char** argv) {
  bool json = false;
  int rounds = 500;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) json = true;
    if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) rounds = std::atoi(argv[++i]);
  }
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (!json) {
    std::printf("%d connections, %zu bytes an event\n", tt::net::kConnections,
                tt::net::kEvent.size());
    std::printf("%8s  %-28s %14s %8s\n", "ev/write", "reader", "events/CPU-s", "ratio");
  }
  for (const int events : {1, 10}) tt::net::run(events, rounds, json);
}
