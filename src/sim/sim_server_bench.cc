// How many token events a second one core serves in real time. The server runs in the fixed rhythm
// on core 0, a bare epoll reader on core 1. bench_sim_server [--json] [--seconds N]
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"
#include "sim/server.h"

namespace {

using tt::Nanos;

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  (void)::sched_setaffinity(0, sizeof set, &set);  // where it fails, the figure is what it is
}

Nanos thread_cpu() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<Nanos>(t.tv_sec) * tt::kSecond + t.tv_nsec;
}

/// Asks again on a connection as soon as its answer has ended.
class Reader {
 public:
  Reader(std::uint16_t port, int connections) : epoll_(::epoll_create1(0)) {
    for (int i = 0; i < connections; ++i) {
      const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fmt::print(stderr, "cannot connect: {}\n", std::strerror(errno));
        std::exit(1);
      }
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
      fds_.push_back(fd);
    }
  }
  ~Reader() {
    for (const int fd : fds_) ::close(fd);
    ::close(epoll_);
  }

  /// The first requests, spread over one gap as arrivals would be.
  void begin() {
    for (std::size_t i = 0; i < fds_.size(); ++i) {
      ask(fds_[i]);
      read_ready(0);
      const Nanos next = tt::steady_now() + 10 * tt::kMillisecond / static_cast<Nanos>(fds_.size());
      while (tt::steady_now() < next) read_ready(0);
    }
  }

  void run(Nanos until) {
    while (tt::steady_now() < until) read_ready(10);
  }

 private:
  void ask(int fd) {
    static const std::string kBody =
        R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]})";
    static const std::string kRequest = fmt::format(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        kBody.size(), kBody);
    if (::send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) std::exit(1);
  }

  void read_ready(int timeout_ms) {
    epoll_event events[256];
    const int count = ::epoll_wait(epoll_, events, 256, timeout_ms);
    for (int i = 0; i < count; ++i) {
      const ssize_t got = ::recv(events[i].data.fd, buffer_, sizeof buffer_, MSG_DONTWAIT);
      const bool end = got >= 7 && std::memcmp(buffer_ + got - 7, "\r\n0\r\n\r\n", 7) == 0;
      if (end) ask(events[i].data.fd);
    }
  }

  int epoll_;
  std::vector<int> fds_;
  char buffer_[65536];
};

struct Row {
  int streams;
  double wanted;    // events a second
  double events;    // events a second
  double cpu;       // of the server's core, 0 to 1
  double capacity;  // events a CPU second
};

Row measure(int streams, Nanos itl, double seconds) {
  tt::sim::ServerOptions options;
  options.profile.fixed = tt::sim::FixedTiming{.ttft = itl, .itl = itl, .tokens = 100, .chunk = 1};
  options.models = {"m"};
  boost::asio::io_context context(1);
  auto server = tt::sim::Server::start(context, options);
  if (!server) {
    fmt::print(stderr, "{}\n", server.error().text());
    std::exit(1);
  }
  std::thread thread([&context] {
    pin(0);
    context.run();
  });
  struct Sample {
    Nanos at = 0;
    Nanos cpu = 0;
    std::uint64_t tokens = 0;
  };
  Sample samples[2];
  const auto sample = [&](Sample& into) {
    into = {tt::steady_now(), thread_cpu(), (*server)->stats().tokens};
  };
  {
    Reader reader((*server)->port(), streams);
    reader.begin();
    reader.run(tt::steady_now() + tt::kSecond / 2);
    boost::asio::post(context, [&] { sample(samples[0]); });
    reader.run(tt::steady_now() + tt::from_seconds(seconds));
    boost::asio::post(context, [&] {
      sample(samples[1]);
      (void)(*server)->stop();
    });
    thread.join();
  }
  const double events = static_cast<double>(samples[1].tokens - samples[0].tokens);
  const double wall = tt::to_seconds(samples[1].at - samples[0].at);
  const double cpu = tt::to_seconds(samples[1].cpu - samples[0].cpu);
  return {streams, streams / tt::to_seconds(itl), events / wall, cpu / wall, events / cpu};
}

}  // namespace

int main(int argc, char** argv) {
  bool json = false;
  double seconds = 3;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) json = true;
    if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) seconds = std::atof(argv[++i]);
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  pin(1);
  std::vector<Row> rows;
  rows.push_back(measure(1, 10 * tt::kMillisecond, seconds));
  rows.push_back(measure(100, 10 * tt::kMillisecond, seconds));
  rows.push_back(measure(1000, 10 * tt::kMillisecond, seconds));
  rows.push_back(measure(1000, 4 * tt::kMillisecond, seconds));
  if (json) {
    std::string out;
    for (const Row& r : rows) {
      out += fmt::format(
          R"({}{{"streams":{},"wanted_per_s":{:.0f},"events_per_s":{:.0f},"cpu":{:.3f},"events_per_cpu_s":{:.0f}}})",
          out.empty() ? "" : ",", r.streams, r.wanted, r.events, r.cpu, r.capacity);
    }
    fmt::print("{{\"bench\":\"sim_server\",\"rows\":[{}]}}\n", out);
    return 0;
  }
  fmt::print("{:>8} {:>12} {:>12} {:>8} {:>18}\n", "streams", "wanted/s", "events/s", "cpu",
             "events/cpu second");
  for (const Row& r : rows) {
    fmt::print("{:>8} {:>12.0f} {:>12.0f} {:>8.3f} {:>18.0f}\n", r.streams, r.wanted, r.events,
               r.cpu, r.capacity);
  }
}
