// What does the client cost? A null server writes as fast as it can to 1,000 connections; the whole
// client (HTTP, events, stamps, rows) reads with one worker, and a bare epoll reader that only
// counts bytes reads the same in the same run. Prints events per CPU-second of each, and their
// ratio, at 1 and 10 events a write; and the memory of 10,000 streams at once.
//   bench_client [--json] [--repeats N]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench_kit.h"
#include "null_server.h"
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/load.h"
#include "workload/prompts.h"

namespace tt::bench {
namespace {

constexpr std::uint32_t kConnections = 1000;
constexpr int kStreamsAConnection = 4;

class Counter final : public load::RowSink {
 public:
  void on_row(const record::Row& row, const std::string&, const std::string&) override {
    if (!row.ok()) {
      ++failed;
      error = row.error;
    }
    tokens += row.output_tokens;
  }
  void on_pass() override {}
  std::uint64_t tokens = 0;
  std::uint64_t failed = 0;
  std::string error;
};

struct Reading {
  double events = 0;
  double worker_cpu_s = 0;   // of the reading thread
  double process_cpu_s = 0;  // with the collector's
  double memory_mb = 0;
};

Reading from_text(const std::string& text) {
  Reading r;
  if (std::sscanf(text.c_str(), "%lf %lf %lf %lf", &r.events, &r.worker_cpu_s, &r.process_cpu_s,
                  &r.memory_mb) != 4) {
    give_up("a reader did not report");
  }
  return r;
}

void report(int fd, const Reading& r) {
  dprintf(fd, "%.0f %.9f %.9f %.3f\n", r.events, r.worker_cpu_s, r.process_cpu_s, r.memory_mb);
}

// The whole client.
void read_with_client(std::uint16_t port, std::uint32_t users, std::uint64_t requests, int fd) {
  pin_to_core(0, "client");
  plan::Plan plan;
  plan.targets = {{.name = "bench", .engine = "vllm", .url = "http://127.0.0.1:1"}};
  plan.load = plan::Concurrency{users};
  plan.stop.requests = requests;
  plan.order = plan::Order::kSequential;
  plan.workload.prompts = plan::SyntheticPrompts{.input = {.mean = 16}};
  auto prompts = workload::make_prompts(plan.workload, plan.seeds);
  auto schedule = workload::make_schedule(plan, **prompts);
  if (!schedule) give_up(schedule.error().text());
  const auto& traits = *engine::find_engine("vllm");
  load::LoadTarget target;
  target.url = {.tls = false, .host = "127.0.0.1", .port = port, .base_path = ""};
  target.protocol = engine::find_protocol(traits.default_protocol);
  target.engine = &traits;
  target.model = "null";
  Counter counter;
  Reading r;
  {
    load::Load load({.plan = plan,
                     .schedule = *schedule,
                     .prompts = **prompts,
                     .targets = {target},
                     .id_prefix = "bench",
                     .workers = 1,
                     .epoch = steady_now()},
                    counter);
    for (const auto& round : load::cut_into_rounds(plan, *schedule)) load.play(round);
    r.worker_cpu_s = to_seconds(load.measure().cpu);
  }
  if (counter.failed > 0)
    give_up(fmt::format("{} requests failed: {}", counter.failed, counter.error));
  r.events = static_cast<double>(counter.tokens);
  r.process_cpu_s = to_seconds(process_cpu());
  r.memory_mb = static_cast<double>(peak_memory()) / 1e6;
  report(fd, r);
}

// Nothing but epoll and recv.
void read_bare(std::uint16_t port, const NullServer& server, int fd) {
  pin_to_core(0, "bare");
  const std::string request =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
  const int epoll = ::epoll_create1(0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  std::vector<int> sockets;
  for (std::uint32_t i = 0; i < kConnections; ++i) {
    const int s = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      give_up("connect");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = i;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event);
    sockets.push_back(s);
  }
  const std::size_t stream_bytes = server.bytes_a_stream();
  std::vector<std::size_t> left(kConnections, stream_bytes);
  std::vector<int> streams_left(kConnections, kStreamsAConnection);
  const auto ask = [&](std::uint32_t i) {
    if (::send(sockets[i], request.data(), request.size(), MSG_NOSIGNAL) < 0) give_up("send");
  };
  const Nanos cpu = process_cpu();
  for (std::uint32_t i = 0; i < kConnections; ++i) ask(i);
  std::vector<char> buffer(256 * 1024);
  std::vector<epoll_event> events(256);
  std::uint32_t open = kConnections;
  while (open > 0) {
    const int count = ::epoll_wait(epoll, events.data(), 256, -1);
    for (int e = 0; e < count; ++e) {
      const std::uint32_t i = events[static_cast<std::size_t>(e)].data.u32;
      const ssize_t n = ::recv(sockets[i], buffer.data(), buffer.size(), 0);
      if (n <= 0) give_up("recv");
      left[i] -= static_cast<std::size_t>(n);
      if (left[i] > 0) continue;
      left[i] = stream_bytes;
      if (--streams_left[i] > 0) {
        ask(i);
      } else {
        --open;
      }
    }
  }
  Reading r;
  r.process_cpu_s = r.worker_cpu_s = to_seconds(process_cpu() - cpu);
  r.events = static_cast<double>(kConnections) * kStreamsAConnection *
             static_cast<double>(server.events_a_stream());
  report(fd, r);
}

struct Comparison {
  int events_per_write = 0;
  double bare = 0;  // events per CPU-second
  double worker = 0;
  double process = 0;
  double ratio = 0;  // worker over bare
  double process_ratio = 0;
};

Comparison compare(int events_per_write, int repeats) {
  const NullServer server{.events_per_write = events_per_write, .writes = 200};
  std::vector<double> bare, worker, process, ratio, process_ratio;
  for (int i = 0; i < repeats; ++i) {
    ServerProcess running([&](int ready) {
      allow_files(4096);
      server.serve(ready);
    });
    const Reading b = from_text(in_child([&](int fd) { read_bare(running.port(), server, fd); }));
    const Reading c = from_text(in_child([&](int fd) {
      read_with_client(running.port(), kConnections,
                       std::uint64_t{kConnections} * kStreamsAConnection, fd);
    }));
    bare.push_back(b.events / b.process_cpu_s);
    worker.push_back(c.events / c.worker_cpu_s);
    process.push_back(c.events / c.process_cpu_s);
    ratio.push_back(worker.back() / bare.back());
    process_ratio.push_back(process.back() / bare.back());
  }
  return {events_per_write, median(bare),  median(worker),
          median(process),  median(ratio), median(process_ratio)};
}

double memory_of_10000_streams() {
  const NullServer server{.events_per_write = 1, .writes = 100};
  ServerProcess running([&](int ready) {
    allow_files(10'500);
    server.serve(ready);
  });
  return from_text(in_child([&](int fd) { read_with_client(running.port(), 10'000, 10'000, fd); }))
      .memory_mb;
}

}  // namespace
}  // namespace tt::bench

int main(int argc, char** argv) {
  using namespace tt::bench;
  int repeats = 5;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--repeats") == 0) repeats = std::max(1, std::atoi(argv[i + 1]));
  }
  allow_files(10'500);
  const std::vector<Comparison> all = {compare(1, repeats), compare(10, repeats)};
  const double memory = memory_of_10000_streams();
  if (wants_json(argc, argv)) {
    std::printf("{\"repeats\":%d,\"readers\":[", repeats);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Comparison& c = all[i];
      std::printf(
          "%s{\"events_per_write\":%d,\"bare_events_per_cpu_s\":%.0f,\"client_events_per_cpu_s\":%."
          "0f,"
          "\"process_events_per_cpu_s\":%.0f,\"ratio\":%.3f,\"process_ratio\":%.3f}",
          i == 0 ? "" : ",", c.events_per_write, c.bare, c.worker, c.process, c.ratio,
          c.process_ratio);
    }
    std::printf("],\"memory_10000_streams_mb\":%.1f}\n", memory);
    return 0;
  }
  std::printf("1,000 connections, one worker; medians of %d runs; events per CPU-second.\n",
              repeats);
  Table table(
      {"events a write", "bare epoll", "client thread", "ratio", "client process", "ratio"});
  for (const Comparison& c : all) {
    table.add({fmt::format("{}", c.events_per_write), fmt::format("{:.0f}k", c.bare / 1e3),
               fmt::format("{:.0f}k", c.worker / 1e3), fmt::format("{:.2f}", c.ratio),
               fmt::format("{:.0f}k", c.process / 1e3), fmt::format("{:.2f}", c.process_ratio)});
  }
  table.print();
  std::printf("Memory of the client with 10,000 streams at once: %.0f MB\n", memory);
  return 0;
}
