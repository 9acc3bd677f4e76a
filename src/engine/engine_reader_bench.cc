// Cost of one event: reading it by the shortcut for repeating events, reading it in full, and
// writing it. The client pays the first two once an event, the simulator the third.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "engine/protocol.h"
#include "engine/stream_testing.h"

namespace {

using namespace tt;
using namespace tt::engine;

constexpr int kEvents = 200'000;
constexpr int kRounds = 5;

struct Stream {
  EngineKind kind;
  std::string_view protocol;
  bool running_usage;  // the usage of each event differs: no shortcut
};

// CPU time of this thread: other programs on the machine cost no more than cache misses.
Nanos cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

// The least of some rounds.
template <class Run>
double best_ns(Run run) {
  Nanos best = INT64_MAX;
  for (int round = 0; round < kRounds; ++round) {
    const Nanos start = cpu_now();
    run();
    best = std::min(best, cpu_now() - start);
  }
  return static_cast<double>(best) / kEvents;
}

std::string_view word(int i) {
  constexpr std::string_view kWords[] = {" the",        " token", " of",    " a",
                                         " \"quoted\"", "\n",     " naïve", "ing"};
  return kWords[static_cast<std::size_t>(i) % std::size(kWords)];
}

void write_events(const Protocol& protocol, const Stream& stream, std::string& out) {
  ServerRequest request;
  request.model = "llama-3-8b-instruct";
  request.include_usage = true;
  request.continuous_usage = stream.running_usage;
  const auto writer = protocol.writer(
      request, {.kind = stream.kind, .request_id = "0123456789abcdef", .created_s = 1'770'000'000});
  for (int i = 0; i < kEvents; ++i) {
    const std::string_view piece = word(i);
    writer->tokens(out, {&piece, 1}, {100, static_cast<std::uint32_t>(i) + 1, 0});
  }
}

void measure(const Stream& stream) {
  const Protocol& protocol = *find_protocol(stream.protocol);
  const auto& engine = traits(stream.kind);
  std::string body;
  const double write_ns = best_ns([&] {
    body.clear();
    write_events(protocol, stream, body);
  });
  const auto payloads = payloads_of(body, protocol.framing());
  const auto read_all = [&](auto payload_of) {
    const auto reader = protocol.reader(engine);
    for (std::size_t i = 0; i < payloads.size(); ++i) reader->read(payload_of(i));
    if (reader->summary().output_tokens == 0) std::puts("nothing was read");
  };
  const double read_ns = best_ns([&] { read_all([&](std::size_t i) { return payloads[i]; }); });
  // A member that changes with each event keeps the shortcut from ever being taken.
  std::vector<std::string> changing;
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    changing.push_back(
        fmt::format(R"({{"n":{},{})", i % 10, payloads[i].substr(payloads[i].find('{') + 1)));
  }
  const double full_ns =
      best_ns([&] { read_all([&](std::size_t i) { return std::string_view(changing[i]); }); });
  std::puts(fmt::format("{:<10}{:<20}{:<9}{:>12.0f}{:>12.0f}{:>12.0f}{:>12}", engine.name,
                        stream.protocol, stream.running_usage ? "running" : "-", read_ns, full_ns,
                        write_ns, body.size() / kEvents)
                .c_str());
}

}  // namespace

int main() {
  std::puts(fmt::format("{:<10}{:<20}{:<9}{:>12}{:>12}{:>12}{:>12}", "engine", "protocol", "usage",
                        "read ns", "full ns", "write ns", "bytes")
                .c_str());
  for (const Stream& stream : {Stream{EngineKind::kOpenAi, "openai-chat", false},
                               Stream{EngineKind::kVllm, "openai-chat", false},
                               Stream{EngineKind::kVllm, "openai-chat", true},
                               Stream{EngineKind::kSglang, "openai-chat", true},
                               Stream{EngineKind::kVllm, "openai-completions", false},
                               Stream{EngineKind::kTgi, "tgi-generate", false},
                               Stream{EngineKind::kOllama, "ollama-chat", false},
                               Stream{EngineKind::kOllama, "ollama-generate", false}}) {
    measure(stream);
  }
}
