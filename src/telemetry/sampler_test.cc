#include "telemetry/sampler.h"

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "telemetry/test_page_server.h"

namespace tt::telemetry {
namespace {

using Answer = TestPageServer::Answer;

// Hears everything; tests wait for what they need, however long that takes.
struct Hearer final : TelemetrySink {
  void on_samples(std::vector<record::Sample> some) override {
    const std::lock_guard lock(mutex);
    samples.insert(samples.end(), some.begin(), some.end());
    changed.notify_all();
  }
  void on_event(record::Event event) override {
    const std::lock_guard lock(mutex);
    events.push_back(std::move(event));
    changed.notify_all();
  }
  std::vector<record::Sample> of(std::string_view name) {
    std::vector<record::Sample> found;
    for (const auto& sample : samples) {
      if (sample.series->name == name) found.push_back(sample);
    }
    return found;
  }
  template <class Enough>
  void wait(Enough enough) {
    std::unique_lock lock(mutex);
    changed.wait(lock, enough);
  }
  void wait_for(std::string_view name, std::size_t count) {
    wait([&] { return of(name).size() >= count; });
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<record::Sample> samples;
  std::vector<record::Event> events;
};

PageSource source_of(const TestPageServer& server, std::string path = "/metrics") {
  return {.name = "vllm",
          .address = {.endpoint = server.endpoint(), .path = std::move(path), .headers = {}},
          .targets = {2},
          .model = ""};
}

SamplerSetup setup_of(std::vector<PageSource> pages) {
  return {.pages = std::move(pages),
          .interval = kLeastInterval,
          .host = false,
          .host_root = "",
          .nvml = "",
          .nvml_targets = {},
          .epoch = steady_now()};
}

TEST(NextTick, KeepsTheRowAndSkipsWhatWasMissed) {
  EXPECT_EQ(next_tick(100, 10, 50), 100);
  EXPECT_EQ(next_tick(100, 10, 100), 100);
  EXPECT_EQ(next_tick(100, 10, 101), 110);
  EXPECT_EQ(next_tick(100, 10, 110), 110);
  EXPECT_EQ(next_tick(100, 10, 155), 160);
}

TEST(PassedOver, GrowsToABoundAndStartsAnew) {
  std::vector<std::int64_t> ticks;
  for (std::uint64_t failures = 0; failures < 8; ++failures) {
    ticks.push_back(passed_over(failures, 100 * kMillisecond));
  }
  EXPECT_EQ(ticks, (std::vector<std::int64_t>{0, 0, 1, 3, 7, 15, 15, 15}));
  EXPECT_EQ(passed_over(1'000'000'000, kSecond), 14) << "every 15 s at least";
  EXPECT_EQ(passed_over(9, 10 * kSecond), 0);
  EXPECT_EQ(passed_over(9, kMostInterval), 0);
}

TEST(Sampler, ReadsAgainAndAgainOverOneConnection) {
  std::atomic<int> asked = 0;
  TestPageServer server([&](const net::ParsedRequest&) {
    return Answer{.body = fmt::format("vllm:num_requests_running {}\n", ++asked)};
  });
  auto page = source_of(server, "/metrics?name[]=x");
  page.address.headers = {{"Authorization", "Bearer k"}};
  Hearer hearer;
  const auto started = Sampler::start(setup_of({page}), hearer);
  ASSERT_TRUE(started) << started.error().text();
  Sampler& sampler = **started;
  hearer.wait_for("requests_running", 3);
  const SamplerStats stats = sampler.stop();
  const auto running = hearer.of("requests_running");
  ASSERT_GE(running.size(), 4u) << "one more at the end";
  for (std::size_t i = 0; i < running.size(); ++i) {
    EXPECT_EQ(running[i].value, static_cast<double>(i + 1));
    EXPECT_EQ(running[i].series->target, 2u);
    EXPECT_GE(running[i].at, 0);
    EXPECT_TRUE(i == 0 || running[i].at > running[i - 1].at);
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests()[0].path, "/metrics?name[]=x");
  EXPECT_EQ(net::find_header(server.requests()[0].headers, "Authorization"), "Bearer k");
  EXPECT_EQ(stats.readings, running.size());
  EXPECT_EQ(stats.failures, 0u);
  EXPECT_TRUE(hearer.events.empty());
  EXPECT_EQ(hearer.of("scrape_up").size(), running.size());
  EXPECT_EQ(hearer.of("scrape_up")[0].series->labels, R"({"source":"vllm"})");
}

TEST(Sampler, AFailureIsSaidOnceAndIsAGap) {
  std::atomic<int> asked = 0;
  TestPageServer server([&](const net::ParsedRequest&) {
    const int n = ++asked;
    if (n >= 2 && n <= 4) return Answer{.status = 503, .body = "loading"};
    return Answer{.body = "vllm:num_requests_running 1\nbroken{\n"};
  });
  Hearer hearer;
  const auto started = Sampler::start(setup_of({source_of(server)}), hearer);
  ASSERT_TRUE(started) << started.error().text();
  Sampler& sampler = **started;
  hearer.wait_for("requests_running", 2);
  sampler.stop();
  std::vector<std::string> states;
  for (const auto& event : hearer.events) {
    EXPECT_EQ(event.type, "telemetry");
    for (const char* state : {"failing", "back", "incomplete"}) {
      if (event.fields_json.find(fmt::format("\"state\":\"{}\"", state)) != std::string::npos) {
        states.emplace_back(state);
      }
    }
  }
  EXPECT_EQ(states, (std::vector<std::string>{"incomplete", "failing", "back"}));
  EXPECT_NE(hearer.events[1].fields_json.find("HTTP 503"), std::string::npos);
  const auto up = hearer.of("scrape_up");
  EXPECT_EQ(up[0].value, 1);
  EXPECT_EQ(up[1].value, 0);
  EXPECT_EQ(up[4].value, 1);
}

TEST(Sampler, AFailingPageIsAskedForLessAndLess) {
  std::atomic<int> asked = 0;
  TestPageServer server([&](const net::ParsedRequest&) {
    if (++asked <= 4) return Answer{.status = 503, .body = "loading"};
    return Answer{.body = "vllm:num_requests_running 1\n"};
  });
  Hearer hearer;
  const auto started = Sampler::start(setup_of({source_of(server)}), hearer);
  ASSERT_TRUE(started) << started.error().text();
  hearer.wait_for("requests_running", 2);
  (*started)->stop();
  const auto up = hearer.of("scrape_up");
  ASSERT_GE(up.size(), 6u);
  // It is asked at ticks 0, 1, 3, 7 and 15: so far apart at least, since a timer is never early and
  // an attempt begins after its tick.
  const std::array<Nanos, 4> least = {0, 1, 3, 7};
  for (std::size_t i = 0; i < least.size(); ++i) {
    EXPECT_EQ(up[i].value, 0) << i;
    EXPECT_GE(up[i + 1].at - up[i].at, least[i] * kLeastInterval) << i;
  }
  EXPECT_EQ(up[4].value, 1);
  // Nothing is made up for the gap.
  EXPECT_GE(hearer.of("requests_running")[0].at, 11 * kLeastInterval);
  EXPECT_EQ(hearer.of("requests_waiting").size(), 0u);
}

TEST(Sampler, APageThatHoldsNoMetricsIsAFailure) {
  TestPageServer server([](const net::ParsedRequest&) {
    return Answer{.body = "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n"};
  });
  Hearer hearer;
  const auto started = Sampler::start(setup_of({source_of(server)}), hearer);
  ASSERT_TRUE(started) << started.error().text();
  hearer.wait_for("scrape_up", 1);
  EXPECT_EQ((*started)->stop().readings, 0u);
  EXPECT_EQ(hearer.of("scrape_up")[0].value, 0);
  ASSERT_EQ(hearer.events.size(), 1u);
  EXPECT_NE(hearer.events[0].fields_json.find("no page of metrics: line 1"), std::string::npos)
      << hearer.events[0].fields_json;
}

TEST(Sampler, WhatWasLeftOutIsSaidOnce) {
  std::string page;
  for (int i = 0; i < 20'007; ++i) page += fmt::format("foo{{i=\"{}\"}} 1\n", i);
  TestPageServer server([&](const net::ParsedRequest&) { return Answer{.body = page}; });
  auto setup = setup_of({source_of(server)});
  setup.raw = true;
  setup.timeout = 30 * kSecond;
  Hearer hearer;
  const auto started = Sampler::start(std::move(setup), hearer);
  ASSERT_TRUE(started) << started.error().text();
  hearer.wait_for("scrape_up", 2);
  (*started)->stop();
  ASSERT_EQ(hearer.events.size(), 1u);
  EXPECT_NE(hearer.events[0].fields_json.find("7 of its series"), std::string::npos)
      << hearer.events[0].fields_json;
}

TEST(Sampler, ASilentServerEndsNothing) {
  TestPageServer silent([](const net::ParsedRequest&) { return Answer{.silent = true}; });
  TestPageServer good(
      [](const net::ParsedRequest&) { return Answer{.body = "llamacpp:requests_processing 1\n"}; });
  auto setup = setup_of({source_of(silent), source_of(good)});
  setup.timeout = 100 * kMillisecond;
  Hearer hearer;
  const auto started = Sampler::start(std::move(setup), hearer);
  ASSERT_TRUE(started) << started.error().text();
  Sampler& sampler = **started;
  hearer.wait([&] { return !hearer.events.empty() && hearer.of("requests_running").size() >= 2; });
  const auto stats = sampler.stop();
  EXPECT_GE(stats.failures, 1u);
  EXPECT_EQ(hearer.events.size(), 1u);
  EXPECT_NE(hearer.events[0].fields_json.find("no whole answer in time"), std::string::npos);
}

TEST(Sampler, AServerThatClosesAndOneThatIsNotThere) {
  TestPageServer closes([](const net::ParsedRequest&) {
    return Answer{.body = "tgi_queue_size 1\n", .keep_alive = false};
  });
  std::uint16_t gone = 0;
  {
    TestPageServer stopped([](const net::ParsedRequest&) { return Answer{}; });
    gone = stopped.port();
  }
  auto missing = source_of(closes);
  missing.address.endpoint.url.port = gone;
  missing.name = "gone";
  auto usual = missing;
  usual.name = "usual";
  missing.named = true;
  auto there = source_of(closes);
  there.named = true;
  Hearer hearer;
  const auto started = Sampler::start(setup_of({there, missing, usual}), hearer);
  ASSERT_TRUE(started) << started.error().text();
  Sampler& sampler = **started;
  hearer.wait(
      [&] { return hearer.of("requests_waiting").size() >= 2 && hearer.events.size() >= 2; });
  const auto silent = sampler.stop().silent;
  ASSERT_EQ(silent.size(), 1U) << "the one that was named and never answered";
  EXPECT_TRUE(silent[0].starts_with("gone: ")) << silent[0];
  EXPECT_GT(silent[0].size(), 10U) << "and why";
  EXPECT_GE(closes.connections(), 2);
  ASSERT_EQ(hearer.events.size(), 2u);
  for (const auto& event : hearer.events) {
    EXPECT_NE(event.fields_json.find(R"(,"state":"failing")"), std::string::npos)
        << event.fields_json;
  }
}

TEST(Sampler, AnEndlessPageIsRefused) {
  TestPageServer server([](const net::ParsedRequest&) {
    return Answer{.body = std::string(PageClient::kMaxPage + 1, '#')};
  });
  auto setup = setup_of({source_of(server)});
  setup.timeout = 30 * kSecond;
  Hearer hearer;
  const auto started = Sampler::start(std::move(setup), hearer);
  ASSERT_TRUE(started) << started.error().text();
  Sampler& sampler = **started;
  hearer.wait([&] { return !hearer.events.empty(); });
  sampler.stop();
  EXPECT_NE(hearer.events[0].fields_json.find("longer than"), std::string::npos);
}

TEST(Sampler, AFailureOfItsOwnIsSaidAndEndsNothingElse) {
  struct Full final : TelemetrySink {
    void on_samples(std::vector<record::Sample>) override {
      throw std::runtime_error("no room for them");
    }
    void on_event(record::Event event) override { said.push_back(std::move(event)); }
    std::vector<record::Event> said;
  } full;
  auto setup = setup_of({});
  setup.host = true;
  const auto started = Sampler::start(std::move(setup), full);
  ASSERT_TRUE(started) << started.error().text();
  (*started)->stop();
  ASSERT_EQ(full.said.size(), 1u);
  EXPECT_NE(full.said[0].fields_json.find(R"("state":"ended")"), std::string::npos);
  EXPECT_NE(full.said[0].fields_json.find("no room for them"), std::string::npos);
}

TEST(Sampler, ReadsThisMachine) {
  auto setup = setup_of({});
  setup.host = true;
  Hearer hearer;
  const auto started = Sampler::start(std::move(setup), hearer);
  ASSERT_TRUE(started) << started.error().text();
  Sampler& sampler = **started;
  hearer.wait_for("host_cpu_utilization", 1);
  sampler.stop();
  EXPECT_GE(hearer.of("host_memory_total_bytes").size(), 2u);
  EXPECT_EQ(hearer.of("host_cpu_utilization")[0].series->target, record::kNoTarget);
}

}  // namespace
}  // namespace tt::telemetry
