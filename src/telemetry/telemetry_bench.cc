// What telemetry costs: pages parsed and mapped, in MB/s, and the CPU time of the sampler's thread
// while it reads four targets with pages of vLLM's size. The share of a core is given for one
// reading a second, whatever pace it was measured at. `--json` for machines.
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>

#include "telemetry/mapper.h"
#include "telemetry/sampler.h"
#include "telemetry/test_page_server.h"

namespace tt::telemetry {
namespace {

constexpr int kPages = 400;
constexpr std::uint64_t kReadings = 120;  // of four targets together
constexpr int kTargets = 4;

struct Counter final : ExpositionSink {
  void on_sample(const ExpositionSample&) override { ++samples; }
  std::size_t samples = 0;
};

std::string vllm_page() {
  std::ostringstream text;
  text << std::ifstream(TT_SOURCE_DIR "/tests/telemetry/vllm.prom").rdbuf();
  if (text.str().empty()) {
    std::fprintf(stderr, "cannot read %s\n", TT_SOURCE_DIR "/tests/telemetry/vllm.prom");
    std::exit(1);
  }
  return text.str();
}

template <class Work>
double megabytes_per_second(std::size_t bytes, Work work) {
  work();  // warm
  const Nanos began = steady_now();
  for (int i = 0; i < kPages; ++i) work();
  const double seconds = to_seconds(steady_now() - began);
  return static_cast<double>(bytes) * kPages / 1e6 / seconds;
}

struct Waiter final : TelemetrySink {
  void on_samples(std::vector<record::Sample> some) override {
    const std::lock_guard lock(mutex);
    samples += some.size();
    if (++readings >= kReadings) enough.notify_all();
  }
  void on_event(record::Event) override {}
  std::mutex mutex;
  std::condition_variable enough;
  std::uint64_t readings = 0;
  std::uint64_t samples = 0;
};

SamplerStats sample_targets(const std::string& page) {
  TestPageServer server(
      [&](const net::ParsedRequest&) { return TestPageServer::Answer{.body = page}; });
  SamplerSetup setup{.interval = kLeastInterval, .host = true, .epoch = steady_now()};
  for (std::uint32_t t = 0; t < kTargets; ++t) {
    setup.pages.push_back({.name = "target" + std::to_string(t),
                           .address = {.endpoint = server.endpoint(), .path = "/metrics"},
                           .targets = {t}});
  }
  Waiter waiter;
  const auto started = Sampler::start(std::move(setup), waiter);
  if (!started) {
    std::fprintf(stderr, "%s\n", started.error().text().c_str());
    std::exit(1);
  }
  Sampler& sampler = **started;
  {
    std::unique_lock lock(waiter.mutex);
    waiter.enough.wait(lock, [&] { return waiter.readings >= kReadings; });
  }
  return sampler.stop();
}

}  // namespace
}  // namespace tt::telemetry

int main(int argc, char** argv) {
  using namespace tt;
  using namespace tt::telemetry;
  const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  const std::string page = vllm_page();
  ExpositionParser parser;
  Counter counter;
  const double parse = megabytes_per_second(page.size(), [&] { parser.parse(page, counter); });
  const std::size_t series = counter.samples / (kPages + 1);
  Mapper mapper({.targets = {0}});
  Nanos at = 0;
  const double map = megabytes_per_second(page.size(), [&] { mapper.map(page, ++at); });
  const SamplerStats stats = sample_targets(page);
  const double a_reading = to_seconds(stats.cpu) / static_cast<double>(stats.readings);
  const double share = a_reading * kTargets;
  if (json) {
    std::printf(
        "{\"page_bytes\": %zu, \"page_series\": %zu, \"parse_mb_per_s\": %.1f, "
        "\"map_mb_per_s\": %.1f, \"reading_us\": %.1f, \"core_share_4_targets_1hz\": %.5f}\n",
        page.size(), series, parse, map, a_reading * 1e6, share);
    return 0;
  }
  std::printf("page                        %zu bytes, %zu series\n", page.size(), series);
  std::printf("parse                       %.0f MB/s\n", parse);
  std::printf("parse and map               %.0f MB/s\n", map);
  std::printf("a reading, HTTP and all     %.0f us of CPU (%llu readings)\n", a_reading * 1e6,
              static_cast<unsigned long long>(stats.readings));
  std::printf("four targets at 1 Hz        %.3f%% of a core (limit 1%%)\n", share * 100);
  return share < 0.01 ? 0 : 1;
}
